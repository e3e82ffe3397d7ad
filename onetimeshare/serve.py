"""`make run` after the installation: the whole product from one clone, until Ctrl-C.

Starts PostgreSQL and Valkey where no URL names others, brings tables and static files up to date, runs
gunicorn, the purge sweep and the worker, and watches over all of them. What it started, it stops.
"""

import http.client
import os
import socket
import sys
import time
from pathlib import Path
from typing import NoReturn

from onetimeshare import engines, secretkey
from onetimeshare.children import ChildDied, Children, Stopped
from onetimeshare.engines.folders import Home, LifeLock

CLONE = Path(__file__).resolve().parents[1]
READY_SECONDS = 60
SWEEP_SECONDS = 60
LOOK_AT_ENGINES_SECONDS = 2


class CannotServe(Exception):
    """It makes no sense to start; the message is one line for a person."""


def main() -> int:
    os.umask(0o077)  # whatever is made below, by us or by a child, is for this user only
    try:
        port = _port()
        data = _data_folder()
        # Held until this process ends, however it ends.
        alone = LifeLock(data / "serve.lock").take()
        if alone is None:
            raise CannotServe(f"OneTimeShare already runs with {data}.")
        _refuse_busy(port)
        return Server(port, data).run()
    except (CannotServe, engines.EngineError) as refusal:
        print(refusal, file=sys.stderr)
    except OSError as error:
        print(f"OneTimeShare cannot start: {error}", file=sys.stderr)
    return 1


class Server:
    """One `make run`: starts in order, watches, stops in the opposite order."""

    def __init__(self, port: int, data: Path) -> None:
        self.port, self.data = port, data
        self.environ = _environ(port, data)
        self.children = Children(self.environ, CLONE)
        self.engines = EnginesDuty(data / "serve.engines")

    def run(self) -> int:
        try:
            self._start()
            print(self._welcome(), flush=True)
            self._watch()
        except Stopped:
            return 0
        except (ChildDied, engines.EngineError) as end:
            print(end, file=sys.stderr)
            return 1
        finally:
            self.children.stop()
            self.engines.stop()

    def _start(self) -> None:
        self.environ |= self.engines.start()
        self.children.finish("The preparation of tables and static files", "-m", "onetimeshare.prepare")
        self.children.start("gunicorn", "-m", "gunicorn", "-c", "python:onetimeshare.gunicorn_conf")
        self._wait_for_an_answer()
        sweep = ("manage.py", "purge_shares", "--every", str(SWEEP_SECONDS))
        self.children.start("The purge sweep", *sweep)
        self.children.start("The worker", "manage.py", "worker")

    def _wait_for_an_answer(self) -> None:
        until = time.monotonic() + READY_SECONDS
        while not _answers(self.port):
            self.children.look()
            if time.monotonic() > until:
                raise ChildDied(f"gunicorn did not answer within {READY_SECONDS} s; stopping.")
            time.sleep(0.05)

    def _watch(self) -> NoReturn:
        while True:
            look_again = time.monotonic() + LOOK_AT_ENGINES_SECONDS
            while time.monotonic() < look_again:
                self.children.look()
                time.sleep(0.1)
            if silent := engines.silent():
                raise ChildDied(f"{' and '.join(silent)} ended; stopping the rest.")

    def _welcome(self) -> str:
        address = f"http://localhost:{self.port}/"
        return (
            f"OneTimeShare answers at {address}\n"
            f"  try it   curl -T notes.pdf {address}\n"
            f"  data     {self.data}\n"
            "  stop     Ctrl-C"
        )


class EnginesDuty:
    """Which engines are ours to stop; noted in a file, so that a killed `make run` leaves it to the next."""

    def __init__(self, note: Path) -> None:
        self.note = note

    def start(self) -> dict[str, str]:
        """The two URLs, of servers that are ready."""
        found = engines.start()
        self.note.write_text(" ".join({*self._names(), *found.started}))
        return {"DATABASE_URL": found.database_url, "REDIS_URL": found.redis_url}

    def stop(self) -> None:
        if names := self._names():
            engines.stop(names=names)
        self.note.unlink(missing_ok=True)

    def _names(self) -> tuple[str, ...]:
        return tuple(self.note.read_text().split()) if self.note.exists() else ()


def _port() -> int:
    told = os.environ.get("PORT") or "8000"
    if not (told.isdecimal() and 0 < int(told) < 65536):
        raise CannotServe(f"PORT must be a number from 1 to 65535, not {told!r}.")
    return int(told)


def _refuse_busy(port: int) -> None:
    with socket.socket() as probe:
        # As gunicorn binds: a port on which connections are still fading is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            reason = error.strerror or "not free"
            raise CannotServe(f"Port {port}: {reason}. Take another: PORT=8001 make run") from error


def _data_folder() -> Path:
    folder = Path(os.environ.get("DATA_DIR") or CLONE / "var").absolute()
    Home(folder).make()
    return folder


def _environ(port: int, data: Path) -> dict[str, str]:
    """What the children see: what we were given, less libpq's own variables, which bend DATABASE_URL."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environ.setdefault("PUBLIC_URL", f"http://localhost:{port}")
    environ.setdefault("MODE", "development")
    environ["BIND"] = f"127.0.0.1:{port}"
    if not (environ.get("SECRET_KEY") or environ.get("SECRET_KEY_FILE")):
        environ["SECRET_KEY_FILE"] = str(_secret_key(data / "secret_key"))
    return environ


def _secret_key(path: Path) -> Path:
    """The file with this clone's key, made once; it gets its name when it is whole."""
    if not path.exists():
        secretkey.write(path, [secretkey.new_key()])
    return path


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


if __name__ == "__main__":
    sys.exit(main())
