"""Django's migrate, beside a busy server: it waits for a lock briefly, and then lets the others go first.

A change of a table waits until whoever reads it has ended, and everybody who comes later waits behind it.
One long reader would so stop every claim. After two seconds the change steps back and is tried again.
"""

import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connection

LOCK_SECONDS = 2
TRIES = 30
PAUSE_SECONDS = 1.0


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
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


def _waits_briefly(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """What runs outside of a transaction builds indexes beside the others: it may wait as long as it takes."""
    if context["connection"].in_atomic_block:
        context["cursor"].cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
    return execute(sql, params, many, context)
