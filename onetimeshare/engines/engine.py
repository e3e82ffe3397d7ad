"""What both servers have in common: started under a lock, waited for, found again, stopped."""

import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from onetimeshare.engines.errors import EngineError
from onetimeshare.engines.folders import Home, LifeLock
from onetimeshare.engines.runner import Runner

START_SECONDS = 60  # recovery after a crash replays a log, which may be long
STOP_SECONDS = 30
PATIENCE_SECONDS = 2  # with a server that lives and does not answer
TRIES = 5

# Our own children are kept here, to be reaped: a zombie would look alive to PostgreSQL's own checks.
_children: list["subprocess.Popen[bytes]"] = []


class Engine(ABC):
    """One server and its data folder."""

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, home: Home, runner: Runner, durable: bool) -> None:
        self.home, self.runner, self.durable = home, runner, durable
        self.data = home.path / self.name
        self.log = home.path / f"{self.name}.log"
        self.life = LifeLock(home.path / f"{self.name}.lock")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """The address clients use."""

    @abstractmethod
    def find_program(self) -> Path:
        """The server's binary; raises EngineError where there is none."""

    @abstractmethod
    def prepare(self, program: Path, runner: Runner) -> None:
        """Make the data folder, and clear away what a killed server left; nobody lives in it now."""

    @abstractmethod
    def command(self, program: Path) -> Sequence[str | Path]: ...

    @abstractmethod
    def answers(self) -> bool:
        """Whether a server is ready on the socket."""

    def pid(self) -> int | None:
        return self.life.pid()

    def begin(self, program: Path) -> bool:
        """Start the server unless one lives here; True if this call did."""
        life = self._the_folder_for_ourselves()
        if life is None:
            return False
        try:
            runner = self.runner.reaching(program, self.home.path)
            runner.make_folder(self.home.run)
            self.prepare(program, runner)
            with open(self.log, "wb", opener=_private) as log:
                self._process = runner.spawn(
                    self.command(program), stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[life]
                )
            _children.append(self._process)
            self.life.note_pid(self._process.pid)
        finally:
            os.close(life)
        return True

    def wait_until_ready(self, program: Path) -> None:
        """Return when the server answers; one that dies at its start gets a few more tries."""
        until, tries = time.monotonic() + START_SECONDS, 1
        while not self.answers():
            if self._process and self._process.poll() is not None:
                if tries == TRIES:
                    raise EngineError(f"{self.name} does not start: {self._last_words()}")
                tries += 1
                self.begin(program)
            if time.monotonic() > until:
                raise EngineError(f"{self.name} is not ready after {START_SECONDS} s: {self._last_words()}")
            time.sleep(0.02)

    def ask_to_stop(self) -> None:
        pid = self.life.pid()
        if pid and self.life.is_held():
            with suppress(ProcessLookupError):  # it went first, its children are still leaving
                os.kill(pid, self.stop_signal)

    def wait_until_gone(self) -> None:
        if not self.life.was_released_within(STOP_SECONDS):
            raise EngineError(f"{self.name} (process {self.life.pid()}) does not stop.")
        _reap()

    def _the_folder_for_ourselves(self) -> int | None:
        """The life lock, or None if a server lives here and is, or becomes, ready.

        The last children of a killed server leave by themselves. One that lives but has lost its socket
        is stopped: nobody can reach it, and two servers in one folder would destroy it.
        """
        since, asked = time.monotonic(), False
        while (life := self.life.take()) is None:
            if self.answers():
                return None
            waited = time.monotonic() - since
            if waited > PATIENCE_SECONDS and not asked:
                self.ask_to_stop()
                asked = True
            if waited > STOP_SECONDS:
                raise EngineError(f"{self.name} (process {self.life.pid()}) neither answers nor stops.")
            time.sleep(0.02)
        _reap()
        return life

    def _last_words(self) -> str:
        """The end of the server's log on one line."""
        try:
            lines = self.log.read_text(errors="replace").split("\n")
        except OSError:
            lines = []
        return " / ".join(line.strip() for line in lines[-5:] if line.strip()) or f"see {self.log}"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _reap() -> None:
    _children[:] = [child for child in _children if child.poll() is None]
