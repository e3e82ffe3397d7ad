"""R13: Postgres' disk is full: it ends, whoever comes is told "later", and nothing told is forgotten."""

import os
import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg
import pytest

from onetimeshare import engines
from tests.faults import client
from tests.faults.envelopes import seal
from tests.faults.insistent import LARGE_BYTES, Ledger
from tests.faults.processes import lives
from tests.faults.rows import nothing_is_half, story
from tests.faults.test_postgres_away import is_well_again, says_so
from tests.faults.tmpfs import Tmpfs
from tests.faults.twins import assert_red
from tests.faults.wire import comes_true

DISK_MIB, SMALL_BYTES, OF_EACH = 128, 45_000, 2
# More than what is left of the two pieces that its log has by then.
MUCH = "SELECT pg_logical_emit_message(false, 'noise', repeat('x', 1000000)) FROM generate_series(1, 40)"
# As in life: somebody set up a replica, forgot it, and Postgres keeps all of its log for it.
FORGOTTEN_REPLICA = "SELECT pg_create_physical_replication_slot('forgotten', true)"
ENVIRON = {"DATABASE_PATIENCE_SECONDS": "2"}


class SmallDisk:
    """The disk of the log (WAL) of the rig's own Postgres."""

    def __init__(self, rig):
        self._root = rig.pair.root
        engines.stop(self._root, names=("postgres",), environ={})
        log = self._root / "postgres" / "pg_wal"
        self._disk = Tmpfs(rig.account.give(rig.folder / "wal"), DISK_MIB, rig.account.become)
        self._ballast = self._disk.seen_from_outside / "ballast"
        subprocess.run(["cp", "-a", f"{log}/.", self._disk.seen_from_outside], check=True)
        shutil.rmtree(log)
        log.symlink_to(self._disk.seen_from_outside)
        rig.pair.start()
        rig.sql(FORGOTTEN_REPLICA)

    def fill(self):
        with self._ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, self._disk.free_bytes())

    def is_outgrown(self, rig):
        """Whether Postgres has ended by it; while it comes back by itself somebody else writes much."""
        with suppress(psycopg.OperationalError):
            rig.sql(MUCH)
        return not lives(rig.pair.found.postgres_pid)

    def make_room(self):
        self._ballast.unlink()

    def stop(self):
        engines.stop(self._root, names=("postgres",), environ={})
        self._disk.stop()


@pytest.fixture
def full_log(make_rig):
    """A rig whose Postgres has a small disk for its log, and that disk."""
    disks = []

    def full_log(twin=""):
        rig = make_rig(masters=1, own_engines=True, environ=ENVIRON, twin=twin)
        disks.append(SmallDisk(rig))
        return rig, disks[-1]

    yield full_log
    for disk in disks:
        disk.stop()


def a_full_log_is_told_and_forgets_nothing(rig, disk):
    """How many shares were acknowledged, before, while and after it was full."""
    ledger, is_over = Ledger(rig), threading.Event()
    waiting = client.leave(rig.urls[0], seal(b"waiting"))

    works = (
        lambda: ledger.leaves(SMALL_BYTES),
        lambda: ledger.takes(ledger.a_share(SMALL_BYTES)),
        lambda: ledger.leaves(LARGE_BYTES),
    )

    def goes_on(work):
        while not is_over.is_set():
            work()

    disk.fill()
    with ThreadPoolExecutor(len(works) * OF_EACH) as crowd:
        running = [crowd.submit(goes_on, work) for work in works * OF_EACH]
        try:
            assert comes_true(60, lambda: disk.is_outgrown(rig)), "its disk is full, and Postgres goes on"
            says_so(rig, waiting)
        finally:
            is_over.set()
            disk.make_room()
            rig.pair.start()
        for each in running:
            each.result(90)

    is_well_again(rig, waiting)
    ledger.take_all_that_waits()
    assert set(ledger.given.values()) == {1}
    assert len(ledger.given) == len(ledger.known), "a share is gone and nobody had it"
    nothing_is_half(rig)
    for envelope in ledger.known.values():
        story(rig, envelope)
    return len(ledger.known)


@pytest.mark.full
@pytest.mark.promise("R13")
def test_a_postgres_that_cannot_write_is_told_and_forgets_nothing(full_log, figure):
    shares = a_full_log_is_told_and_forgets_nothing(*full_log())

    figure("R13", f"Postgres ended by its full disk: all doors 503, of {shares} shares 0 lost")


@pytest.mark.full
@pytest.mark.twin("R13")
def test_a_product_that_answers_500_then_is_noticed(full_log):
    rig, disk = full_log("postgres_unnamed")

    said = assert_red(rig, lambda rig: a_full_log_is_told_and_forgets_nothing(rig, disk))

    assert "500" in said
