"""R28: whatever becomes of a share, its receipt says what happened, when, and nothing about whom."""

import os
from dataclasses import replace
from datetime import datetime

import pytest

from tests.faults import client
from tests.faults.client import send
from tests.faults.counts import count
from tests.faults.envelopes import seal
from tests.faults.twins import assert_red
from tests.faults.wire import comes_true

ROUNDS = count(1, 10)
LARGE_BYTES = 70_000
# What a receipt may hold (docs/api.md): nothing of whoever opened it.
FIELDS = {
    *("id", "state", "created_at", "expires_at", "opened_at", "ended_at", "seconds_left", "size", "kdf"),
    *("claims_left", "max_claims", "attempts", "attempts_left", "unlocks_left", "fetching_until", "events"),
}
STRANGER = {
    "User-Agent": "canary-of-a-recipient/1.0",
    "X-Forwarded-For": "203.0.113.77",
    "Referer": "http://canary/",
}
LEFT = ["created", "ready"]
LAPSED = "UPDATE shares_lease SET ends_at = now() WHERE share_id = %s"
OVER = "UPDATE shares_share SET expires_at = now() WHERE id = %s"


def ask(rig, asked, status):
    """As a stranger whose every word would be known again."""
    asked = replace(asked, headers={**asked.headers, **STRANGER})
    reply = send(rig.urls[-1], asked)
    assert reply.status == status, reply


class Fate:
    """One share, and what its receipt must say in the end."""

    def __init__(self, rig, size=300, **options):
        terms = {name: options.pop(name) for name in ("max_claims",) if name in options}
        self.rig, self.lease = rig, os.urandom(32)
        self.envelope = client.leave(rig.urls[0], seal(os.urandom(size), **options), **terms)

    def claims(self):
        ask(self.rig, client.claim(self.envelope, self.lease), 200)

    def guesses(self, often):
        for _ in range(often):
            ask(self.rig, client.claim(self.envelope, self.lease, os.urandom(32)), 403)

    def burns(self):
        ask(self.rig, client.burn(self.envelope, self.lease), 204)

    def fetches(self):
        ask(self.rig, client.fetch(self.envelope, self.lease), 200)

    def is_revoked(self):
        assert send(self.rig.urls[0], client.revoke(self.envelope)).status == 204

    def moves_on(self, statement):
        self.rig.sql(statement, self.envelope.id)
        self.rig.sweep()


def received(rig):
    fate = Fate(rig)
    fate.claims(), fate.burns()
    return fate, "burned", [*LEFT, "claimed", "received", "burned"]


def received_large(rig):
    fate = Fate(rig, size=LARGE_BYTES)
    fate.claims(), fate.fetches(), fate.burns()
    return fate, "burned", [*LEFT, "claimed", "received", "burned"]


def declined(rig):
    fate = Fate(rig, size=LARGE_BYTES)
    fate.claims(), fate.burns()
    return fate, "burned", [*LEFT, "claimed", "declined", "burned"]


def opened_by_curl(rig):
    fate = Fate(rig)
    ask(rig, client.curl_open(fate.envelope), 200)
    row = "SELECT ended FROM shares_share WHERE id = %s"
    assert comes_true(5, lambda: rig.sql(row, fate.envelope.id) == [(True,)])  # a moment after its last byte
    return fate, "burned", [*LEFT, "claimed", "received", "burned"]


def lapsed(rig):
    fate = Fate(rig, size=LARGE_BYTES)
    fate.claims(), fate.moves_on(LAPSED)
    return fate, "burned", [*LEFT, "claimed", "lease_ended", "burned"]


def revoked(rig):
    fate = Fate(rig)
    fate.is_revoked()
    return fate, "revoked", [*LEFT, "revoked"]


def revoked_while_open(rig):
    fate = Fate(rig, size=LARGE_BYTES)
    fate.claims(), fate.is_revoked()
    return fate, "revoked", [*LEFT, "claimed", "revoked"]


def expired(rig):
    fate = Fate(rig)
    fate.moves_on(OVER)
    return fate, "expired", [*LEFT, "expired"]


def guessed_and_opened(rig):
    fate = Fate(rig, guarded=True)
    fate.guesses(2), fate.claims(), fate.burns()
    return fate, "burned", [*LEFT, *["wrong_password"] * 2, "claimed", "received", "burned"]


def locked(rig):
    fate = Fate(rig, guarded=True)
    fate.guesses(5)
    return fate, "ready", [*LEFT, *["wrong_password"] * 5, "locked"]


def unlocked_and_opened(rig):
    fate = Fate(rig, guarded=True)
    fate.guesses(5)
    assert send(rig.urls[0], client.unlock(fate.envelope)).status == 200
    fate.claims(), fate.burns()
    told = [*["wrong_password"] * 5, "locked", "unlocked", "claimed", "received", "burned"]
    return fate, "burned", LEFT + told


def opened_once_of_twice(rig):
    fate = Fate(rig, max_claims=2)
    fate.claims(), fate.burns()
    return fate, "ready", [*LEFT, "claimed", "received"]


FATES = (
    *(received, received_large, declined, opened_by_curl, lapsed, revoked, revoked_while_open, expired),
    *(guessed_and_opened, locked, unlocked_and_opened, opened_once_of_twice),
)


def receipts_are_true(rig):
    for fate in FATES * ROUNDS:
        [(before,)] = rig.sql("SELECT clock_timestamp()")

        lived, state, events = fate(rig)

        [(after,)] = rig.sql("SELECT clock_timestamp()")
        reply = send(rig.urls[0], client.receipt(lived.envelope))
        told = reply.json
        assert told["state"] == state, f"{fate.__name__} is told as {told['state']}"
        happened = [event["what"] for event in told["events"]]
        assert happened == events, f"{fate.__name__}: {happened}"
        moments = [datetime.fromisoformat(event["at"]) for event in told["events"]]
        assert moments == sorted(moments), f"{fate.__name__}: not in its order"
        assert before <= moments[0], f"{fate.__name__}: told as earlier than it was"
        assert moments[-1] <= after, f"{fate.__name__}: told as later than it was"
        assert (told["opened_at"] is not None) == ("claimed" in events), "opened, or not"
        assert (told["ended_at"] is not None) == (state in ("burned", "revoked", "expired")), "ended, or not"
        assert set(told) <= FIELDS, set(told) - FIELDS
        for mark in (b"canary", b"203.0.113", b"127.0.0"):
            assert mark not in reply.body, "a receipt tells of whom"
    return len(FATES) * ROUNDS


@pytest.mark.promise("R28")
def test_a_receipt_tells_what_became_of_a_share_and_nothing_of_whom(rig, figure):
    receipts = receipts_are_true(rig)

    figure("R28", f"{receipts} shares of {len(FATES)} fates: {receipts} receipts as it was")


@pytest.mark.full
@pytest.mark.twin("R28")
def test_a_share_that_ended_otherwise_than_told_is_noticed(make_rig):
    said = assert_red(make_rig(masters=2, twin="all_was_received"), receipts_are_true)

    assert "declined" in said
