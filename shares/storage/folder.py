"""Blobs in a folder: one file each, written at its offset, made final by one rename.

`incoming/` holds what is not finished, so that the sweep finds it without walking everything;
finished blobs lie in two levels of sixteen folders. Writers hold their file's flock shared.
"""

import errno
import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.utils.deconstruct import deconstructible

from shares.durable import sync_folder
from shares.errors import BadPart, BlobMissing, ShareError, StoreAway, StoreFull
from shares.storage.base import Readable, ShareStorage, Written
from shares.values import INLINE_BLOB_BYTES, PART_BYTES

# Of 1 MiB malloc would keep several for each thread, and nothing was faster for it.
BLOCK_BYTES = 256 * 1024
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise BlobMissing from error
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StoreFull from error
        raise StoreAway from error


class FolderWriter:
    """A stream on its way into one file."""

    upload_id = ""

    def __init__(self, storage: "FolderStorage", file: BinaryIO) -> None:
        self._storage, self._file, self.size_bytes = storage, file, 0

    def write(self, data: bytes) -> None:
        with _disk_errors():
            is_small = self.size_bytes + len(data) <= INLINE_BLOB_BYTES
            if not is_small and self._storage.free_bytes() < len(data):
                raise StoreFull
            _write_all(self._file, data)
        self.size_bytes += len(data)

    def finish(self) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()


@deconstructible(path="shares.storage.folder.FolderStorage")
class FolderStorage(ShareStorage):
    """A disk. `reserve_bytes` stay free for small blobs, so that a full disk still takes a password."""

    part_bytes = PART_BYTES

    def __init__(self, location: str | Path, reserve_bytes: int = 0) -> None:
        self.root = Path(location)
        self.reserve_bytes = reserve_bytes

    # --- writing ----------------------------------------------------------------------------------

    def begin(self, name: str, size_bytes: int) -> str:
        with _disk_errors():
            self._make_folders(name)
            free = self.free_bytes()
            is_small = size_bytes <= INLINE_BLOB_BYTES  # or a stream, whose writer looks as it grows
            if not is_small and size_bytes > free:
                raise StoreFull
            os.close(os.open(self._incoming(name), os.O_CREAT | os.O_WRONLY, 0o600))
        return ""

    def write_part(
        self, name: str, n: int, stream: Readable, size_bytes: int, upload_id: str = "", digest: bytes = b""
    ) -> Written:
        offset, hashed, left = n * self.part_bytes, hashlib.sha256(), size_bytes
        with _disk_errors(), open(self._incoming(name), "r+b", buffering=0) as file:
            file.seek(offset)
            room = memoryview(bytearray(min(size_bytes, BLOCK_BYTES)))
            while left:
                block = room[: stream.readinto(room[:left])]
                if not block:
                    raise BadPart("The part ended before its Content-Length.")
                hashed.update(block)
                left -= len(block)
                _write_all(file, block)
                if size_bytes > INLINE_BLOB_BYTES and self.free_bytes() <= 0:
                    raise StoreFull
            os.fsync(file.fileno())
        return Written(size_bytes, hashed.digest())

    def stream(self, name: str) -> "FolderWriter":
        self.begin(name, 0)
        with _disk_errors():
            return FolderWriter(self, open(self._incoming(name), "r+b", buffering=0))

    def complete(
        self, name: str, size_bytes: int, upload_id: str = "", digests: Sequence[bytes] = ()
    ) -> None:
        incoming, final = self._incoming(name), self._final(name)
        with _disk_errors():
            if self._is_final(name, size_bytes):
                return
            try:
                with open(incoming, "rb") as file:
                    if os.fstat(file.fileno()).st_size != size_bytes:
                        raise StoreAway("The blob is not as long as its share says.")
                    os.fsync(file.fileno())
                os.rename(incoming, final)
            except FileNotFoundError:
                # Two asked at once, and the other one was first.
                if not self._is_final(name, size_bytes):
                    raise
            sync_folder(final.parent)

    def _is_final(self, name: str, size_bytes: int) -> bool:
        final = self._final(name)
        return final.exists() and final.stat().st_size == size_bytes

    def delete(self, name: str, upload_id: str = "") -> None:
        with _disk_errors():
            self._incoming(name).unlink(missing_ok=True)
            self._final(name).unlink(missing_ok=True)

    def abort(self, name: str, upload_id: str) -> None:
        """A name has one file here, so there is never another upload to give up."""

    # --- reading ----------------------------------------------------------------------------------

    def read(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        return self._blocks(self.as_file(name), start, stop)

    def as_file(self, name: str) -> BinaryIO:
        with _disk_errors():
            return open(self._final(name), "rb", buffering=0)

    def _blocks(self, file: BinaryIO, start: int, stop: int) -> Iterator[bytes]:
        with file, _disk_errors():
            file.seek(start)
            left = stop - start
            while left > 0:
                block = file.read(min(left, BLOCK_BYTES))
                if not block:
                    raise StoreAway("The blob is shorter than its share says.")
                left -= len(block)
                yield block

    def exists(self, name: str) -> bool:
        return self._final(name).exists()

    def size(self, name: str) -> int:
        with _disk_errors():
            return self._final(name).stat().st_size

    def free_bytes(self) -> int:
        with _disk_errors():
            # On a new server nobody has left anything yet, and it is ready all the same.
            self._make(self.root)
            stat = os.statvfs(self.root)
        return stat.f_bavail * stat.f_frsize - self.reserve_bytes

    def look(self) -> None:
        self.free_bytes()

    def explain(self, error: ShareError) -> str:
        if isinstance(error, StoreFull):
            return "Less than STORAGE_RESERVE_BYTES is free. Make room, or give SHARES_DIR a larger disk."
        cause = error.__cause__
        said = f"The disk said: {cause.strerror}. " if isinstance(cause, OSError) else ""
        return f"{said}SHARES_DIR must be a folder that this user owns and can write."

    # --- for the sweep ----------------------------------------------------------------------------

    def list_unfinished(self) -> Iterator[str]:
        yield from _names_in(self.root / "incoming")

    def list_names(self, after: str = "") -> Iterator[str]:
        for number in range(256):
            prefix = f"{number:02x}"
            if prefix >= after[:2]:
                folder = self.root / "blobs" / prefix[0] / prefix[1]
                yield from (name for name in sorted(_names_in(folder)) if name > after)

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        with _disk_errors():
            self._make_folders(name)
            handle = self._locked(self._incoming(name))
        try:
            yield
        finally:
            os.close(handle)

    def _locked(self, path: Path) -> int:
        """A handle on *path* with its lock shared; made anew if the sweep removed it meanwhile."""
        while True:
            handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
            fcntl.flock(handle, fcntl.LOCK_SH)
            if os.fstat(handle).st_nlink:
                return handle
            os.close(handle)

    def is_held(self, name: str) -> bool:
        """The lock goes with the file through its rename, so both places are asked."""
        for path in (self._incoming(name), self._final(name)):
            with _exclusively(path) as state:
                if state == "held":
                    return True
        return False

    def remove_orphan(self, name: str, is_wanted: Callable[[], bool]) -> bool:
        removed = False
        for path in (self._incoming(name), self._final(name)):
            with _disk_errors(), _exclusively(path) as state:
                # Asked while we hold the lock: a writer that had it before has committed by now.
                if state == "ours" and not is_wanted():
                    path.unlink(missing_ok=True)
                    removed = True
        return removed

    # --- places -----------------------------------------------------------------------------------

    def _incoming(self, name: str) -> Path:
        return self.root / "incoming" / name

    def _final(self, name: str) -> Path:
        return self.root / "blobs" / name[0] / name[1] / name

    def _make_folders(self, name: str) -> None:
        for folder in (self._incoming(name).parent, self._final(name).parent):
            self._make(folder)

    def _make(self, folder: Path) -> None:
        """One level after the other: `mkdir` gives its mode to the last one only."""
        if folder.is_dir():
            return
        if folder == self.root:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        else:
            self._make(folder.parent)
            folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


def _write_all(file: BinaryIO, data: bytes | memoryview) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


def _names_in(folder: Path) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            yield from (entry.name for entry in entries)
    except FileNotFoundError:
        return


@contextmanager
def _exclusively(path: Path) -> Iterator[str]:
    """Yields "ours" with the file's lock taken, "held" when a writer has it, or "missing"."""
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        yield "missing"
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        yield "held"
        return
    try:
        yield "ours"
    finally:
        os.close(handle)
