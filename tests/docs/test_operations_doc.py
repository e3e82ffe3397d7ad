"""docs/operations.md: its tables are what the code does, and its backup revives nothing."""

import os
import re
import subprocess
from pathlib import Path

import psycopg
import pytest
from django.test import RequestFactory

from onetimeshare.engines.find import postgres_programs
from shares import limits, redis_line
from shares.errors import TooMany
from tests.docs.conftest import CLONE, Running
from tests.docs.test_settings_doc import told

DOC = (CLONE / "docs" / "operations.md").read_text()
WORDS = {"h": "an hour", "m": "a minute"}
# The rows of "Redis away" that are about a rate, by the words they begin with.
RATES = {
    "leaving a share": "create",
    "signing in": "login",
    "opening, claiming": "claim",
    "status, receipt": "read",
    "parts sent": "part",
}


def section(title: str) -> str:
    return re.split(r"^#{2,3} ", DOC.partition(f"# {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def rows(title: str) -> list[list[str]]:
    lines = re.findall(r"^\| (.*) \|$", section(title), re.MULTILINE)
    return [line.split(" | ") for line in lines[1:]]


def admitted(name: str, tries: int) -> int:
    """How many of so many requests this rate lets through."""
    request = RequestFactory().get("/")
    count = 0
    for _ in range(tries):
        try:
            limits.check(name, request)
        except TooMany:
            continue
        count += 1
    return count


def test_the_rates_in_the_table_are_the_defaults():
    table = {setting.strip("`"): default for setting, default, _ in rows("Limits")}

    defaults = {name: row.default for name, row in told().items() if name.startswith("RATE_")}
    assert table == {name: f"{rate[:-2]} {WORDS[rate[-1]]}" for name, rate in defaults.items()}


def test_with_redis_away_what_the_table_says_stays_open_and_the_rest_closes(monkeypatch, settings):
    monkeypatch.setattr(redis_line, "_rest_until", float("inf"))
    fresh = {name: limits.ProcessCap(limits.CAP_A_MINUTE) for name in limits._caps}
    monkeypatch.setattr(limits, "_caps", fresh)
    table = {
        rate: says for what, says in rows("Redis away") for start, rate in RATES.items() if start in what
    }
    assert set(table) == set(RATES.values())
    cap = 30
    for name in table:
        setattr(settings, f"RATE_{name.upper()}", "1/h")

    through = {name: admitted(name, 2 * cap) for name in table}

    said = {
        name: cap if "closes" in says and f"{cap} a minute" in says else 2 * cap
        for name, says in table.items()
    }
    assert through == said


@pytest.fixture
def terminal(running: Running, tmp_path: Path) -> dict[str, str]:
    """The environment of an administrator: PostgreSQL's own programs, and commands of the product."""
    programs = postgres_programs(None)
    return running.env | {
        "PATH": f"{programs}{os.pathsep}{running.env['PATH']}",
        "MODE": "development",
        "SECRET_KEY_FILE": str(running.data / "secret_key"),
        "PYTHONPATH": str(CLONE),
    }


def test_a_restored_backup_keeps_the_tombstones_and_revives_no_share(
    running: Running, terminal: dict[str, str], tmp_path: Path
):
    dump, restore = re.findall(r"^```sh\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL)
    (tmp_path / "manage.py").symlink_to(CLONE / "manage.py")
    leave = ["curl", "-sS", "-d", "text=waiting", running.url]
    link = re.search(r"http\S+/s/\S+", subprocess.run(leave, capture_output=True, text=True).stdout)
    assert link
    empty = terminal | {
        "DATABASE_URL": running.env["DATABASE_URL"].replace("?", "_restored?"),
        "DATA_DIR": str(tmp_path),
    }

    _run(dump, tmp_path, terminal)
    with psycopg.connect(running.env["DATABASE_URL"], autocommit=True) as line:
        name = line.info.dbname + "_restored"
        line.execute(f"CREATE DATABASE {name}")
        try:
            _run(restore, tmp_path, empty)
            with psycopg.connect(empty["DATABASE_URL"]) as restored:
                states = restored.execute("SELECT id, state FROM shares_share").fetchall()
                halves = restored.execute("SELECT count(*) FROM shares_serverhalf").fetchone()
        finally:
            line.execute(f"DROP DATABASE {name} WITH (FORCE)")
    original = subprocess.run(
        ["curl", "-sSf", "--data-urlencode", f"link={link[0]}", link[0].split("#")[0]],
        capture_output=True,
        text=True,
    )

    assert (link[0].split("/s/")[1][:16], "removed") in states
    assert {state for _, state in states} <= {"removed", "burned", "revoked", "expired"}
    assert halves == (0,)
    assert original.stdout.startswith("waiting"), "the share itself was waiting all the time"


def _run(script: str, folder: Path, env: dict[str, str]) -> None:
    done = subprocess.run(
        ["sh", "-eu", "-c", script], cwd=folder, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
