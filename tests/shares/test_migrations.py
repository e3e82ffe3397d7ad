"""Migrations: complete, nothing a plain Postgres lacks, and a way back to the release before."""

import threading
import time

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from onetimeshare.management.commands import migrate
from shares.models import Share
from shares.services.claim import claim
from tests import previous
from tests.builders import a_claim_of, a_waiting_share
from tests.docs.runbooks import scripts


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_no_migration_uses_an_extension():
    loader = MigrationLoader(connection)
    executor = MigrationExecutor(connection)
    ours = [key for key in loader.graph.nodes if key[0] in ("shares", "accounts")]

    for key in ours:
        sql = "\n".join(executor.loader.collect_sql([(loader.graph.nodes[key], False)])).lower()
        assert sql
        for word in ("extension", "citext", "uuid_generate", "gen_random_uuid", "uuidv7", "pgcrypto"):
            assert word not in sql, key


@pytest.mark.django_db
def test_the_database_has_no_extension_beside_its_own_language():
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")

        assert cursor.fetchall() == [("plpgsql",)]


def test_every_migration_is_named_for_its_idea():
    names = [name for app, name in MigrationLoader(None).graph.nodes if app in ("shares", "accounts")]

    assert names
    for name in names:
        assert "_auto_" not in name
        assert name.partition("_")[2] not in ("", "initial")


@pytest.mark.django_db(transaction=True)
def test_the_rule_about_halves_can_be_taken_back_and_made_again():
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes("shares")

    executor.migrate([("shares", "0001_shares")])
    MigrationExecutor(connection).migrate(latest)

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = 'half_dies_with_its_share'")
        assert cursor.fetchone()


# Whatever was released since: the way forward from here needs locks on tables that are in use.
LONG_AGO = (("shares", "0005_event_declined"), ("accounts", "0001_people"))


def go_back(migrations):
    for app, name in migrations:
        call_command("migrate", app, name, verbosity=0)


@pytest.fixture
def before(transactional_db):
    """`before()` goes back to the tables of the release before; afterwards they are today's again."""
    yield lambda: go_back(previous.MIGRATIONS)
    call_command("migrate", verbosity=0)


@pytest.fixture
def long_ago(transactional_db):
    """`long_ago()` goes back far enough that much is to be done; afterwards the tables are today's again."""
    yield lambda: go_back(LONG_AGO)
    call_command("migrate", verbosity=0)


def another_line():
    return psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None})


@pytest.mark.promise("R22")
def test_shares_outlive_the_way_back_to_the_release_before_and_forward_again(before):
    sent = [a_waiting_share(), a_waiting_share(claims=2)]
    claim(a_claim_of(sent[1]))

    before()
    with connection.cursor() as cursor:
        cursor.execute("SELECT claims_left FROM shares_share JOIN shares_serverhalf ON share_id = id")
        left = sorted(cursor.fetchall())
    call_command("migrate", verbosity=0)

    assert left == [(1,), (1,)]
    assert Share.objects.living().count() == 2
    assert [claim(a_claim_of(one)).wrapped_key for one in sent] == [one.deposit.wrapped_key for one in sent]


def longest_wait_beside_a_migration(*, read_seconds):
    """Of those who read shares, in seconds, while one long reader keeps the migration from its lock."""
    waits, done = [], threading.Event()

    def look_on(line):
        while not done.is_set():
            since = time.monotonic()
            line.execute("SELECT count(*) FROM shares_share")
            line.rollback()
            waits.append(time.monotonic() - since)
            time.sleep(0.01)

    with another_line() as long_reader, another_line() as line:
        long_reader.execute("SELECT count(*) FROM shares_share")
        onlooker = threading.Thread(target=look_on, args=(line,))
        ends = threading.Timer(read_seconds, long_reader.rollback)
        onlooker.start()
        ends.start()
        try:
            call_command("migrate", verbosity=0)
        finally:
            done.set()
            onlooker.join()
            ends.join()
    return max(waits)


@pytest.mark.promise("R22")
def test_a_migration_that_must_wait_lets_the_others_go_first(long_ago, monkeypatch):
    monkeypatch.setattr(migrate, "LOCK_SECONDS", 0.2)
    monkeypatch.setattr(migrate, "PAUSE_SECONDS", 0.1)
    long_ago()

    assert longest_wait_beside_a_migration(read_seconds=3) < 2


@pytest.mark.twin("R22")
def test_a_migration_that_waits_on_and_on_is_noticed(long_ago, monkeypatch, red):
    monkeypatch.setattr(migrate, "LOCK_SECONDS", 60)
    long_ago()

    assert longest_wait_beside_a_migration(read_seconds=3) > 2
    red("a migration that waits on and on")


def test_a_table_that_is_never_free_is_told(long_ago, monkeypatch):
    monkeypatch.setattr(migrate, "LOCK_SECONDS", 0.05)
    monkeypatch.setattr(migrate, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(migrate, "TRIES", 3)
    long_ago()

    with another_line() as reader:
        reader.execute("SELECT count(*) FROM shares_share")
        with pytest.raises(CommandError, match="in use all the time"):
            call_command("migrate", verbosity=0)


def test_of_hosts_that_start_at_once_one_migrates_and_all_go_on(long_ago):
    long_ago()
    trouble = []

    def start():
        try:
            call_command("migrate", verbosity=0)
        except Exception as error:
            trouble.append(error)
        finally:
            connection.close()

    hosts = [threading.Thread(target=start) for _ in range(3)]
    for host in hosts:
        host.start()
    for host in hosts:
        host.join()

    assert trouble == []


def test_the_document_names_the_migrations_that_lead_back():
    [told] = scripts("upgrade.md", "Going back", kind="")

    assert told == "".join(f"python manage.py migrate {app} {name}\n" for app, name in previous.MIGRATIONS)
