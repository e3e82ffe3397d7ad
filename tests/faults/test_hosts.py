"""No host remembers anything: whatever one was told, any other goes on with, also after all were restarted.

That of many recipients at many hosts one wins is R1's (test_races.py), whose rigs are several hosts too.
"""

import itertools
import os

import pytest

from tests.faults import client
from tests.faults.client import Ask, send
from tests.faults.envelopes import seal, unb64
from tests.faults.moderator import LOGIN, SHARES, Moderator
from tests.faults.twins import assert_red

PART = 8 * 1024**2
RATE = 3


class Everywhere:
    """Each request goes to another host than the one before."""

    def __init__(self, rig):
        self._urls = itertools.cycle(rig.urls)

    def __call__(self, ask):
        return send(next(self._urls), ask)


def goes_from_host_to_host(rig, *, restart=False):
    """One share's whole life, each step at another host."""
    ask, lease = Everywhere(rig), os.urandom(32)
    envelope = seal(os.urandom(PART + 100_000), guarded=True)

    assert ask(client.create(envelope)).status == 201
    assert [ask(client.part(envelope, n, PART)).status for n in (1, 0)] == [204, 204]
    assert ask(client.complete(envelope)).status == 200
    wrong = [ask(client.claim(envelope, lease, os.urandom(32))).json["attempts_left"] for _ in range(4)]
    assert wrong == [4, 3, 2, 1]
    if restart:
        rig.restart()
    said = ask(client.claim(envelope, lease)).json
    assert ask(client.claim(envelope, lease)).json == said
    got = b"".join(
        ask(client.fetch(envelope, lease, Range=f"bytes={at}-{at + PART // 2 - 1}")).body
        for at in range(0, len(envelope.blob), PART // 2)
    )
    assert got == envelope.blob, "another host gave other bytes"
    assert envelope.open(unb64(said["wrapped_key"]), unb64(said["meta"]), got) == envelope.plain
    assert ask(client.burn(envelope, lease)).status == 204
    assert ask(client.receipt(envelope)).json["state"] == "burned"


@pytest.fixture(scope="module")
def hosts(rigs):
    made = rigs.make(masters=2, environ={"RATE_CREATE": f"{RATE}/h"})
    yield made
    rigs.drop(made)


@pytest.fixture
def two_hosts(hosts):
    with hosts.redis() as line:
        line.flushdb()
    return hosts


def test_each_step_of_a_share_may_reach_another_host(two_hosts):
    goes_from_host_to_host(two_hosts, restart=True)

    kept = [path for folder in two_hosts.hosts for path in folder.rglob("*") if path.is_file()]
    assert kept == [], "a host keeps something for itself"


def test_who_signs_in_at_one_host_is_known_to_the_other(two_hosts):
    here, there = two_hosts.urls
    staff = Moderator(two_hosts)

    assert send(there, Ask("GET", SHARES, staff._headers())).status == 200
    page = send(there, Ask("GET", LOGIN))
    assert page.status == 200
    out = staff._form("/accounts/logout", send(here, Ask("GET", "/accounts/logout", staff._headers())))
    assert send(there, out).status == 302

    assert send(here, Ask("GET", SHARES, staff._headers())).status == 302


def test_how_often_somebody_asks_is_counted_for_all_hosts_together(two_hosts):
    ask = Everywhere(two_hosts)

    statuses = [ask(client.create(seal(b"x"))).status for _ in range(2 * RATE)]

    assert statuses == [201] * RATE + [429] * RATE


def test_a_lease_that_one_process_remembers_is_noticed(make_rig):
    twin = make_rig(masters=2, twin="lease_of_this_process")

    said = assert_red(twin, goes_from_host_to_host)

    assert "another host gave other bytes" in said
