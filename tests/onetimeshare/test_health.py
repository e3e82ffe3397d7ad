"""Live and ready: what a balancer hears when a part is away."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils.timezone import now
from redis.exceptions import ConnectionError as RedisConnectionError

from shares.models import Sweep
from shares.redis_line import cache
from shares.services.sweep import sweep
from shares.storage import share_storage

pytestmark = pytest.mark.django_db


def away(*args, **named):
    raise OperationalError("away")


def no_redis(*args, **named):
    raise RedisConnectionError("away")


def test_a_server_with_all_its_parts_is_ready():
    sweep()

    answer = Client().get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "postgres": True, "storage": True, "redis": True, "sweep": True}


def test_without_postgres_it_lives_and_is_not_ready(monkeypatch):
    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", away)

    assert Client().get("/healthz").json() == {"live": True}
    answer = Client().get("/readyz")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert (answer.json()["ready"], answer.json()["postgres"]) == (False, False)
    assert b"away" not in answer.content


def test_without_storage_it_is_not_ready():
    share_storage().root.write_text("a file where the folder should be")

    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()["storage"]) == (503, False)
    share_storage().root.unlink()


def test_without_redis_it_is_ready_and_says_so(monkeypatch):
    monkeypatch.setattr(cache, "get", no_redis, raising=False)

    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()["ready"], answer.json()["redis"]) == (200, True, False)


@pytest.mark.parametrize(("minutes", "is_fresh"), [(14, True), (16, False)])
def test_a_sweep_that_stopped_is_told_and_leaves_it_ready(minutes, is_fresh):
    sweep()
    Sweep.objects.update(finished_at=now() - timedelta(minutes=minutes))

    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()["sweep"]) == (200, is_fresh)


def test_a_server_that_never_swept_says_so():
    assert Client().get("/readyz").json()["sweep"] is False
