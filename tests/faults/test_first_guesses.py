"""R29: many first guesses at many shares at once: a process hashes one at a time, and who waits in vain paid
nothing.
"""

import re
from pathlib import Path

import pytest

from tests.faults import client
from tests.faults.client import race, send
from tests.faults.counts import count
from tests.faults.envelopes import seal
from tests.faults.recipients import leave_all
from tests.faults.twins import assert_red

pytestmark = pytest.mark.full
SHARES = count(40, 200)
ONE_HASH_MIB = 64
AROUND_MIB = 40  # what threads and their lines to Postgres take beside it
TRIES = "SELECT sum(attempts), max(attempts) FROM shares_share"
WRONG = "SELECT count(*) FROM shares_event WHERE what = 'wrong_password'"


def peak_mib(pid):
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) // 1024


def workers(rig):
    return [pid for master in rig.masters for pid in master.worker_pids]


def guesses_take_the_memory_of_one(rig, shares=SHARES):
    """How many were looked at, how many sent away; 64 MiB for each process, whatever comes."""
    envelopes = [seal(b"guarded", guarded=True) for _ in range(shares)]
    leave_all(rig.urls, envelopes)
    for url in rig.urls:  # all is loaded once
        send(url, client.curl_open(client.leave(url, seal(b"open"))))
    before = {pid: peak_mib(pid) for pid in workers(rig)}

    asked = [client.curl_open(envelope, f"guess {n}") for n, envelope in enumerate(envelopes)]
    replies = race([(rig.urls[n % len(rig.urls)], ask) for n, ask in enumerate(asked)])

    statuses = [reply.status for reply in replies]
    assert set(statuses) <= {403, 503}, set(statuses)
    assert 403 in statuses
    assert all(reply.headers["Retry-After"] for reply in replies if reply.status == 503)
    rise = max(peak_mib(pid) - mib for pid, mib in before.items())
    assert rise <= ONE_HASH_MIB + AROUND_MIB, f"a process grew by {rise} MiB"
    looked_at = statuses.count(403)
    assert rig.sql(TRIES) == [(looked_at, 1)], "who was sent away has lost a try"
    assert rig.sql(WRONG) == [(looked_at,)]
    return looked_at, statuses.count(503)


@pytest.mark.promise("R29")
def test_first_guesses_at_many_shares_take_the_memory_of_one_hash(make_rig, figure):
    rig = make_rig(masters=2)

    looked_at, sent_away = guesses_take_the_memory_of_one(rig)

    assert looked_at + sent_away == SHARES
    most = ONE_HASH_MIB + AROUND_MIB
    figure(
        "R29",
        f"{SHARES} first guesses at {SHARES} shares at once: each process grew by at most {most} MiB,"
        " 0 tries lost by who was sent away",
    )


@pytest.mark.twin("R29")
def test_first_guesses_that_are_all_hashed_at_once_are_noticed(make_rig):
    said = assert_red(
        make_rig(masters=2, twin="hashes_at_once"), lambda rig: guesses_take_the_memory_of_one(rig, 30)
    )

    assert "grew by" in said
