"""Named questions and locks. Time is Postgres' own: no caller brings a clock.

`select_for_update` appears here and nowhere else, and only memory-fast work happens under it.
"""

from datetime import datetime

from django.db import connection

from shares.querysets.fixed import ask


def database_now() -> datetime:
    """The moment, by Postgres' clock."""
    with ask("SELECT statement_timestamp()", {}) as cursor:
        moment: datetime = cursor.fetchone()[0]
    return moment


def release_connection() -> None:
    """Give the connection back to the pool before bytes flow: a slow line must not hold it."""
    if not connection.in_atomic_block:
        connection.close()
