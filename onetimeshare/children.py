"""Processes that live no longer than their parent: started, watched together, stopped in order."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

PATIENCE_SECONDS = 40  # more than gunicorn's graceful_timeout
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Stopped(Exception):
    """Somebody asked us to stop."""


class ChildDied(Exception):
    """A process ended that should not have; the message is one line for a person."""


class Children:
    """The processes of one parent, in the order of their start."""

    def __init__(self, environ: Mapping[str, str], folder: Path) -> None:
        self._environ, self._folder = environ, folder
        self._living: dict[str, subprocess.Popen[bytes]] = {}
        self._times_asked = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def start(self, name: str, *command: str) -> None:
        """Start a program of this Python: a module (`-m name`) or a script, with its words."""
        # A session of its own: Ctrl-C reaches the parent alone, which then stops its children in order.
        self._living[name] = subprocess.Popen(  # noqa: S603
            [sys.executable, *command],
            env=self._environ,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )

    def finish(self, name: str, *command: str) -> None:
        """Run a program to its end, which must be a good one."""
        self.start(name, *command)
        while self._living[name].poll() is None:
            self._leave_if_asked()
            time.sleep(0.02)
        if self._living[name].returncode:
            self.look()
        del self._living[name]

    def look(self) -> None:
        """Raises Stopped if somebody asked for it, ChildDied if one of them ended."""
        self._leave_if_asked()
        for name, process in self._living.items():
            if process.poll() is not None:
                raise ChildDied(f"{name} ended ({_how(process.returncode)}); stopping the rest.")

    def stop(self) -> None:
        """Stop all, the last first, and wait until they are gone; asked again, they drop what they do."""
        asked_before = self._times_asked
        started = list(reversed(self._living.values()))
        for process in started:
            process.terminate()
        until = time.monotonic() + PATIENCE_SECONDS
        while any(process.poll() is None for process in started):
            if self._times_asked > asked_before:
                self._signal(started, signal.SIGQUIT)
                asked_before = self._times_asked
            if time.monotonic() > until:
                self._signal(started, signal.SIGKILL)
            time.sleep(0.02)
        self._living.clear()

    def _leave_if_asked(self) -> None:
        if self._times_asked:
            raise Stopped

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        # Only noted here and acted upon between two steps, so that no step is left half done.
        self._times_asked += 1

    def _signal(self, processes: list["subprocess.Popen[bytes]"], number: signal.Signals) -> None:
        for process in processes:
            process.send_signal(number)


def _end_with_parent() -> None:
    """On Linux, a parent that was killed outright takes its children with it."""
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _how(returncode: int) -> str:
    return f"exit status {returncode}" if returncode >= 0 else signal.Signals(-returncode).name
