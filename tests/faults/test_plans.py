"""A migration changes a column that kept plans give: who asks at that moment hears 503, and nobody after."""

import os

from tests.faults.client import claim, leave, send
from tests.faults.envelopes import seal


def test_a_column_that_is_widened_beside_a_server_costs_nobody_more_than_a_503(make_rig):
    rig = make_rig(masters=1, environ={"DATABASE_POOL_SIZE": "2"})
    waiting = [leave(rig.urls[0], seal(b"left before a migration")) for _ in range(18)]

    def claimed(envelope, lease):
        return send(rig.urls[0], claim(envelope, lease)).status

    before = [claimed(envelope, os.urandom(32)) for envelope in waiting[:12]]  # plans are kept now
    rig.sql("ALTER TABLE shares_share ALTER upload_id TYPE varchar(2000)")
    lease = os.urandom(32)
    told = [claimed(waiting[12], lease) for _ in range(4)]
    after = [claimed(envelope, os.urandom(32)) for envelope in waiting[13:]]

    assert before == [200] * 12
    assert set(told) <= {200, 503}
    assert told[-1] == 200
    assert after == [200] * 5
