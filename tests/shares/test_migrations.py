"""Migrations: complete, reversible where they are ours, and nothing a plain Postgres lacks."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader


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
