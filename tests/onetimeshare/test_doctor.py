"""`manage.py doctor`: each trouble is really made, and found by its part, its level and what to do."""

import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.utils.timezone import now

from onetimeshare import mail
from shares import redis_line, sealkeys
from shares.models import Notice, ServerHalf, Sweep
from shares.redis_line import cache
from shares.services.sweep import sweep
from shares.storage import share_storage
from shares.values import Way
from tests.builders import a_waiting_share
from tests.doctors import a_free_port, doctor
from tests.shares.people import a_member
from tests.shares.sinks import MailSink, serving

pytestmark = pytest.mark.django_db
LAST_IS_MISSING = """
DELETE FROM django_migrations WHERE app = 'shares'
AND name = (SELECT max(name) FROM django_migrations WHERE app = 'shares')
"""


@pytest.fixture(autouse=True)
def a_folder_of_keys(settings):
    """As the first start makes it."""
    Path(settings.SEAL_KEYS_DIR).mkdir(mode=0o700)
    settings.PUBLIC_URL = ""


def test_a_part_that_is_well_is_said_to_be(settings):
    a_waiting_share()
    sweep()

    _, found = doctor()

    well = {"postgres", "tables", "clock", "redis", "storage", "seal keys", "sweep", "worker", "settings"}
    assert {f"OK {part}" for part in well} <= found.keys()
    assert "for this user alone" in found["OK seal keys"][0]
    assert share_storage().free_bytes() is not None
    assert list(share_storage().list_unfinished()) == []
    assert len(list(share_storage().list_names())) == 1  # its own was removed


def test_a_postgres_that_may_forget_fails():
    """The tests' own one runs without fsync."""
    code, found = doctor()

    assert code == 1
    assert "A crash may lose shares" in found["FAIL postgres"][0]


def test_more_connections_than_postgres_takes_are_told(monkeypatch):
    monkeypatch.setattr("onetimeshare.gunicorn_conf.workers", 1000)

    said, do = doctor()[1]["WARN postgres"]

    assert "16005 connections" in said
    assert "max_connections" in do


@contextmanager
def without_postgres():
    host = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = "/nowhere"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["HOST"] = host


@pytest.mark.django_db(transaction=True)
def test_without_postgres_the_rest_is_still_looked_at():
    with without_postgres():
        code, found = doctor()

    assert code == 1
    assert "/nowhere" in found["FAIL postgres"][0]
    assert found["WARN sweep"][0].startswith("Not looked at")
    assert {"OK redis", "OK storage"} <= found.keys()


def test_a_migration_that_is_missing_fails():
    with connection.cursor() as cursor:
        cursor.execute(LAST_IS_MISSING)

    code, found = doctor()

    assert code == 1
    assert "prepare" in found["FAIL tables"][1]


def test_tables_of_a_later_release_are_told():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('shares', '9999_x', now())"
        )

    assert "shares.9999_x" in doctor()[1]["WARN tables"][0]


@pytest.mark.parametrize(("ahead", "key"), [(5, "WARN clock"), (-60, "FAIL clock")])
def test_a_clock_that_is_off_is_told(monkeypatch, ahead, key):
    right = time.time
    monkeypatch.setattr("onetimeshare.gauges.time.time", lambda: right() + ahead)

    said, do = doctor()[1][key]

    assert f"{abs(ahead)}.0" in said
    assert ("ahead of" if ahead > 0 else "behind") in said
    assert "NTP" in do


def test_a_redis_that_is_away_fails(monkeypatch):
    monkeypatch.setattr(redis_line, "_rest_until", float("inf"))

    code, found = doctor()

    assert code == 1
    assert "REDIS_URL" in found["FAIL redis"][1]


def test_a_redis_that_may_forget_is_told():
    client = cache.client.get_client()
    before = client.config_get("maxmemory-policy")["maxmemory-policy"]
    client.config_set("maxmemory-policy", "allkeys-lru")
    try:
        assert "allkeys-lru" in doctor()[1]["WARN redis"][0]
    finally:
        client.config_set("maxmemory-policy", before)


def test_storage_that_cannot_be_written_fails():
    share_storage().root.write_text("a file where the folder should be")

    code, found = doctor()

    assert code == 1
    assert "SHARES_DIR" in found["FAIL storage"][0]
    share_storage().root.unlink()


def test_storage_without_room_for_the_largest_share_is_told(settings):
    settings.MAX_SHARE_BYTES = 2**60

    assert "does not fit" in doctor()[1]["WARN storage"][0]


def test_storage_that_gives_back_other_bytes_fails(monkeypatch):
    monkeypatch.setattr(type(storages["shares"]), "read", lambda self, name, start, stop: iter([b"other"]))

    assert "other bytes" in doctor()[1]["FAIL storage"][0]


def test_a_folder_of_keys_that_others_may_read_fails(settings):
    Path(settings.SEAL_KEYS_DIR).chmod(0o711)

    code, found = doctor()

    assert code == 1
    assert found["FAIL seal keys"][1].startswith("chmod 700")


def test_a_key_that_others_may_read_fails(settings):
    a_waiting_share()
    (key,) = Path(settings.SEAL_KEYS_DIR).glob("*.key")
    key.chmod(0o644)

    assert key.name in doctor()[1]["FAIL seal keys"][0]


def test_a_key_that_shares_wait_for_and_is_gone_fails(settings):
    a_waiting_share()
    (key,) = Path(settings.SEAL_KEYS_DIR).glob("*.key")
    key.unlink()

    code, found = doctor()

    assert code == 1
    assert key.name in found["FAIL seal keys"][0]
    assert ServerHalf.objects.count() == 1


def test_a_key_that_was_cut_fails(settings):
    a_waiting_share()
    (key,) = Path(settings.SEAL_KEYS_DIR).glob("*.key")
    key.write_bytes(key.read_bytes()[:-1])

    assert "no key file" in doctor()[1]["FAIL seal keys"][0]


def test_a_folder_of_keys_that_is_not_there_fails(settings, tmp_path):
    settings.SEAL_KEYS_DIR = tmp_path / "a file"
    settings.SEAL_KEYS_DIR.write_text("")

    _, found = doctor()

    assert "not there" in found["FAIL seal keys"][0]
    assert "SEAL_KEYS_DIR" in found["FAIL settings"][0]


def test_one_key_for_ever_is_told(settings):
    settings.SEAL_KEY = "a1" * 32

    assert "for ever" in doctor()[1]["WARN seal keys"][0]
    assert sealkeys.key_no_for(now()) == 0


def test_a_sweep_that_never_ran_or_stopped_fails():
    assert "None ever succeeded" in doctor()[1]["FAIL sweep"][0]

    sweep()
    Sweep.objects.update(finished_at=now() - timedelta(minutes=40))
    code, found = doctor()

    assert code == 1
    assert "40 minutes" in found["FAIL sweep"][0]
    assert "purge_shares" in found["FAIL sweep"][1]


def test_notices_that_nobody_sends_are_told():
    Notice.objects.create(
        account=a_member(), what="opened", way=Way.EMAIL, due_at=now() - timedelta(minutes=20)
    )

    said, do = doctor()[1]["WARN worker"]

    assert said.startswith("1 notices wait")
    assert "manage.py worker" in do


def test_weak_settings_are_told_and_in_production_fail(settings):
    settings.DEBUG = True
    assert {"WARN settings"} <= doctor()[1].keys()

    settings.MODE = "production"
    code, found = doctor()

    assert code == 1
    assert "FAIL settings" in found


# --- mail ---------------------------------------------------------------------------------------------------


def mail_goes_to(settings, url):
    settings.EMAIL_URL = url
    for name, value in mail.settings(url).items():
        setattr(settings, name, value)


def test_a_mail_server_that_answers_is_well_and_gets_no_mail(settings):
    with serving(MailSink()) as sink:
        mail_goes_to(settings, sink.url)

        assert "answers" in doctor()[1]["OK mail"][0]
        assert sink.mails == []


def test_a_mail_is_sent_where_told_to(settings):
    with serving(MailSink()) as sink:
        mail_goes_to(settings, sink.url)

        assert "took it" in doctor("--send", "ann@example.org")[1]["OK mail"][0]
        (message,) = sink.mails
        assert message["To"] == "ann@example.org"


def test_a_mail_server_that_is_away_fails(settings):
    mail_goes_to(settings, f"smtp://127.0.0.1:{a_free_port()}")

    code, found = doctor()

    assert code == 1
    assert "ConnectionRefusedError" in found["FAIL mail"][0]


def test_a_mail_server_that_refuses_fails(settings):
    with serving(MailSink()) as sink:
        sink.refuses = b"ann"
        mail_goes_to(settings, sink.url)

        assert "Refused" in doctor("--send", "ann@example.org")[1]["FAIL mail"][0]


def test_no_mail_server_is_told_and_fails_who_wants_to_send(settings):
    settings.EMAIL_URL = ""

    assert "EMAIL_URL" in doctor()[1]["WARN mail"][0]
    assert "FAIL mail" in doctor("--send", "ann@example.org")[1]
