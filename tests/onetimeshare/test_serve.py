"""`make run` after the installation, as real processes: what it starts answers, and ends with it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onetimeshare import engines

CLONE = Path(__file__).resolve().parents[2]
READY_SECONDS = 60
PROGRAMS = ("gunicorn", "purge_shares", "manage.py worker", "bin/postgres", "valkey-server")


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """One folder for all of these tests: static files are compressed once."""
    folder = Path(tempfile.mkdtemp(prefix="ots-", dir="/tmp"))
    yield folder
    engines.stop(folder)
    shutil.rmtree(folder)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def serve(data: Path, port: int) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `make run`'s program with none of the variables that the test run itself was given."""
    started = []

    def serve(**environ: str) -> "subprocess.Popen[str]":
        given = {"PATH": os.environ["PATH"], "DATA_DIR": str(data), "PORT": str(port)}
        process = subprocess.Popen(
            [sys.executable, "-m", "onetimeshare.serve"],
            cwd=CLONE,
            env=given | environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield serve
    for process in started:
        process.terminate()
        process.communicate(timeout=60)


def welcome(process: "subprocess.Popen[str]") -> list[str]:
    """What it prints when it is ready."""
    lines = [process.stdout.readline().rstrip() for _ in range(4)]
    assert lines[0], process.communicate(timeout=READY_SECONDS)
    return lines


def end(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """How it ended by itself: exit status, and what it said."""
    said = process.communicate(timeout=60)[1]
    return process.returncode, said


def children_of(process: "subprocess.Popen[str]") -> dict[str, int]:
    """pid of each child, by its command line."""
    pids = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return {Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "): int(pid) for pid in pids}


def child(process: "subprocess.Popen[str]", name: str) -> int:
    return next(pid for words, pid in children_of(process).items() if name in words)


def is_gone(pid: int) -> bool:
    """Dead, whether or not somebody has buried it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def comes_true(question: Callable[[], bool], seconds: float = 15) -> bool:
    until = time.monotonic() + seconds
    while not question() and time.monotonic() < until:
        time.sleep(0.05)
    return question()


def test_it_answers_where_it_says_and_leaves_nothing_behind(serve, data, port):
    process = serve()
    said = welcome(process)
    children = children_of(process)
    with urllib.request.urlopen(f"http://localhost:{port}/", timeout=10) as answer:
        status = answer.status

    process.send_signal(signal.SIGINT)

    assert end(process) == (0, "")
    assert status == 200
    assert said[0] == f"OneTimeShare answers at http://localhost:{port}/"
    assert str(data) in said[2]
    assert all(any(name in words for words in children) for name in PROGRAMS)
    assert all(is_gone(pid) for pid in children.values())
    assert engines.running(data, environ={}) is None


def test_nothing_it_makes_can_be_read_by_another_user(serve, data):
    welcome(serve())

    made = [data / name for name in ("secret_key", "static", "postgres", "valkey", "serve.lock")]

    assert [path.name for path in made if path.stat().st_mode & 0o077] == []


def test_the_key_is_made_once_and_is_for_its_owner_only(serve, data):
    welcome(first := serve())
    first.terminate()
    first.wait()
    key = (data / "secret_key").read_bytes()

    welcome(serve())

    assert (data / "secret_key").read_bytes() == key
    assert len(key) >= 50
    assert (data / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "name",
    [
        "gunicorn",
        *(
            pytest.param(name, marks=pytest.mark.full)
            for name in ("purge_shares", "manage.py worker", "valkey")
        ),
    ],
)
def test_the_death_of_one_is_named_and_ends_the_others(serve, data, name):
    welcome(process := serve())
    others = children_of(process)

    os.kill(child(process, name), signal.SIGKILL)
    status, said = end(process)

    shown = {"purge_shares": "The purge sweep", "manage.py worker": "The worker"}.get(name, name)
    assert status == 1
    assert said.startswith(f"{shown} ended")
    assert said.count("\n") == 1
    assert all(is_gone(pid) for pid in others.values())


def test_killed_outright_it_takes_its_children_along_and_leaves_the_engines_to_the_next(serve, data):
    welcome(killed := serve())
    children = [child(killed, name) for name in ("gunicorn", "purge_shares", "manage.py worker")]

    killed.kill()

    assert comes_true(lambda: all(is_gone(pid) for pid in children))
    left = engines.running(data, environ={})
    welcome(second := serve())
    second.terminate()
    assert end(second) == (0, "")
    assert left is not None
    assert is_gone(left.postgres_pid)


def test_engines_that_ran_before_go_on_running(serve, data):
    pair = engines.start(data, environ={})

    welcome(process := serve())
    process.terminate()

    assert end(process) == (0, "")
    assert engines.running(data, environ={}) == engines.Engines(
        pair.database_url, pair.redis_url, pair.postgres_pid, pair.valkey_pid
    )
    engines.stop(data)


def test_servers_that_the_operator_names_are_used(serve, data, tmp_path):
    pair = engines.start(data / "other", environ={})

    welcome(process := serve(DATABASE_URL=pair.database_url, REDIS_URL=pair.redis_url))
    ours = children_of(process)
    process.terminate()

    assert end(process) == (0, "")
    assert len(ours) == 3
    assert engines.running(data / "other", environ={}) is not None
    engines.stop(data / "other")


def test_a_busy_port_is_one_line(serve, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()

        status, said = end(serve())

    assert status == 1
    assert said == f"Port {port}: Address already in use. Take another: PORT=8001 make run\n"


def test_a_port_that_is_none_is_one_line(serve):
    status, said = end(serve(PORT="http"))

    assert status == 1
    assert said == "PORT must be a number from 1 to 65535, not 'http'.\n"


def test_a_second_one_in_the_same_folder_is_refused(serve, data):
    welcome(first := serve())

    status, said = end(serve())

    assert status == 1
    assert said == f"OneTimeShare already runs with {data}.\n"
    assert first.poll() is None


def test_settings_that_cannot_be_understood_end_it_before_it_answers(serve, data):
    status, said = end(serve(MAX_OPENS="many"))

    assert status == 1
    assert "MAX_OPENS" in said
    assert engines.running(data, environ={}) is None
