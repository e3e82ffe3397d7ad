"""Real processes of the product, run as somebody who is not root."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from onetimeshare.engines.folders import Home
from onetimeshare.engines.runner import Runner
from tests.faults.tmpfs import Tmpfs

CLONE = Path(__file__).resolve().parents[2]
START_SECONDS = 40
STOP_SECONDS = 5
LOOK_SECONDS = 0.02


class RigError(Exception):
    """Something of the rig did not start or stop: no verdict about the product."""


class Account:
    """As whom the product runs: ourselves, or `nobody` when we are root."""

    def __init__(self, folder: Path) -> None:
        self._runner = Runner.for_home(Home(folder)).reaching(Path(sys.executable), CLONE)

    @property
    def become(self) -> tuple[str, ...]:
        """The words before a command that make it theirs."""
        if not (account := self._runner.account):
            return ()
        return ("setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", "--")

    def give(self, folder: Path) -> Path:
        """Make *folder*, theirs alone."""
        self._runner.make_folder(folder)
        return folder

    def note(self, path: Path, text: str) -> Path:
        """A file in a folder of theirs, which is theirs as well."""
        path.write_text(text)
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)
        return path

    def spawn(
        self,
        command: Sequence[str | Path],
        env: Mapping[str, str],
        log: Path,
        tmpfs: Tmpfs | None = None,
        code: Path = CLONE,
    ) -> "subprocess.Popen[bytes]":
        """A process in the folder *code*, which is where it finds the product; LD_PRELOAD is for it alone."""
        if preload := env.get("LD_PRELOAD"):
            env = {name: value for name, value in env.items() if name != "LD_PRELOAD"}
            command = ["env", f"LD_PRELOAD={preload}", *command]
        words: list[str | Path] = [*self._runner.prefix]
        options: dict[str, Any] = {}
        if (account := self._runner.account) and not words:
            if tmpfs:
                words = [*self.become]
            else:
                options = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        if tmpfs:
            words = [*tmpfs.prefix, *words]
        with log.open("ab") as out:
            options |= {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": out, "start_new_session": True}
            process: subprocess.Popen[bytes] = subprocess.Popen(
                [*words, *command], env=dict(env), cwd=code, **options
            )
        return process


class Master:
    """One gunicorn: its master process, its port, its log."""

    def __init__(
        self,
        account: Account,
        env: Mapping[str, str],
        port: int,
        log: Path,
        tmpfs: Tmpfs | None,
        code: Path = CLONE,
    ) -> None:
        self.port, self.log, self._code = port, log, code
        self._account, self._env, self._tmpfs = account, {**env, "BIND": f"127.0.0.1:{port}"}, tmpfs
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process, "this master was not started"
        return self._process.pid

    @property
    def worker_pids(self) -> list[int]:
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def change(self, **environ: str) -> None:
        """Settings, from the next start on."""
        self._env |= environ

    def start(self) -> None:
        command = (sys.executable, "-m", "gunicorn", "-c", "python:onetimeshare.gunicorn_conf")
        self._process = self._account.spawn(command, self._env, self.log, self._tmpfs, self._code)

    def wait_until_ready(self) -> None:
        """Return when it answers. Raises RigError with its last words."""
        until = time.monotonic() + START_SECONDS
        while not self.answers():
            if self._process is None or self._process.poll() is not None or time.monotonic() > until:
                self.stop(0)
                raise RigError(f"gunicorn does not start: {self.log.read_text(errors='replace')[-3000:]}")
            time.sleep(LOOK_SECONDS)

    def answers(self) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", "/healthz")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def ask_to_stop(self) -> None:
        """Begin to leave gracefully; `stop` waits for it. Several leave side by side that way."""
        if self._process:
            self._process.terminate()

    def stop(self, patience_seconds: float = STOP_SECONDS) -> None:
        """None of its processes is left afterwards, however long they would like to stay."""
        if self._process is not None:
            end(self._process, patience_seconds)
            self._process = None


def end(process: "subprocess.Popen[bytes]", patience_seconds: float = 0) -> None:
    """Wait so long for it to leave, then SIGKILL for its whole session."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(patience_seconds)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def kill_9(pid: int) -> None:
    """Gone at once, and certainly gone when this returns (a zombie is gone)."""
    os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + STOP_SECONDS
    while lives(pid):
        if time.monotonic() > until:
            raise RigError(f"process {pid} survived kill -9")
        time.sleep(LOOK_SECONDS / 4)


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
