"""What the rows of one share say happened to it, whether that can have been, and what lacks a blob."""

from collections import Counter
from dataclasses import dataclass

from tests.faults.envelopes import Envelope
from tests.faults.rig import Rig

ENDS = ("burned", "expired", "revoked", "removed")
# What of a database must be in storage, and nothing else.
WITH_BLOB = "SELECT storage_name FROM shares_share WHERE NOT ended AND storage_name <> ''"
HALF_DONE = "SELECT count(*) FROM shares_share WHERE state = 'uploading'"


@dataclass(frozen=True)
class Story:
    """One share's row, leases and events."""

    events: Counter[str]
    state: str
    claims_left: int
    max_claims: int
    attempts: int
    has_half: bool
    leases: int
    open_leases: int

    @property
    def ends(self) -> list[str]:
        return [end for end in ENDS for _ in range(self.events[end])]


def story(rig: Rig, envelope: Envelope) -> Story:
    """Raises AssertionError for a story that no order of legal steps can tell."""
    # One statement, one snapshot: a sweep may end the share between two.
    ((happened, *row),) = rig.sql(
        """
        SELECT (SELECT array_agg(what) FROM shares_event e WHERE e.share_id = s.id),
               state, claims_left, max_claims, attempts,
               EXISTS (SELECT 1 FROM shares_serverhalf h WHERE h.share_id = s.id),
               (SELECT count(*) FROM shares_lease l WHERE l.share_id = s.id),
               (SELECT count(*) FROM shares_lease l WHERE l.share_id = s.id AND closed_at IS NULL)
        FROM shares_share s WHERE id = %s
        """,
        envelope.id,
    )
    told = Story(Counter(happened), *row)
    _check(told)
    return told


def _check(told: Story) -> None:
    events = told.events
    assert events["created"] == events["ready"] == 1, events
    assert events["claimed"] == told.leases, "a claim without its lease, or without its event"
    ended = events["received"] + events["declined"] + events["lease_ended"]
    assert ended <= told.leases, "a lease ended twice"
    assert events["locked"] <= 1 + events["unlocked"], "locked twice"
    if not events["closed"]:
        assert told.leases == told.max_claims - told.claims_left, "claims were lost or made up"
    if told.state in ENDS:
        assert told.ends == [told.state], f"{told.state}, and the events say {told.ends}"
        assert not told.has_half, "the half outlived its share"
        assert not told.open_leases, "a lease outlived its share"
    else:
        assert told.ends == [], f"{told.state}, and the events say {told.ends}"


def nothing_is_half(rig: Rig) -> None:
    """After one sweep: no upload that nobody goes on with, no blob without its share and none missing."""
    rig.sweep()
    assert rig.incoming() == [], "something half was left"
    assert rig.sql(HALF_DONE) == [(0,)], "an upload that nobody goes on with was left"
    wanted, found = {name for (name,) in rig.sql(WITH_BLOB)}, {path.name for path in rig.blobs()}
    assert found - wanted == set(), "a blob that belongs to nobody was left"
    assert wanted - found == set(), "a share without its blob was left"
