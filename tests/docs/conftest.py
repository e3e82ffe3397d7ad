"""The product as `make run` starts it, for documents whose commands are run as they stand."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import redis

from onetimeshare import engines

CLONE = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 60
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@dataclass(frozen=True)
class Running:
    """A server that answers at *url*; *data* is its `var/`."""

    url: str
    data: Path
    env: dict[str, str]


@pytest.fixture(autouse=True)
def _fresh_stores() -> None:
    """Instead of the fixture for tests within one process: this server has stores of its own."""


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`make run` over a database of its own in the tests' engines, which never wait for the disk."""
    folder = tmp_path_factory.mktemp("running")
    found = engines.start(durable=False)
    name = f"docs_{secrets.token_hex(4)}"
    with psycopg.connect(found.database_url.replace("/onetimeshare?", "/postgres?"), autocommit=True) as line:
        line.execute(f"CREATE DATABASE {name}")
        try:
            yield from _served(folder, found, name)
        finally:
            line.execute(f"DROP DATABASE {name} WITH (FORCE)")
            shutil.rmtree(folder, ignore_errors=True)


def _served(folder: Path, found: engines.Engines, database: str) -> Iterator[Running]:
    port = _free_port()
    env = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "DATABASE_URL": found.database_url.replace("/onetimeshare?", f"/{database}?"),
        "REDIS_URL": found.redis_url.replace("db=0", f"db={15 - WORKER % 8}"),
        "DATA_DIR": str(folder / "var"),
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
    }
    redis.Redis.from_url(env["REDIS_URL"]).flushdb()  # what a run before has counted is not this one's
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "onetimeshare.serve"], cwd=CLONE, env=env, stdout=out, stderr=out
        )
    try:
        _wait_for_the_welcome(process, log)
        yield Running(f"http://localhost:{port}", folder / "var", env)
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _wait_for_the_welcome(process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while b"OneTimeShare answers at" not in log.read_bytes():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
