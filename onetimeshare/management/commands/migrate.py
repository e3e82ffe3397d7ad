"""Django's migrate, beside a busy server: it waits for a lock briefly, and then lets the others go first.

A change of a table waits until whoever reads it has ended, and everybody who comes later waits behind it.
One long reader would so stop every claim. After two seconds the change steps back and is tried again.
Of several hosts that start at once, one migrates; the others wait for it, and find it done.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connection

LOCK_NO = 0x6F7473  # "ots"
LOCK_SECONDS = 2
TRIES = 30
PAUSE_SECONDS = 1.0
ASK_AGAIN_SECONDS = 0.2


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with _alone():
            self._patiently(*args, **options)

    def _patiently(self, *args: Any, **options: Any) -> None:
        for _ in range(TRIES):
            try:
                with connection.execute_wrapper(_waits_briefly):
                    super().handle(*args, **options)
                return
            except OperationalError as error:
                # Each migration is whole or not there: what was done stays, and the rest is tried again.
                if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                    raise
                time.sleep(PAUSE_SECONDS)
        raise CommandError("A table was in use all the time: end what reads it for long, and repeat.")


@contextmanager
def _alone() -> Iterator[None]:
    """Nobody else migrates this database meanwhile.

    The lock is that of a transaction, on a line of its own: a pooler would give one of a session to others.
    Whoever wants it asks again and again: in a statement that waits, an index built beside the others would
    wait for them, and they for it.
    """
    line = connection.copy()
    try:
        line.set_autocommit(False)
        while not _takes_lock(line):
            line.rollback()
            time.sleep(ASK_AGAIN_SECONDS)
        yield
    finally:
        line.close()


def _takes_lock(line: Any) -> bool:
    with line.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_NO])
        return bool(cursor.fetchone()[0])


def _waits_briefly(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """What runs outside of a transaction builds indexes beside the others: it may wait as it must."""
    if context["connection"].in_atomic_block:
        context["cursor"].cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
    return execute(sql, params, many, context)
