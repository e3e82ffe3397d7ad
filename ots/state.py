"""The notes of an unfinished transfer: one file for each share and way, 0600, sealed under a key of the link.

A note that `add` has returned from survives whatever happens next. Only one process holds a file at a time.
"""

import fcntl
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from ots.errors import InUse, LinkWrong, StateUnwritable
from sealing.encoding import encode
from sealing.errors import EnvelopeDamaged
from sealing.links import Link
from sealing.state import open_note, seal_note, state_key

Kind = Literal["send", "get"]

_LENGTH_BYTES = 4
_MOST_BYTES = 64 * 1024**2
# The server drops an upload a day after its last part, and no lease lives longer than a day.
_DEAD_SECONDS = 2 * 24 * 3600
_ENDINGS = (".send", ".get", ".spool")


class StateFolder:
    """Where notes and spools lie: `$XDG_STATE_HOME/onetimeshare`, 0700."""

    def __init__(self, path: Path | None = None) -> None:
        home = os.environ.get("XDG_STATE_HOME", "")
        base = Path(home) if Path(home).is_absolute() else Path.home() / ".local" / "state"
        self.path = path or base / "onetimeshare"

    def made(self) -> Path:
        """The folder, there and ours alone. Raises StateUnwritable."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.path.stat().st_uid != os.geteuid():
                raise StateUnwritable(f"{self.path} belongs to somebody else.")
            self.path.chmod(0o700)
        except OSError as error:
            raise StateUnwritable(f"{self.path} cannot be used: {error.strerror}") from error
        return self.path

    def file(self, share_id: bytes, kind: str) -> Path:
        return self.path / f"{encode(share_id)}.{kind}"

    def sweep(self) -> None:
        """Forget what nothing can go on from any more."""
        with suppress(OSError):
            for path in self.path.iterdir():
                # A spool lives as long as the notes beside it.
                young = path.with_suffix(".send") if path.suffix == ".spool" else path
                if path.suffix in _ENDINGS and min(_age(path), _age(young)) > _DEAD_SECONDS:
                    path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return time.time() - path.lstat().st_mtime
    except FileNotFoundError:
        return float("inf")


class Notes:
    """What is known of one transfer. folder: None keeps them in memory only."""

    def __init__(self, link: Link, kind: Kind, folder: StateFolder | None) -> None:
        self._key = state_key(link.secret, link.share_id)
        self._kind = kind
        self._path = folder.file(link.share_id, kind) if folder else None
        self._fd = -1
        self.all: list[dict[str, Any]] = []
        if folder and self._path:
            folder.made()
            try:
                self._fd = _locked(self._path)
                self._read()
            except OSError as error:
                raise StateUnwritable(f"{self._path} cannot be used: {error.strerror}") from error

    def find(self, name: str) -> Any:
        """What the newest note says under *name*, or None."""
        return next((note[name] for note in reversed(self.all) if name in note), None)

    def add(self, **note: Any) -> None:
        """Durable when it returns. Raises StateUnwritable."""
        if self._fd >= 0:
            sealed = seal_note(self._key, self._kind, len(self.all), json.dumps(note).encode())
            try:
                _write(self._fd, len(sealed).to_bytes(_LENGTH_BYTES, "big") + sealed)
                os.fsync(self._fd)
            except OSError as error:
                raise StateUnwritable(f"{self._path} cannot be written: {error.strerror}") from error
        self.all.append(note)

    def close(self) -> None:
        """Nobody has anything to go on from: the file goes. Else it stays, for the next process."""
        if self._fd >= 0:
            if not self.all and self._path:
                self._path.unlink(missing_ok=True)
            os.close(self._fd)
            self._fd = -1

    def erase(self) -> None:
        self.all = []
        self.close()

    def _read(self) -> None:
        """All whole notes; a last one that was cut short never counted, and is cut off."""
        data = memoryview(os.pread(self._fd, _MOST_BYTES, 0))
        at = 0
        while True:
            end = at + _LENGTH_BYTES + int.from_bytes(data[at : at + _LENGTH_BYTES], "big")
            if end > len(data) or at + _LENGTH_BYTES > len(data):
                break
            sealed = bytes(data[at + _LENGTH_BYTES : end])
            try:
                self.all.append(json.loads(open_note(self._key, self._kind, len(self.all), sealed)))
            except EnvelopeDamaged:
                if not self.all:
                    raise LinkWrong(
                        "An unfinished transfer is kept here under this link, with another secret."
                    ) from None
                break
            at = end
        os.ftruncate(self._fd, at)
        os.lseek(self._fd, at, os.SEEK_SET)


def _locked(path: Path) -> int:
    """The file, made if need be, and ours until it is closed. Raises InUse, OSError."""
    while True:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever had it before may have erased it meanwhile.
            if path.exists() and os.path.samestat(os.fstat(fd), path.lstat()):
                return fd
        except BlockingIOError:
            os.close(fd)
            raise InUse("Another ots works on this share right now.") from None
        except FileNotFoundError:
            pass
        os.close(fd)


def _write(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
