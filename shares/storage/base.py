"""The contract of a share storage: Django's storage API, plus parts, ranges and held names.

A blob is written once, under a name this server made up, and never changed afterwards. Names of
unfinished blobs and of blobs whose row is not committed yet are *held* by their writer; the sweep
removes what nobody holds and no row names.
"""

import io
import secrets
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, BinaryIO, NamedTuple, Protocol

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage

from shares.errors import NotDirect, ShareError


class Written(NamedTuple):
    """A part that reached storage: its length, its SHA-256, and what the backend wants back."""

    size_bytes: int
    sha256: bytes
    etag: str = ""


class Signed(NamedTuple):
    """Leave for one request that a client makes of the place itself, with these headers, for so long.

    Whoever has the address can use it: it goes to the one who asked, and into no log.
    """

    url: str
    headers: dict[str, str]
    seconds: int


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...

    def readinto(self, room: memoryview, /) -> int: ...


class BlobWriter(Protocol):
    """Takes a stream's bytes in order. `finish` it before `complete`, which wants `upload_id` back.

    Closing one that was not finished gives it up; what it wrote goes with `delete`.
    """

    size_bytes: int
    upload_id: str

    def write(self, data: bytes) -> None: ...

    def finish(self) -> None: ...

    def close(self) -> None: ...


class ShareStorage(Storage):
    """Raises StoreFull, StoreAway, BlobMissing and BadPart, nothing else."""

    part_bytes: int
    # How long a living writer may show no sign of itself; 0 where `hold` is exact.
    silent_seconds = 0
    # Whether clients may be sent to the place itself, by `sign_part` and `sign_read`.
    is_direct = False

    @abstractmethod
    def begin(self, name: str, size_bytes: int) -> str:
        """Open *name* for parts. Returns the upload id that all further calls about it want ("": none).

        Where there is none it may be repeated; where there is one, each call opens another upload.
        Raises StoreFull when *size_bytes* (0: not known yet) cannot fit.
        """

    @abstractmethod
    def write_part(
        self,
        name: str,
        n: int,
        stream: Readable,
        size_bytes: int,
        upload_id: str = "",
        digest: bytes = b"",
    ) -> Written:
        """Write exactly *size_bytes* from *stream* as part *n*, durably.

        digest: the SHA-256 that its sender says it has; the caller compares. A direct storage wants it.
        Raises BadPart when the stream ends early.
        """

    @abstractmethod
    def stream(self, name: str) -> "BlobWriter":
        """A writer for bytes whose number is not known beforehand; `complete` makes them durable.

        It opens *name* itself, where that has not been begun.
        """

    @abstractmethod
    def complete(
        self, name: str, size_bytes: int, upload_id: str = "", digests: Sequence[bytes] = ()
    ) -> None:
        """All parts are there: make the blob final and durable. Repeatable.

        digests: the SHA-256 of each part in order, where the caller has them. Parts that came past this
        server are compared with them.
        """

    @abstractmethod
    def read(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        """Yield bytes *start* to *stop* (exclusive) in blocks of at most 1 MiB."""

    def as_file(self, name: str) -> BinaryIO | None:
        """The finished blob as an open file, which the kernel can send; None where it is no file here."""
        return None

    @abstractmethod
    def delete(self, name: str, upload_id: str = "") -> None:
        """Remove the blob, finished or not; a missing one is no error."""

    @abstractmethod
    def abort(self, name: str, upload_id: str) -> None:
        """Give up one of several uploads that were begun under *name*; its blob and the others stay."""

    @abstractmethod
    def list_unfinished(self) -> Iterator[str]:
        """Every name that was begun and neither completed nor deleted."""

    @abstractmethod
    def list_names(self, after: str = "") -> Iterator[str]:
        """Names of finished blobs, in order, starting behind *after*."""

    @abstractmethod
    def hold(self, name: str) -> AbstractContextManager[None]:
        """While inside, the sweep knows that this name's writer lives."""

    @abstractmethod
    def is_held(self, name: str) -> bool:
        """Whether a living writer holds *name*."""

    @abstractmethod
    def remove_orphan(self, name: str, is_wanted: Callable[[], bool]) -> bool:
        """Remove *name* if nobody holds it and, asked after that is certain, nobody wants it."""

    @abstractmethod
    def free_bytes(self) -> int | None:
        """What uploads may still take; None where the backend cannot tell."""

    @abstractmethod
    def look(self) -> None:
        """Ask the place itself, cheaply. Raises StoreAway when it does not answer."""

    @abstractmethod
    def explain(self, error: ShareError) -> str:
        """For whoever runs the server: what the place said when *error* was raised, and what to do."""

    def sign_part(self, name: str, n: int, size_bytes: int, digest: bytes, upload_id: str) -> Signed:
        """Leave to send the place itself part *n*: exactly so many bytes with that SHA-256.

        Raises NotDirect where clients are not sent there, or this upload was begun without checksums.
        """
        raise NotDirect

    def has_part(self, name: str, n: int, size_bytes: int, digest: bytes, upload_id: str) -> str | None:
        """The etag of part *n*, if the place itself says that it holds those bytes; else None."""
        raise NotDirect

    def sign_read(self, name: str, start: int, stop: int) -> Signed:
        """Leave to read bytes *start* to *stop* (exclusive) from the place itself. Raises NotDirect."""
        raise NotDirect

    def try_direct(self, name: str, origin: str) -> Iterator[tuple[str, str]]:
        """What clients, and pages of *origin*, do past us, tried with a blob of that *name*, which the caller
        removes: each step, and what is wrong with it in an operator's words ("": nothing).
        """
        return iter(())

    def concerns(self) -> Iterator[str]:
        """What of the place would keep erased blobs alive, in plain sentences."""
        return iter(())

    # --- the same for every backend ---------------------------------------------------------------

    def new_name(self) -> str:
        """A name nobody can guess, unrelated to the share's id."""
        return secrets.token_hex(16)

    @contextmanager
    def kept(self, name: str, blob: bytes) -> Iterator[None]:
        """Write a small blob and hold its name while the block commits its row.

        A block that fails leaves the blob: the commit may have happened although its answer was
        lost. The sweep, once nobody holds the name, asks Postgres and knows.
        """
        with self.hold(name):
            try:
                upload_id = self.begin(name, len(blob))
                self.write_part(name, 0, io.BytesIO(blob), len(blob), upload_id)
                self.complete(name, len(blob), upload_id)
            except BaseException:
                self.delete(name)
                raise
            yield

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        return ContentFile(b"".join(self.read(name, 0, self.size(name))), name)

    def _save(self, name: str, content: "File[Any]") -> str:
        with self.kept(name, content.read()):
            return name
