"""Try the storage that is configured with blobs of our own, step by step, and leave nothing behind."""

import hashlib
import io
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from shares.errors import ShareError
from shares.storage import share_storage

PROBE_BYTES = 1000
_UNLISTED = (
    "It does not list unfinished uploads, so the sweep cannot find those that nobody remembers. Let its own "
    "rules abort them after 7 days (docs/operations.md)."
)


@dataclass(frozen=True)
class Probed:
    """One step. `trouble` says what is wrong and what to do; empty where all is well."""

    step: str
    trouble: str = ""
    is_fatal: bool = True


class ProbeFailed(Exception):
    """It answered, and not with what it was given."""


def probe() -> Iterator[Probed]:
    """Write, read, list and remove, as shares do; the first step that fails is the last.

    A place that was reached is asked besides what of it would keep erased blobs alive.
    """
    trial = _Trial()
    trouble = trial.trouble_with(trial.look)
    yield Probed("reach it", trouble)
    if trouble:
        return
    try:
        for step, work in trial.steps().items():
            trouble = trial.trouble_with(work)
            yield Probed(step, trouble)
            if trouble:
                break
        else:
            yield from (Probed(*step) for step in trial.past_us())
    finally:
        trial.clear()
    if not trial.lists_unfinished:
        yield Probed("list unfinished uploads", _UNLISTED, is_fatal=False)
    for concern in share_storage().concerns():
        yield Probed("what is removed is gone", concern)


class _Trial:
    def __init__(self) -> None:
        self._storage = share_storage()
        self._small, self._large, self._direct = (self._storage.new_name() for _ in range(3))
        self.look = self._storage.look
        self._bytes, self._upload_id = secrets.token_bytes(PROBE_BYTES), ""
        self.lists_unfinished = True

    def steps(self) -> dict[str, Callable[[], None]]:
        return {
            "write a small blob, read a range of it, find it in the list": self._small_blob,
            "write a blob in parts": self._parts,
            "finish it, and read it back": self._finish,
            "remove both": self._remove,
        }

    def past_us(self) -> Iterator[tuple[str, str]]:
        """Where clients are sent to the place itself."""
        parts = urlsplit(settings.PUBLIC_URL)
        return self._storage.try_direct(self._direct, f"{parts.scheme}://{parts.netloc}")

    def trouble_with(self, work: Callable[[], None]) -> str:
        try:
            work()
        except ShareError as error:
            return self._storage.explain(error)
        except ProbeFailed as error:
            return str(error)
        return ""

    def _small_blob(self) -> None:
        with self._storage.kept(self._small, self._bytes):
            if b"".join(self._storage.read(self._small, 100, 900)) != self._bytes[100:900]:
                raise ProbeFailed("It does not honour ranges: it gave other bytes back.")
            # Names from just before it on, so that a full bucket is not read from its beginning.
            if next(self._storage.list_names(after=self._small[:-1]), "") != self._small:
                raise ProbeFailed("It does not list what was just written: the sweep would find no orphans.")

    def _parts(self) -> None:
        self._upload_id = self._storage.begin(self._large, PROBE_BYTES)
        body = io.BytesIO(self._bytes)
        digest = hashlib.sha256(self._bytes).digest()
        self._storage.write_part(self._large, 0, body, PROBE_BYTES, self._upload_id, digest)
        self.lists_unfinished = self._large in self._storage.list_unfinished()

    def _finish(self) -> None:
        self._storage.complete(self._large, PROBE_BYTES, self._upload_id)
        if b"".join(self._storage.read(self._large, 0, PROBE_BYTES)) != self._bytes:
            raise ProbeFailed("It gave other bytes back than it took.")

    def _remove(self) -> None:
        for name in (self._small, self._large):
            self._storage.delete(name)
            if self._storage.exists(name):
                raise ProbeFailed("It says that it removed a blob, and still has it.")

    def clear(self) -> None:
        """After a failure; what cannot be removed now is an orphan for the sweep."""
        with suppress(ShareError):
            self._storage.delete(self._small)
            self._storage.delete(self._large, self._upload_id)
            self._storage.delete(self._direct)
