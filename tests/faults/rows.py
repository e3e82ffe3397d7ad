"""What the rows of one share say happened to it, and whether that can have happened at all."""

from collections import Counter
from dataclasses import dataclass

from tests.faults.envelopes import Envelope
from tests.faults.rig import Rig

ENDS = ("burned", "expired", "revoked", "removed")


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
