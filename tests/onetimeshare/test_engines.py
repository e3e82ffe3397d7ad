"""The embedded servers, real processes: whatever was killed, a start brings back what was acknowledged."""

import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from onetimeshare import engines
from onetimeshare.engines import EngineError, Engines, find
from tests.pairs import (
    CLONE,
    by_hand,
    kill,
    leave_a_mark,
    mark,
    owner_of,
    start,
)

PARENT_THAT_BURIES_NOBODY = """
import pathlib, sys
from onetimeshare import engines
pair = engines.start(pathlib.Path(sys.argv[1]), environ={})
print(pair.postgres_pid, pair.valkey_pid, flush=True)
sys.stdin.read()
"""


def test_a_second_start_finds_the_first(folder):
    first = start(folder)
    second = start(folder)

    assert first.started == ("valkey", "postgres")
    assert second.started == ()
    assert (second.postgres_pid, second.valkey_pid) == (first.postgres_pid, first.valkey_pid)


def test_two_starts_at_once_make_one_pair(folder):
    with ThreadPoolExecutor() as pool:
        one, other = pool.map(lambda _turn: by_hand("start", root=folder), range(2))

    assert (one.returncode, other.returncode) == (0, 0)
    assert one.stdout == other.stdout
    assert one.stdout.count("running, process") == 2


def test_what_was_acknowledged_survives_a_kill_of_everything(folder):
    pair = start(folder)
    leave_a_mark(pair)

    kill(pair)
    again = start(folder)

    assert mark(again) == (7, 7)
    assert again.postgres_pid != pair.postgres_pid


@pytest.mark.parametrize("whose", ["init", "a stranger of the same user"])
def test_a_pid_file_that_names_somebody_alive_keeps_nobody_out(folder, whose):
    pair = start(folder)
    leave_a_mark(pair)
    stranger = subprocess.Popen(["sleep", "60"], user=owner_of(pair.postgres_pid))
    kill(pair)
    pid_file = folder / "postgres" / "postmaster.pid"
    pid = 1 if whose == "init" else stranger.pid
    pid_file.write_text("\n".join([str(pid), *pid_file.read_text().splitlines()[1:]]))

    again = start(folder)

    stranger.kill()
    stranger.wait()
    assert mark(again) == (7, 7)


def test_a_zombie_keeps_nobody_out(folder):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT_THAT_BURIES_NOBODY, str(folder)],
        cwd=CLONE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)

    again = start(folder)

    states = [Path(f"/proc/{pid}/stat").read_text().split()[2] for pid in pids]
    parent.communicate(timeout=10)
    assert states == ["Z", "Z"]  # killed and unburied, while their successors already answer
    assert again.started == ("valkey", "postgres")


def test_a_server_that_lost_its_socket_is_replaced(folder):
    pair = start(folder)
    leave_a_mark(pair)
    shutil.rmtree(folder / "run")

    again = start(folder)

    assert mark(again) == (7, 7)
    assert again.postgres_pid != pair.postgres_pid


def test_a_first_start_that_was_cut_short_is_begun_anew(folder):
    half_made = folder / "postgres.new"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n")

    pair = start(folder)

    with psycopg.connect(pair.database_url) as database:
        assert database.execute("SELECT 1").fetchone() == (1,)


def test_a_stop_leaves_no_process_and_no_socket(folder):
    pair = start(folder)
    assert engines.running(folder, environ={}) is not None

    engines.stop(folder)

    assert engines.running(folder, environ={}) is None
    assert list((folder / "run").iterdir()) == []
    assert not any(Path(f"/proc/{pid}").exists() for pid in (pair.postgres_pid, pair.valkey_pid))


def test_the_pair_for_tests_is_another_pair_and_never_waits_for_the_disk(folder):
    durable, fast = start(folder), start(folder, durable=False)

    assert fast.database_url != durable.database_url
    for pair, setting in ((durable, "on"), (fast, "off")):
        with psycopg.connect(pair.database_url) as database:
            assert database.execute("SHOW fsync").fetchone() == (setting,)
    engines.stop(folder, durable=False)


def test_a_test_run_that_ends_leaves_the_servers_to_one_that_still_runs(folder):
    start(folder, durable=False)

    engines.stop(folder, durable=False, unless_used=True)

    assert engines.running(folder, durable=False, environ={}) is not None
    engines.stop(folder, durable=False)


def test_servers_that_the_operator_names_are_used_and_none_is_started(folder):
    urls = {"DATABASE_URL": "postgres://db.example/shares", "REDIS_URL": "redis://cache.example/0"}

    pair = engines.start(folder / "var", environ=urls)

    assert pair == Engines(urls["DATABASE_URL"], urls["REDIS_URL"])
    assert not (folder / "var").exists()


def test_one_named_server_leaves_the_other_to_us(folder):
    pair = engines.start(folder, environ={"DATABASE_URL": "postgres://db.example/shares"})

    assert pair.started == ("valkey",)
    assert pair.postgres_pid is None
    assert not (folder / "postgres").exists()


def test_without_any_program_there_is_one_line_that_says_what_to_do(folder, monkeypatch):
    monkeypatch.setattr(find, "find_spec", lambda _package: None)
    monkeypatch.setattr(find, "DEBIAN", folder)
    monkeypatch.setenv("PATH", str(folder))

    with pytest.raises(EngineError) as refusal:
        start(folder)

    line = str(refusal.value)
    assert "\n" not in line
    assert all(word in line for word in ("DATABASE_URL", "REDIS_URL", "apt install", "brew install"))


def test_programs_of_the_distribution_serve_where_there_are_no_wheels(folder, monkeypatch):
    postgres, valkey = find.postgres_programs(None), find.valkey_program()
    release, on_path = folder / "debian" / "18", folder / "bin"
    release.mkdir(parents=True)
    (release / "bin").symlink_to(postgres)
    on_path.mkdir()
    (on_path / "redis-server").symlink_to(valkey)
    monkeypatch.setattr(find, "find_spec", lambda _package: None)
    monkeypatch.setattr(find, "DEBIAN", folder / "debian")
    monkeypatch.setenv("PATH", f"{on_path}:/usr/bin:/bin")

    pair = start(folder / "var")

    assert pair.started == ("valkey", "postgres")
    assert find.valkey_program() == on_path / "redis-server"


def test_data_of_a_release_that_is_not_here_is_named_and_left_alone(folder):
    (folder / "postgres").mkdir()
    (folder / "postgres" / "PG_VERSION").write_text("9\n")

    with pytest.raises(EngineError, match="PostgreSQL 9"):
        start(folder)

    assert engines.running(folder, environ={}) is None


def test_a_path_too_long_or_too_strange_for_a_socket_works(folder):
    root = folder / ("a clone, with a näme & more " + "x" * 120)

    pair = start(root)
    leave_a_mark(pair)

    assert mark(pair) == (7, 7)
    socket_folder = Path(pair.redis_url.removeprefix("unix://").split("?")[0]).parent
    assert socket_folder.stat().st_mode & 0o777 == 0o700
    engines.stop(root)
    assert not socket_folder.exists()
