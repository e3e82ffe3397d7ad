"""Bytes that come only once, sealed on their way to a file of mode 0600: never plain on a disk."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import BinaryIO

from ots.drafts import Secrets
from ots.errors import NothingToResume, StateUnwritable
from ots.state import StateFolder

_READ_BYTES = 1024**2


class Spool:
    """The sealed bytes of one share. Without a folder they have no name, and end with this process.

    file: None is for those of an earlier process, which are looked for when they are needed.
    """

    def __init__(self, secrets: Secrets, folder: StateFolder | None, file: BinaryIO | None = None) -> None:
        self._path = folder.file(secrets.share_id, "spool") if folder else None
        self._file = file

    @classmethod
    def filled(cls, blob: Iterable[bytes], secrets: Secrets, folder: StateFolder | None) -> "Spool":
        """Raises StateUnwritable, and whatever *blob* raises; then nothing is left."""
        spool = None
        try:
            file = _new(secrets, folder)
            spool = cls(secrets, folder, file)
            for piece in blob:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        except BaseException as error:
            if spool:
                spool.erase()
            if isinstance(error, OSError):
                raise StateUnwritable(f"The sealed bytes cannot be kept: {error.strerror}") from error
            raise
        return spool

    def pieces(self) -> Iterator[bytes]:
        """From the first byte. Raises NothingToResume."""
        if self._file is None:
            self._file = self._kept()
        self._file.seek(0)
        while data := self._file.read(_READ_BYTES):
            yield data

    def _kept(self) -> BinaryIO:
        with suppress(OSError):
            if self._path:
                return self._path.open("rb")
        raise NothingToResume("The sealed bytes are not here any more. Send it again.")

    def close(self) -> None:
        if self._file:
            self._file.close()

    def erase(self) -> None:
        self.close()
        if self._path:
            self._path.unlink(missing_ok=True)


def _new(secrets: Secrets, folder: StateFolder | None) -> BinaryIO:
    if folder is None:
        return tempfile.TemporaryFile()
    path = folder.made() / f"{secrets.id}.spool"
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    return os.fdopen(fd, "w+b")
