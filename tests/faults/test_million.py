"""R18: a million shares, a tenth of them due: a sweep is killed in its middle, two finish beside claims."""

import json
import os
import subprocess
import sys
import time

import pytest

from bench import million
from tests.faults import client
from tests.faults.counts import count
from tests.faults.envelopes import seal
from tests.faults.processes import end
from tests.faults.twins import assert_red
from tests.faults.wire import timed

pytestmark = pytest.mark.full
ONE_OF = count(20, 1)
MOST_SECONDS, MOST_BATCH, HELD_SECONDS, MOST_SLOWER = 600, 1000, 0.2, 2
# A machine that does much else is late with everything; `python -m bench sweep` judges a quiet one by all.
SHARE_OF_TRANSACTIONS, LATE_SECONDS = 0.5, 0.5
SAMPLES = 60
SWEEP = (sys.executable, "-m", "bench.timed_sweep")
STATES = "SELECT state, count(*) FROM shares_share WHERE id <> ALL(%s) GROUP BY state"
DONE = "SELECT count(*) FROM shares_share WHERE state = 'expired'"


def filled(rig):
    million.fill(rig.database_url, rig.shares, ONE_OF)
    owner = rig.shares.stat()
    subprocess.run(["chown", "-R", f"{owner.st_uid}:{owner.st_gid}", rig.shares], check=True)
    return rig


class Cycles:
    """Small shares that are left and claimed meanwhile."""

    def __init__(self, rig):
        self._url, self.ids = rig.urls[0], []

    def p95(self, goes_on=lambda n: n < SAMPLES):
        """Of the claims, in seconds."""
        seconds = []
        while goes_on(len(seconds)):
            envelope = client.leave(self._url, seal(b"beside"))
            self.ids.append(envelope.id)
            reply, took = timed(self._url, client.claim(envelope, os.urandom(32)))
            assert reply.status == 200
            seconds.append(took)
            time.sleep(0.02)
        return sorted(seconds)[int(len(seconds) * 0.95)]


def begun(rig, name):
    """A sweep that measures itself, as a process, and where it says what it saw."""
    log = rig.folder / f"{name}.json"
    return rig.account.spawn(SWEEP, rig.env, log), log


def killed_in_its_middle(rig):
    running, _ = begun(rig, "killed")
    until = time.monotonic() + MOST_SECONDS
    while rig.sql(DONE)[0][0] < million.EXPIRED // ONE_OF // 4 and time.monotonic() < until:
        assert running.poll() is None, "it ended before it could be killed"
        time.sleep(0.05)
    end(running)
    return rig.sql(DONE)[0][0]


def a_million_is_swept(rig):
    """How many were due, how many of them done when a sweep died, and in how many transactions the rest."""
    cycles = Cycles(rig)
    idle = cycles.p95()
    done = killed_in_its_middle(rig)
    assert 0 < done < million.EXPIRED // ONE_OF, "it was not killed in its middle"

    since = time.monotonic()
    both = [begun(rig, name) for name in ("one", "other")]
    beside = cycles.p95(lambda n: n < SAMPLES // 2 or any(running.poll() is None for running, _ in both))
    assert [running.wait() for running, _ in both] == [0, 0]
    seconds = time.monotonic() - since

    told = [json.loads(log.read_text().splitlines()[-1]) for _, log in both]
    assert max(max(report["batches"]) for report in told) <= MOST_BATCH, "a batch was too large"
    held = sorted(each for report in told for each, _ in report["held"])
    assert held[int(len(held) * SHARE_OF_TRANSACTIONS)] <= HELD_SECONDS, "rows were locked for long"
    assert seconds <= MOST_SECONDS
    assert beside <= max(MOST_SLOWER * idle, LATE_SECONDS), f"claims took {beside:.3f} s, alone {idle:.3f} s"
    is_as_if_nothing_had_died(rig, cycles.ids)
    return million.DUE // ONE_OF, done, len(held)


def is_as_if_nothing_had_died(rig, ids):
    ended = {"expired": million.EXPIRED + million.ABANDONED, "burned": million.LAPSED + million.BURNED}
    alive = {"ready": million.READY, "claimed": million.OPEN_LEASES, "uploading": million.UPLOADING}
    assert dict(rig.sql(STATES, ids)) == {state: n // ONE_OF for state, n in (ended | alive).items()}
    assert len(rig.blobs()) == len(ids), "blobs of what has ended are left"
    assert rig.incoming() == []
    assert rig.sql("SELECT count(*) FROM shares_serverhalf h JOIN shares_share s ON s.id = h.share_id"
                   " WHERE s.ended") == [(0,)]  # fmt: skip


@pytest.mark.promise("R18")
@pytest.mark.timeout(1800)
def test_a_million_shares_are_swept_though_a_sweep_is_killed(make_rig, figure):
    due, done, transactions = a_million_is_swept(filled(make_rig(masters=1)))

    assert 0 < done < due
    assert transactions > 0
    every = million.ALL // ONE_OF
    figure("R18", f"{every:,} shares, {due:,} due, a sweep killed, two at once beside claims: all ended once")
    most = 1000 * HELD_SECONDS
    figure("R18", f"at most {MOST_BATCH} rows in a transaction, half of them within {most:.0f} ms")


@pytest.mark.twin("R18")
def test_a_sweep_that_takes_all_at_once_is_noticed(make_rig, monkeypatch):
    monkeypatch.setattr(f"{__name__}.ONE_OF", 50)
    rig = filled(make_rig(masters=1, twin="takes_all_at_once"))

    def in_one_go(rig):
        running, log = begun(rig, "alone")
        assert running.wait(MOST_SECONDS) == 0, log.read_text()[-2000:]
        report = json.loads(log.read_text().splitlines()[-1])
        assert max(report["batches"]) <= MOST_BATCH, "a batch was too large"

    assert "a batch was too large" in assert_red(rig, in_one_go)
