"""R22: the release before and this one beside each other, over one database that is migrated under load.

There and back: the old code serves, the tables change under it, the new code joins it, leaves again, and the
tables are taken back. Wants a history to take the old code from; a copy without one says so.
"""

import itertools
import os
import subprocess
import threading
import time
from collections import Counter
from contextlib import contextmanager

import pytest

from tests import previous
from tests.faults import client
from tests.faults.client import LineBroke, send
from tests.faults.counts import missing
from tests.faults.envelopes import seal, unb64
from tests.faults.processes import CLONE, Master, free_port

pytestmark = pytest.mark.full
A_SECOND = 10
PHASE_SECONDS = 13
LEAST_SECONDS = 60
ALL_WELL = (201, 200, True, 204)


@pytest.fixture
def old_code(tmp_path_factory):
    """The release before, as git has it."""
    git = ["git", "-c", f"safe.directory={CLONE}", "-C", CLONE]
    known = subprocess.run([*git, "cat-file", "-e", f"{previous.COMMIT}^{{commit}}"], capture_output=True)
    if known.returncode:
        missing("history that reaches back to the release before")
    folder = tmp_path_factory.mktemp("previous")
    for each in (folder, folder.parent):
        each.chmod(0o755)
    packed = subprocess.run([*git, "archive", previous.COMMIT], capture_output=True, check=True)
    subprocess.run(["tar", "-x", "-C", folder], input=packed.stdout, check=True)
    return folder


class Load:
    """Ten shares a second, each left at one host and opened at another; what happened, counted."""

    def __init__(self):
        self.urls, self.ended, self.slowest = [], Counter(), 0.0
        self._turns = itertools.count()

    def _next(self):
        return self.urls[next(self._turns) % len(self.urls)]

    def _one(self):
        since, envelope, lease = time.monotonic(), seal(os.urandom(500)), os.urandom(32)
        try:
            made = send(self._next(), client.create(envelope))
            said = send(self._next(), client.claim(envelope, lease))
            opened = said.status == 200 and envelope.open(
                unb64(said.json["wrapped_key"]), unb64(said.json["meta"]), unb64(said.json["blob"])
            )
            burned = send(self._next(), client.burn(envelope, lease)).status
            self.ended[(made.status, said.status, opened == envelope.plain, burned)] += 1
        except LineBroke as error:
            self.ended[str(error)] += 1
        self.slowest = max(self.slowest, time.monotonic() - since)

    @contextmanager
    def running(self):
        done = threading.Event()

        def lane():
            while not done.wait(2 / A_SECOND):
                self._one()

        lanes = [threading.Thread(target=lane) for _ in range(2)]
        for each in lanes:
            each.start()
        try:
            yield
        finally:
            done.set()
            for each in lanes:
                each.join()


def go_back(rig):
    for app, name in previous.MIGRATIONS:
        rig.manage("migrate", app, name)


def change_carelessly(rig):
    """A column that the release before does not fill in."""
    rig.sql("ALTER TABLE shares_share ADD careless int NOT NULL DEFAULT 0")
    rig.sql("ALTER TABLE shares_share ALTER careless DROP DEFAULT")


@pytest.mark.promise("R22")
def test_the_release_before_and_this_one_serve_beside_each_other_there_and_back(make_rig, old_code, figure):
    rig = make_rig(masters=1)
    new = rig.masters[0]
    new.stop()
    go_back(rig)
    old = Master(rig.account, rig.env, free_port(), rig.folder / "old.log", None, code=old_code)
    old.start()
    old.wait_until_ready()
    load = Load()
    load.urls, began = [old.url], time.monotonic()
    try:
        with load.running():
            rig.manage("migrate")
            time.sleep(PHASE_SECONDS)
            new.start()
            new.wait_until_ready()
            load.urls = [old.url, new.url]
            time.sleep(2 * PHASE_SECONDS)
            load.urls = [old.url]
            time.sleep(PHASE_SECONDS / 2)
            new.ask_to_stop()
            new.stop()
            go_back(rig)
            time.sleep(PHASE_SECONDS)
        seconds = time.monotonic() - began
        after_a_careless_change = Load()
        after_a_careless_change.urls = [old.url]
        change_carelessly(rig)
        with after_a_careless_change.running():
            time.sleep(2)
    finally:
        old.stop()

    print(load.ended, f"the slowest took {load.slowest:.1f} s")
    assert set(load.ended) == {ALL_WELL}, old.log.read_text()[-2000:]
    assert ALL_WELL not in after_a_careless_change.ended, "a change that the old code cannot bear is not seen"
    assert seconds >= LEAST_SECONDS
    assert load.ended.total() >= A_SECOND * PHASE_SECONDS
    rig.sql("ALTER TABLE shares_share DROP careless")
    rig.manage("migrate")
    rig.sweep()
    assert (rig.blobs(), rig.incoming()) == ([], [])
    hundreds = load.ended.total() // 100
    figure(
        "R22",
        f"{LEAST_SECONDS} s, two releases, there and back: more than {hundreds}00 shares, 0 claims failed",
    )
