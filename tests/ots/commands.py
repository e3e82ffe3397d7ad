"""The command in processes of its own: in pipes, and at a terminal."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]
SECONDS = 60
LINK = re.compile(r"https?://\S+/s/[a-z2-7]{16}#1[a-z2-7]{26}")
MANAGE = re.compile(r"https?://\S+/m/[a-z2-7]{16}#1[a-z2-7]{26}")


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed."""

    code: int
    raw: bytes = field(repr=False)
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode()

    @property
    def link(self) -> str:
        """What `send` printed: the link and nothing else."""
        assert LINK.fullmatch(self.out.strip()), self
        return self.out.strip()

    @property
    def manage(self) -> str:
        return MANAGE.findall(self.err)[-1]


class Ots:
    """The command with a home, a folder to work in, and a server."""

    def __init__(self, home: Path, folder: Path, server: str) -> None:
        self.home, self.folder, self.server = home, folder, server
        self.state = home / "state" / "onetimeshare"
        home.mkdir(exist_ok=True)
        folder.mkdir(exist_ok=True)

    def at(self, server: str) -> "Ots":
        return Ots(self.home, self.folder, server)

    def within(self, name: str) -> "Ots":
        """The same in a new folder below."""
        return Ots(self.home, self.folder / name, self.server)

    @property
    def env(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(CLONE),
            "PYTHONWARNINGS": "error",
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home / "state"),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "OTS_SERVER": self.server,
            "TERM": "xterm",
            "TZ": "UTC",
        }

    def start(self, *words: str | Path, stdin: bytes | None = None, **more: str) -> "subprocess.Popen[bytes]":
        source: int = subprocess.DEVNULL if stdin is None else subprocess.PIPE
        process = subprocess.Popen(
            [sys.executable, "-m", "ots", *words],
            cwd=self.folder,
            env=self.env | more,
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # no terminal to ask at
            preexec_fn=_can_be_interrupted,
        )
        if stdin is not None and process.stdin:
            process.stdin.write(stdin)
            process.stdin.close()
            process.stdin = None
        return process

    def __call__(
        self, *words: str | Path, stdin: bytes | None = None, code: int | None = 0, **more: str
    ) -> Done:
        done = ended(self.start(*words, stdin=stdin, **more))
        assert code in (None, done.code), (words[:1], done)
        assert "Traceback" not in done.err, done.err
        return done

    def files(self) -> dict[str, bytes]:
        """Everything below the folder, but the home."""
        found = (path for path in self.folder.rglob("*") if path.is_file() and self.home not in path.parents)
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in found}

    def kept(self) -> list[str]:
        """What is still noted of transfers, by the endings of its names."""
        return sorted(path.suffix for path in self.state.iterdir()) if self.state.exists() else []


def _can_be_interrupted() -> None:
    """Whoever runs tests in the background has Ctrl-C ignored, and a child inherits that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def ended(process: "subprocess.Popen[bytes]") -> Done:
    try:
        out, err = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return Done(process.returncode, out, err.decode())


def wait_until(condition: Callable[[], bool], seconds: float = SECONDS) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.005)


class Terminal:
    """A command at a terminal: what it shows, and what is typed."""

    def __init__(self, ots: Ots, words: Sequence[str]) -> None:
        self.shown = ""
        self._seen = 0
        self.pid, self._fd = pty.fork()
        if not self.pid:
            os.chdir(ots.folder)
            os.execve(sys.executable, [sys.executable, "-m", "ots", *words], ots.env)  # noqa: S606

    def see(self, text: str) -> None:
        """Wait until it was shown, after what was waited for before."""
        until = time.monotonic() + SECONDS
        while text not in self.shown[self._seen :]:
            assert time.monotonic() < until, self.shown
            assert self._read() or text in self.shown[self._seen :], self.shown
        self._seen = self.shown.index(text, self._seen) + len(text)

    def type(self, text: str) -> None:
        os.write(self._fd, text.encode())

    def end(self) -> int:
        """Its exit code."""
        until = time.monotonic() + SECONDS
        while self._read():
            assert time.monotonic() < until, self.shown
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    def close(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._fd)

    def _read(self) -> bool:
        if not select.select([self._fd], [], [], 0.5)[0]:
            return True
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            return False
        self.shown += data.decode(errors="replace").replace("\r\n", "\n")
        return bool(data)
