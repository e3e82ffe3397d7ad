"""The lines to Postgres and Redis as large sites have them: through PgBouncer, and under TLS."""

import os
from contextlib import ExitStack

import pytest

from tests import previous
from tests.faults import client
from tests.faults.client import Ask, send
from tests.faults.counts import count
from tests.faults.envelopes import seal, unb64
from tests.faults.outer import pgbouncer, postgres_with_tls, redis_with_tls, write_certificates
from tests.faults.processes import Account
from tests.faults.test_races import RECIPIENTS, outcomes, winners
from tests.faults.twins import assert_red

pytestmark = pytest.mark.full
POOL = 5
SHARES = count(20, 300)


@pytest.fixture
def place(tmp_path_factory):
    """A folder of the rig's account, and that account."""
    outer = tmp_path_factory.mktemp("lines")
    for each in (outer, outer.parent):
        each.chmod(0o711)
    account = Account(outer)
    folder = account.give(outer / "own")
    return account, folder


def goes_all_the_way(rig):
    """Left, claimed, fetched, burned, swept: whatever uses a line does so."""
    before = rig.blobs()
    envelope, lease = client.leave(rig.urls[0], seal(os.urandom(70_000))), os.urandom(32)
    said = send(rig.urls[0], client.claim(envelope, lease)).json
    blob = send(rig.urls[0], client.fetch(envelope, lease)).body
    assert envelope.open(unb64(said["wrapped_key"]), unb64(said["meta"]), blob) == envelope.plain
    assert send(rig.urls[0], client.burn(envelope, lease)).status == 204
    rig.sweep()
    rig.manage("worker", "--once")
    assert rig.blobs() == before


def through(rig_url, port):
    """The same database, by the pooler's door."""
    name = rig_url.partition("@/")[2].partition("?")[0]
    return f"postgres://onetimeshare@127.0.0.1:{port}/{name}"


@pytest.fixture
def pooled(rigs, place):
    """A rig behind PgBouncer; made without it first, since its database has a name only then."""
    account, folder = place
    with ExitStack() as until_the_end:

        def pooled(**options):
            rig = rigs.make(masters=2, workers=2, environ={"DATABASE_PREPARED": "false"}, **options)
            until_the_end.callback(rigs.drop, rig)
            sockets = rig.pair.sockets["postgres"].parent
            port = until_the_end.enter_context(pgbouncer(account, folder, sockets, POOL))
            rig.env["DATABASE_URL"] = through(rig.database_url, port)
            for master in rig.masters:
                master.change(DATABASE_URL=rig.env["DATABASE_URL"])
            rig.restart()
            return rig

        yield pooled


def each_share_has_one_winner(rig):
    assert winners(outcomes(rig, SHARES, RECIPIENTS)) == [1] * SHARES


def test_a_pooler_of_transactions_gives_five_connections_to_all_and_one_winner_to_each_share(pooled):
    rig = pooled()

    each_share_has_one_winner(rig)
    rig.manage("migrate", *previous.MIGRATIONS[0])
    rig.manage("migrate")
    goes_all_the_way(rig)

    [(held,)] = rig.sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    assert 1 <= held <= POOL
    assert "Traceback" not in rig.logs()


def test_what_is_remembered_in_a_session_is_noticed_behind_a_pooler(pooled):
    assert_red(pooled(twin="asks_in_two_breaths"), each_share_has_one_winner)


def is_ready(rig, part):
    return send(rig.urls[0], Ask("GET", "/readyz")).json[part]


def test_postgres_is_reached_under_tls_and_only_if_it_is_the_right_one(make_rig, place):
    account, folder = place
    write_certificates(account, folder)
    with postgres_with_tls(account, folder) as port:
        url = f"postgres://onetimeshare@localhost:{port}/postgres?sslmode=verify-full&sslrootcert={folder}"
        rig = make_rig(masters=1, environ={"DATABASE_URL": f"{url}/ca.pem"})
        rig.manage("migrate")

        goes_all_the_way(rig)

        seen = rig.manage("shell", "--verbosity=0", "-c", WHO_IS_ENCRYPTED)
        assert set(seen.split()) == {"True"}
        wrong = make_rig(masters=1, environ={"DATABASE_URL": f"{url}/other-ca.pem"})
        assert not is_ready(wrong, "postgres")


WHO_IS_ENCRYPTED = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename IS NOT NULL")
    print(*(is_encrypted for is_encrypted, in cursor.fetchall()))
"""


def test_redis_is_reached_under_tls_and_only_if_it_is_the_right_one(make_rig, place):
    account, folder = place
    write_certificates(account, folder)
    with redis_with_tls(account, folder) as port:
        url = f"rediss://localhost:{port}/0?ssl_ca_certs={folder}"
        rig = make_rig(masters=1, environ={"REDIS_URL": f"{url}/ca.pem", "RATE_CREATE": "2/h"})

        assert is_ready(rig, "redis")
        statuses = [send(rig.urls[0], client.create(seal(b"x"))).status for _ in range(3)]

        assert statuses == [201, 201, 429], "rates are not counted"
        wrong = make_rig(masters=1, environ={"REDIS_URL": f"{url}/other-ca.pem"})
        assert not is_ready(wrong, "redis")
