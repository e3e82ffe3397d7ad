"""What is measured runs here: engines of our own, and one gunicorn for each app, all on free ports.

Everything lies in one folder beside the real data, on the same disk, and is removed afterwards.
"""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from onetimeshare import engines
from onetimeshare.engines.folders import Home

CLONE = Path(__file__).resolve().parents[1]
READY_SECONDS = 60
STOP_SECONDS = 45
LIMITS = ("RATE_CREATE", "RATE_CLAIM", "RATE_READ", "RATE_PART")
OURS = "onetimeshare.gunicorn_conf"
LOCKED_PEER = CLONE / "requirements" / "peer.txt"


@dataclass
class Place:
    """A folder with engines and what was started in it."""

    folder: Path
    engines: engines.Engines
    environ: dict[str, str]
    stack: ExitStack = field(repr=False)

    def run(self, *command: str, **more: str) -> str:
        """Run a program of this Python to its end; what it printed."""
        environ = self.environ | more
        done = subprocess.run(
            [sys.executable, *command], env=environ, cwd=CLONE, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stdout

    def serve(self, app: str, python: str = sys.executable, conf: str = OURS, **more: str) -> "Server":
        """gunicorn with the product's own settings around *app*, until the place is left."""
        return self.stack.enter_context(_served(app, python, conf, self.environ | more, self.folder))

    def product(self, *, is_counting: bool = False) -> "Server":
        """is_counting: with limits so high that nobody meets them, at their full cost."""
        limits = dict.fromkeys(LIMITS, "1000000/s") if is_counting else {}
        return self.serve("onetimeshare.wsgi:application", **limits)

    def snappass(self) -> "Server | None":
        """The peer in a venv of its own; None where it cannot be installed.

        One process: its secrets are in that process' memory.
        """
        venv = self.folder / "snappass"
        words = "-m pip --disable-pip-version-check install -qq --require-hashes --only-binary :all: -r"
        install = (*words.split(), LOCKED_PEER)
        try:
            subprocess.run([sys.executable, "-m", "venv", venv], check=True, capture_output=True)
            subprocess.run([venv / "bin/python", *install], check=True, capture_output=True)
        except subprocess.CalledProcessError as error:
            print(f"snappass: not measured, it cannot be installed: {error.stderr[-200:]!r}")
            return None
        alone = {"MOCK_REDIS": "1", "NO_SSL": "True", "WEB_CONCURRENCY": "1"}
        return self.serve("snappass.main:app", str(venv / "bin/python"), "bench.peer_conf", **alone)


@dataclass(frozen=True)
class Server:
    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def place() -> Iterator[Place]:
    """Engines that wait for the disk, with the product's tables in them."""
    Home(CLONE / "var").make()
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=CLONE / "var"))
    folder.chmod(0o755)  # the engines may run as somebody else
    root = folder / "engines"
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(engines.stop, root, environ={})
        found = engines.start(root, environ={})
        made = Place(folder, found, _environ(folder, found), stack)
        made.run("-m", "onetimeshare.prepare")
        yield made


def _environ(folder: Path, found: engines.Engines) -> dict[str, str]:
    """The product as it is deployed, but without limits: all users here come from one address."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
    return (
        kept
        | {
            "PYTHONPATH": str(CLONE),
            "MODE": "development",
            "SECRET_KEY": "for-the-bench-only",
            "PUBLIC_URL": "http://localhost",
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": found.database_url,
            "REDIS_URL": found.redis_url,
        }
        | dict.fromkeys(LIMITS, "")
    )


@contextmanager
def _served(app: str, python: str, conf: str, environ: Mapping[str, str], folder: Path) -> Iterator[Server]:
    port = free_port()
    log = folder / f"gunicorn-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [python, "-m", "gunicorn", "-c", f"python:{conf}", app],
            env=environ | {"BIND": f"127.0.0.1:{port}"},
            cwd=CLONE,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        _wait_for_an_answer(process, port, log)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for_an_answer(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"a server does not start:\n{log.read_text()[-4000:]}")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
