"""Where one pair of servers lives on disk, and the locks that say who is using it."""

import fcntl
import hashlib
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from onetimeshare.engines.errors import EngineError

# A unix socket's path may be 107 bytes long (103 on a Mac), the socket's own name included.
LONGEST_SOCKET_PATH = 100
LONGEST_SOCKET_NAME = len("/.s.PGSQL.5432")
# Descriptors that are held for as long as this process lives.
_in_use: dict[Path, int] = {}
PLAIN_PATH = re.compile(rb"[A-Za-z0-9/._+-]+")


class Home:
    """One folder with the data of one PostgreSQL and one Valkey, their logs, locks and sockets."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self) -> None:
        """The folder, closed to others. Made by root, it belongs to whom the clone belongs, and may be
        passed through: the servers in it do not run as root.
        """
        if self.path.is_dir():
            return
        is_root = os.geteuid() == 0
        self.path.mkdir(mode=0o711 if is_root else 0o700, parents=True, exist_ok=True)
        if is_root:
            clone = self.path.parent.stat()
            os.chown(self.path, clone.st_uid, clone.st_gid)

    @property
    def run(self) -> Path:
        """The folder of the sockets: `run` in here, unless a socket's path could not be written that way.

        Plain characters only, so that the path means the same in both URLs and in every flag.
        """
        path = os.fsencode(self.path / "run")
        if len(path) + LONGEST_SOCKET_NAME <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(path):
            return self.path / "run"
        # Not tempfile.gettempdir(): cron and a shell may differ in TMPDIR and must meet at the same sockets.
        return Path("/tmp") / f"onetimeshare-{hashlib.sha256(path).hexdigest()[:16]}"  # noqa: S108

    def tidy(self) -> None:
        """Nothing of ours stays in a shared folder once the servers are gone."""
        if self.run.parent != self.path:
            with suppress(OSError):  # not empty: one of the two still runs
                self.run.rmdir()

    def use(self) -> None:
        """Note, until this process ends, that it uses the servers here."""
        if self.path not in _in_use:
            _in_use[self.path] = os.open(self._users, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(_in_use[self.path], fcntl.LOCK_SH)

    def is_used(self) -> bool:
        return LifeLock(self._users).is_held()

    @property
    def _users(self) -> Path:
        return self.path / "users.lock"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One start or stop at a time, whichever process asks."""
        fd = os.open(self.path / "engines.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            yield
        finally:
            os.close(fd)


def make_private(folder: Path, owner: tuple[int, int] | None) -> None:
    """*folder* with mode 0700, given to *owner*; one that another user laid out first is refused."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        ours = {os.geteuid()} | ({owner[0]} if owner else set())
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours:
            raise EngineError(f"{folder} belongs to somebody else; remove it first.") from None
        folder.chmod(0o700)
    if owner:
        os.chown(folder, *owner)


class LifeLock:
    """A lock that a server holds, with all its children, for exactly as long as one of them lives.

    The server inherits the descriptor, so the kernel answers "is anybody still using this folder?". A pid
    file cannot: after kill -9 its number may be a zombie's, or belong to a stranger.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def take(self) -> int | None:
        """The locked descriptor to hand to a server, or None while a server lives."""
        # Read-only: a server must not be able to change whom we send a signal.
        fd = os.open(self.path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return None
        return fd

    def is_held(self) -> bool:
        fd = self.take()
        if fd is not None:
            os.close(fd)
        return fd is None

    def was_released_within(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while self.is_held():
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def note_pid(self, pid: int) -> None:
        self.path.write_text(str(pid))

    def pid(self) -> int | None:
        """The server that was last started under this lock; alive only while the lock is held."""
        try:
            return int(self.path.read_text())
        except (OSError, ValueError):
            return None
