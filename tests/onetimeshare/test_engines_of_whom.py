"""Whose the embedded servers are: of another user's folder none starts, and root gives its own away."""

import os
import pwd
from pathlib import Path

import pytest

from onetimeshare import engines
from onetimeshare.engines import EngineError
from tests.pairs import (
    as_root,
    by_hand,
    owner_of,
    python_that_may_be_run_by,
    start,
)


def test_a_folder_that_somebody_else_laid_out_is_refused(folder):
    (folder / "elsewhere").mkdir()
    (folder / "run").symlink_to(folder / "elsewhere")

    with pytest.raises(EngineError, match="somebody else"):
        start(folder)


@as_root
def test_a_folder_of_another_user_is_refused(folder):
    (folder / "run").mkdir()
    os.chown(folder / "run", pwd.getpwnam("daemon").pw_uid, -1)

    with pytest.raises(EngineError, match="somebody else"):
        start(folder)


def test_neither_secrets_nor_stray_variables_reach_the_servers(folder, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not for them")
    monkeypatch.setenv("PGPORT", "1")

    pair = start(folder)

    for pid in (pair.postgres_pid, pair.valkey_pid):
        seen = Path(f"/proc/{pid}/environ").read_bytes()
        assert b"SECRET_KEY" not in seen
        assert b"PGPORT" not in seen


@as_root
def test_root_gives_the_servers_to_nobody_even_in_a_private_home(folder):
    pair = start(folder)  # the folder is root's own, mode 0700

    assert {owner_of(pair.postgres_pid), owner_of(pair.valkey_pid)} == {pwd.getpwnam("nobody").pw_uid}


@as_root
def test_root_gives_the_servers_to_the_owner_of_the_clone(folder):
    owner = pwd.getpwnam("daemon")
    os.chown(folder, owner.pw_uid, owner.pw_gid)

    pair = start(folder / "var")

    assert {owner_of(pair.postgres_pid), owner_of(pair.valkey_pid)} == {owner.pw_uid}
    assert start(folder / "var").started == ()


@as_root
def test_a_container_that_withholds_a_capability_is_enough(folder):
    less = ("setpriv", "--inh-caps=-dac_read_search", "--bounding-set=-dac_read_search")

    started = by_hand("start", root=folder, before=less)

    assert started.stderr == ""
    assert started.stdout.count("running, process") == 2


@as_root
def test_an_ordinary_user_starts_and_stops_his_own(folder):
    os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
    python = python_that_may_be_run_by("nobody", folder)

    started = by_hand("start", root=folder, python=python, user="nobody")
    pair = engines.running(folder, environ={})
    stopped = by_hand("stop", root=folder, python=python, user="nobody")

    assert started.stderr == ""
    assert owner_of(pair.postgres_pid) == pwd.getpwnam("nobody").pw_uid
    assert (stopped.returncode, stopped.stderr) == (0, "")
    assert engines.running(folder, environ={}) is None


def test_the_commands_say_what_runs_and_how_to_reach_it(folder):
    before = by_hand("status", root=folder)
    by_hand("start", root=folder)
    after = by_hand("env", root=folder)
    by_hand("stop", root=folder)

    assert before.returncode == 1
    assert before.stderr == "not running\n"
    assert after.stdout.splitlines() == [
        f"export DATABASE_URL='postgres://onetimeshare@/onetimeshare?host={folder}/run'",
        f"export REDIS_URL='unix://{folder}/run/valkey.sock?db=0'",
    ]
