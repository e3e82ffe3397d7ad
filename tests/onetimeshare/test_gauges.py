"""What Prometheus hears of the site as a whole, and what it hears while a part of it is away."""

import socket
import time
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.db import OperationalError
from django.utils.timezone import now
from redis.exceptions import ConnectionError as RedisConnectionError

from onetimeshare import gauges
from shares.models import Notice, NoticeTurn, Sweep
from shares.redis_line import cache
from shares.services.sweep import sweep
from shares.storage import share_storage
from shares.values import Way
from tests.builders import LARGE_BLOB_BYTES, SMALL_BLOB_BYTES, a_waiting_share, an_upload, race
from tests.s3 import S3
from tests.scraped import risen
from tests.shares.people import a_member

pytestmark = pytest.mark.django_db


def test_the_age_of_the_last_sweep_and_what_all_of_them_did(told):
    assert told()["sweep_age_seconds", ""] == float("inf")
    sent, again = a_waiting_share(), a_waiting_share()
    sent.move(expires_at=-timedelta(seconds=1))
    before = told()
    sweep()
    again.move(expires_at=-timedelta(seconds=1))
    sweep(dry_run=True)
    sweep()
    Sweep.objects.update(finished_at=now() - timedelta(seconds=500))

    after = told()
    assert 499 < after["sweep_age_seconds", ""] < 560
    assert risen(before, after, "swept_total") == {"expired": 2, "blobs_removed": 2}


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_add_up():
    Sweep.objects.add({"expired": 1})

    race(lambda: Sweep.objects.add({"expired": 2, "burned": 1}), times=8)

    assert Sweep.objects.told()[1] == {"expired": 17, "burned": 8}


def test_a_sweep_that_failed_tells_what_it_did(told, monkeypatch):
    sent, before = a_waiting_share(), told()
    sent.move(expires_at=-timedelta(seconds=1))
    monkeypatch.setattr("shares.services.sweep.Sweeper._remove_orphans", lambda self: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        sweep()

    after = told()
    assert risen(before, after, "swept_total")["expired"] == 1
    assert after["sweep_age_seconds", ""] == float("inf")


def test_the_outbox_the_uploads_and_what_is_stored(told):
    member = a_member()
    for way in Way:
        Notice.objects.create(account=member, what="opened", way=way, due_at=now() - timedelta(seconds=90))
    a_waiting_share()
    an_upload()

    found = told()

    assert (found["outbox_notices", "email"], found["outbox_notices", "webhook"]) == (1, 1)
    assert 89 < found["outbox_late_seconds", ""] < 150
    assert (found["uploads_open", ""], found["uploads_declared_bytes", ""]) == (1, LARGE_BLOB_BYTES)
    assert (found["shares", "ready"], found["shares", "claimed"]) == (1, 0)
    assert found["stored_bytes", "ready"] == SMALL_BLOB_BYTES
    assert found["storage_free_bytes", ""] > 0


def test_an_account_that_rests_does_not_make_the_worker_late(told):
    member = a_member()
    Notice.objects.create(
        account=member, what="opened", way=Way.WEBHOOK, due_at=now() - timedelta(seconds=90)
    )
    assert told()["outbox_late_seconds", ""] > 89

    NoticeTurn.objects.create(account=member, way=Way.WEBHOOK, at=now() + timedelta(seconds=60))

    assert told()["outbox_late_seconds", ""] == 0


def test_the_costly_look_is_shared_for_five_minutes(told):
    a_waiting_share()
    told()
    a_waiting_share()

    assert told()["shares", "ready"] == 1
    assert 0 < cache.ttl(gauges.STORED_KEY) <= 300


def test_a_clock_that_is_wrong_shows(told, monkeypatch):
    assert abs(told()["clock_offset_seconds", ""]) < 1

    right = time.time
    monkeypatch.setattr("onetimeshare.gauges.time.time", lambda: right() + 42)

    assert 41 < told()["clock_offset_seconds", ""] < 43


def away(*args, **named):
    raise OperationalError("away")


def no_redis(*args, **named):
    raise RedisConnectionError("away")


def test_without_postgres_it_tells_what_it_counted_and_that_postgres_is_away(told, monkeypatch):
    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", away)

    found = told()

    assert found["part_up", "postgres"] == 0
    assert ("sweep_age_seconds", "") not in found
    assert ("events_total", "created") in found
    assert found["part_up", "storage"] == 1


def test_storage_that_is_away_is_told(told):
    share_storage().root.write_text("a file where the folder should be")

    found = told()

    assert (found["part_up", "storage"], found["part_up", "postgres"]) == (0, 1)
    assert ("storage_free_bytes", "") not in found
    share_storage().root.unlink()


def test_a_bucket_that_is_away_is_told_although_it_never_tells_its_room(told):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        storages._storages["shares"] = S3(address).storage()

        assert told()["part_up", "storage"] == 0

    storages._storages.clear()


def test_without_redis_it_tells_the_rest(told, monkeypatch):
    monkeypatch.setattr(cache, "get", no_redis, raising=False)

    found = told()

    assert (found["part_up", "redis"], found["part_up", "postgres"]) == (0, 1)
    assert ("shares", "ready") not in found


def test_it_asks_postgres_little(told, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        told()
