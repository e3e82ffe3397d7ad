"""Postgres, its tables and its clock."""

import os
from collections.abc import Iterator

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from onetimeshare import gunicorn_conf, redactor
from onetimeshare.doctor.findings import Finding, fail, ok, warn
from onetimeshare.gauges import clock_offset

OLDEST_MAJOR = 15
# Beside gunicorn's: the sweep, the worker, somebody who looks.
FURTHER_CONNECTIONS = 5
NOTED_SECONDS, WRONG_SECONDS = 1.0, 15.0
_SETTINGS = """
SELECT current_setting('server_version_num')::int / 10000, current_setting('fsync') = 'on',
       current_setting('synchronous_commit') <> 'off', current_setting('max_connections')::int
"""


def look() -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(_SETTINGS)
            major, syncs, waits, most = cursor.fetchone()
    except Error as error:
        yield fail("postgres", redactor.named(error), "Look at DATABASE_URL, and whether Postgres runs.")
        return
    yield ok("postgres", f"version {major} answers")
    if major < OLDEST_MAJOR:
        yield fail("postgres", f"Version {major} is too old.", f"Take PostgreSQL {OLDEST_MAJOR} or newer.")
    if not (syncs and waits):
        yield fail(
            "postgres",
            "A crash may lose shares and revive others: fsync or synchronous_commit is off.",
            "Set both to on in postgresql.conf.",
        )
    needed = _connections()
    if needed > most:
        yield warn(
            "postgres",
            f"One host may ask for {needed} connections, and max_connections is {most}.",
            "Raise max_connections, or lower WEB_CONCURRENCY or DATABASE_POOL_SIZE.",
        )


def _connections() -> int:
    pool = settings.DATABASES["default"].get("OPTIONS", {}).get("pool") or {}
    size = pool.get("max_size") or int(os.environ.get("DATABASE_POOL_SIZE") or 16)
    return gunicorn_conf.workers * size + FURTHER_CONNECTIONS


def look_at_tables() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    if missing := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield fail(
            "tables",
            f"{len(missing)} migrations are not applied, the first is {missing[0][0]}.",
            "Run python -m onetimeshare.prepare.",
        )
    elif unknown := set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations):
        yield warn(
            "tables",
            f"The tables are of another release: this one does not know {'.'.join(min(unknown))}.",
            "Bring this host to the release of the others.",
        )
    else:
        yield ok("tables", "all migrations are applied")


def look_at_clock() -> Iterator[Finding]:
    off = clock_offset()
    said = f"{abs(off):.2f} s {'ahead of' if off > 0 else 'behind'} Postgres"
    if abs(off) <= NOTED_SECONDS:
        yield ok("clock", said)
        return
    do = "Set both hosts' clocks by NTP. Shares go by Postgres' clock alone; codes and letters by this one."
    yield (fail if abs(off) > WRONG_SECONDS else warn)("clock", said, do)
