"""R1: of N recipients who come at once, by whatever door, exactly one gets the content."""

import os

import pytest

from tests.faults.counts import count
from tests.faults.envelopes import seal
from tests.faults.recipients import API, CURL, PAGE, leave_all, race_for
from tests.faults.twins import assert_red

SHARES = count(60, 300)
RECIPIENTS = 20
# Every tenth is too large to travel inside the claim: its winner has to fetch.
LARGE_BYTES, SMALL_BYTES = 70_000, 900


def outcomes(rig, shares, recipients, *, large_every=10, **options):
    """For each share, how all ended. Statuses are not believed, bytes are."""
    sizes = [SMALL_BYTES if n % large_every else LARGE_BYTES for n in range(1, shares + 1)]
    envelopes = [seal(os.urandom(size)) for size in sizes]
    leave_all(rig.urls, envelopes)

    ended = race_for(rig.urls, envelopes, recipients, **options)

    for envelope, all_of_them in zip(envelopes, ended, strict=True):
        for one in all_of_them:
            assert one.plain in (None, envelope.plain), f"{one.door} got other bytes"
    return ended


def winners(ended):
    return [sum(one.plain is not None for one in all_of_them) for all_of_them in ended]


def told(rig, ended):
    come, won = len(ended[0]), sum(winners(ended))
    return f"{len(ended)} shares × {come} recipients at {len(rig.urls)} servers: {won} got the content"


@pytest.mark.promise("R1")
def test_of_twenty_recipients_one_gets_the_content_of_each_share(rig, figure):
    ended = outcomes(rig, SHARES, RECIPIENTS)

    assert winners(ended) == [1] * SHARES
    refused = {one.status for all_of_them in ended for one in all_of_them if one.plain is None}
    assert refused == {410}
    figure("R1", told(rig, ended))


@pytest.mark.promise("R1")
def test_of_twenty_recipients_one_gets_the_content_with_a_slow_postgres(slow_rig, figure):
    ended = outcomes(slow_rig, count(15, 300), RECIPIENTS, at_once=2)

    assert winners(ended) == [1] * count(15, 300)
    figure("R1", f"{told(slow_rig, ended)}, with 5 ms before each word to Postgres")


@pytest.mark.promise("R1")
def test_each_door_wins_some_races(rig):
    ended = outcomes(rig, count(20, 100), 5)

    won = {one.door for all_of_them in ended for one in all_of_them if one.plain is not None}

    assert won == {API, CURL, PAGE}


@pytest.mark.promise("R1")
def test_of_a_crowd_one_gets_the_content(rig, figure):
    ended = outcomes(rig, 1, count(100, 1000))

    assert winners(ended) == [1]
    figure("R1", told(rig, ended))


@pytest.mark.twin("R1")
def test_a_claim_that_looks_and_then_writes_fails_nearly_every_share(make_rig):
    twin = make_rig(masters=2, twin="naive_claim", front=("postgres",))
    twin.lines["postgres"].delay_seconds = 0.005
    shares, right = count(10, 60), []

    def exactly_one_wins(rig):
        # Small ones: where the winner has to fetch, the first to burn cuts the others off.
        won = winners(outcomes(rig, shares, RECIPIENTS, large_every=1000, at_once=2))
        right.extend(each for each in won if each == 1)
        assert won == [1] * shares

    assert_red(twin, exactly_one_wins)

    assert len(right) <= count(30, 5) / 100 * shares
