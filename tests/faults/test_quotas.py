"""R27: what a site lets a sender leave is exact, however many come at once, to whichever process."""

import os

import pytest

from tests.faults import client
from tests.faults.client import race
from tests.faults.envelopes import seal
from tests.faults.twins import assert_red

FREE = 10
AT_ONCE = 50
BLOB_BYTES = 16 + 300 + 16
SO_MANY = {"ANONYMOUS_SHARES_A_DAY": str(FREE)}
SO_MUCH = {"ANONYMOUS_STORED_BYTES": str(FREE * BLOB_BYTES + BLOB_BYTES // 2)}


def as_many_as_are_free(rig):
    envelopes = [seal(os.urandom(300)) for _ in range(AT_ONCE)]
    assert len(envelopes[0].blob) == BLOB_BYTES

    asked = [(rig.urls[n % len(rig.urls)], client.create(envelope)) for n, envelope in enumerate(envelopes)]
    replies = race(asked)

    codes = {reply.code for reply in replies if reply.status != 201}
    assert codes <= {"day_used_up", "no_room"}, codes
    left = sum(reply.status == 201 for reply in replies)
    assert left == FREE, f"{left} were left"
    assert rig.sql("SELECT count(*) FROM shares_share") == [(FREE,)]
    assert len(rig.blobs()) == FREE, "the blob of a refused share stayed"


@pytest.mark.promise("R27")
@pytest.mark.parametrize("limit", [SO_MANY, SO_MUCH], ids=["so many", "so much"])
def test_of_fifty_at_once_ten_are_left_where_ten_are_free(limit, make_rig, figure):
    as_many_as_are_free(make_rig(masters=2, environ=limit))
    figure("R27", f"{AT_ONCE} creates at once where {FREE} are free, by number and by bytes: {FREE} each")


@pytest.mark.twin("R27")
@pytest.mark.parametrize(
    ("limit", "twin"), [(SO_MANY, "counts_and_then_spends"), (SO_MUCH, "room_without_a_lock")]
)
def test_a_limit_that_is_looked_at_and_then_used_is_noticed(limit, twin, make_rig):
    said = assert_red(make_rig(masters=2, environ=limit, twin=twin), as_many_as_are_free)

    assert "were left" in said
