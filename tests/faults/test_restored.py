"""R21: after an old dump was restored by the book, nothing opens that was opened, and people are there."""

import os
import re
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest

from onetimeshare.engines.find import postgres_programs
from tests.docs.runbooks import scripts
from tests.faults import client
from tests.faults.client import Ask, send
from tests.faults.counts import count
from tests.faults.envelopes import seal, unb64
from tests.faults.moderator import SHARES as ADMIN
from tests.faults.moderator import Moderator
from tests.faults.processes import CLONE, end
from tests.faults.twins import MARK

OF_EACH = count(1, 10)
LARGE_BYTES = 70_000
COMMAND_SECONDS = 120
TOKEN = "ots_" + secrets.token_hex(16)
(BACK_UP,), (RESTORE,) = (scripts("keys.md", title) for title in ("Backups", "Restoring"))
BACK_UP_ALL = re.sub(r"--exclude-table-data=\S+", "", BACK_UP)


@dataclass
class World:
    """A server that went on after its dumps were made, and what its senders and recipients know."""

    rig: object
    desk: Path
    before: dict  # what waited, by what became of it afterwards
    late: list  # left after the dumps
    staff: Moderator


# --- before, between and after ------------------------------------------------------------------------


def opened(rig, envelope):
    """The plaintext, for somebody who comes with link and password; else None."""
    lease = os.urandom(32)
    said = send(rig.urls[0], client.claim(envelope, lease))
    if said.status != 200 or not (half := said.json["wrapped_key"]):
        return None, said.status
    blob = said.json["blob"] and unb64(said.json["blob"])
    if not blob:
        fetched = send(rig.urls[0], client.fetch(envelope, lease))
        if fetched.status != 200:
            return None, fetched.status
        blob = fetched.body
    return envelope.open(unb64(half), unb64(said.json["meta"]), blob), lease


def leave_some(rig):
    """What waits when the dump is made, by what will become of it."""
    kinds = {
        "waiting": {},
        "burned": {},
        "in a lease": {"size": LARGE_BYTES},
        "opened in part": {"max_claims": 2},
        "locked": {"guarded": True},
        "revoked": {},
    }
    left = {}
    for kind, terms in kinds.items():
        size, guarded = terms.pop("size", 500), terms.pop("guarded", False)
        sealed = [seal(os.urandom(size), guarded=guarded) for _ in range(OF_EACH)]
        left[kind] = [client.leave(rig.urls[0], envelope, **terms) for envelope in sealed]
    left["on its way"] = [seal(os.urandom(LARGE_BYTES)) for _ in range(OF_EACH)]
    for envelope in left["on its way"]:
        assert send(rig.urls[0], client.create(envelope)).json["state"] == "uploading"
    return left


def go_on(rig, left):
    """All but the waiting ones are used up, each in its way."""
    for envelope in [e for kind in ("burned", "in a lease", "opened in part") for e in left[kind]]:
        plain, lease = opened(rig, envelope)
        assert plain == envelope.plain
        if envelope in left["burned"]:
            assert send(rig.urls[0], client.burn(envelope, lease)).status == 204
    for envelope in left["locked"]:
        for _ in range(5):
            assert send(rig.urls[0], client.claim(envelope, os.urandom(32), os.urandom(32))).status == 403
    for envelope in left["revoked"]:
        assert send(rig.urls[0], client.revoke(envelope)).status == 204


def add_a_member(rig):
    """With a token of theirs, and an invitation that waits."""
    rig.sql("INSERT INTO accounts_user (password, is_superuser, email, is_active, is_staff)"
            " VALUES ('!', false, 'ann@example.org', true, false)")  # fmt: skip
    rig.sql(
        "INSERT INTO accounts_apitoken (user_id, name, digest, scopes)"
        " SELECT id, 'script', %s, '{send}' FROM accounts_user WHERE email = 'ann@example.org'",
        sha256(TOKEN.encode()).digest(),
    )
    rig.sql("INSERT INTO accounts_invitation (digest, email, expires_at) VALUES ('x', '', now() + '7 days')")


@pytest.fixture(scope="module")
def world(rigs, tmp_path_factory):
    """Dumps, then life went on, then the machine was gone: engines, blobs and keys as they were."""
    rig = rigs.make(masters=1)
    desk = rig.account.give(rig.folder / "desk")
    (desk / "manage.py").symlink_to(CLONE / "manage.py")
    add_a_member(rig)
    staff, left = Moderator(rig), leave_some(rig)
    run(rig, desk, BACK_UP)
    run(rig, desk, BACK_UP_ALL.replace("onetimeshare.dump", "all.dump"))
    go_on(rig, left)
    late = [client.leave(rig.urls[0], seal(b"late"))]
    rig.masters[0].stop()
    subprocess.run(["cp", "-a", rig.shares, rig.folder / "shares-then"], check=True)
    yield World(rig, desk, left, late, staff)
    rigs.drop(rig)


def run(rig, desk, script, **environ):
    """A script of the document, in the folder of an administrator; what it said."""
    path = os.pathsep.join(
        [str(Path(os.sys.executable).parent), str(postgres_programs(None)), rig.env["PATH"]]
    )
    env = {**rig.env, "PATH": path, "PYTHONPATH": str(CLONE), **environ}
    log = desk / f"{secrets.token_hex(4)}.log"
    running = rig.account.spawn(["sh", "-euc", f"cd {desk}\n{script}"], env, log)
    try:
        code = running.wait(COMMAND_SECONDS)
    finally:
        end(running)
    assert code == 0, log.read_text()
    return log.read_text()


def restore(world, script, **environ):
    """Nothing is left but the dump, the blobs and the keys; then the book is followed, gunicorn starts."""
    rig = world.rig
    rig.masters[0].stop()
    shutil.rmtree(rig.shares)
    subprocess.run(["cp", "-a", rig.folder / "shares-then", rig.shares], check=True)
    with rig.redis() as line:
        line.flushdb()
    with psycopg.connect(rig.pair.database("postgres"), autocommit=True) as line:
        line.execute(f"DROP DATABASE {rig._database} WITH (FORCE)")
        line.execute(f"CREATE DATABASE {rig._database}")
    said = run(rig, world.desk, script, **environ)
    rig.start()
    return said


def nothing_opens_again(world):
    """However often it is tried, and for those that nobody opened before as well."""
    rig = world.rig
    tried = [
        (kind, *opened(rig, envelope))
        for kind, envelopes in {**world.before, "late": world.late}.items()
        for envelope in envelopes * 2
    ]
    again = {kind for kind, plain, _ in tried if plain}
    assert again == set(), f"opened once more: {again}"
    assert {status for *_, status in tried} == {404, 410}
    assert rig.sql("SELECT count(*) FROM shares_serverhalf") == [(0,)]
    assert rig.sql("SELECT DISTINCT ended FROM shares_share") == [(True,)]
    assert (rig.blobs(), rig.incoming()) == ([], [])


def people_are_there(world):
    rig = world.rig
    body = client.create(seal(b"new"))
    with_token = {**body.headers, "Authorization": f"Bearer {TOKEN}"}
    assert send(rig.urls[0], Ask(body.method, body.path, with_token, body.body)).status == 201
    assert rig.sql("SELECT count(*) FROM accounts_user") == [(2,)]
    assert rig.sql("SELECT count(*) FROM accounts_invitation WHERE expires_at > now()") == [(0,)]
    assert send(rig.urls[0], Ask("GET", ADMIN, world.staff._headers())).status == 302, "still signed in"


# --- R21 ----------------------------------------------------------------------------------------------


@pytest.mark.promise("R21")
def test_the_documented_dump_brings_people_back_and_no_share(world, figure):
    said = restore(world, RESTORE)

    assert f"shares_ended {7 * OF_EACH}" in said
    nothing_opens_again(world)
    people_are_there(world)
    figure("R21", f"{7 * OF_EACH} shares of an old dump restored by the book: 0 open")


@pytest.mark.promise("R21")
def test_a_whole_dump_with_halves_in_it_revives_nothing_either(world):
    restore(world, RESTORE.replace("onetimeshare.dump", "all.dump"))

    nothing_opens_again(world)
    people_are_there(world)


@pytest.mark.twin("R21")
def test_ending_only_what_lost_its_half_is_noticed(world, red):
    said = restore(world, RESTORE.replace("onetimeshare.dump", "all.dump"), TWIN="trusts_old_halves")

    assert MARK in said
    with pytest.raises(AssertionError, match="opened once more") as again:
        nothing_opens_again(world)
    for kind in ("in a lease", "opened in part", "locked"):
        assert kind in str(again.value)
    red("trusts_old_halves")
