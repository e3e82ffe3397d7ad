"""How we hold connections to Postgres: a pool while serving, and a bound on every wait.

libpq waits for ever for a server that accepts and never answers. A request must not: it ends with
503 and the connection is thrown away, since nobody knows what state it is in.
"""

from typing import Any, TypeVar

import psycopg
from django.db import connection
from psycopg.abc import PQGen

# Asked once, a question may have been an accident.
PREPARED_AFTER = 2
RV = TypeVar("RV")
_PATIENCE_SECONDS = 4.0


class BoundedConnection(psycopg.Connection[Any]):
    """A connection on which no single wait lasts longer than the patience of a request."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        try:
            return super().wait(gen, interval, _PATIENCE_SECONDS if timeout is None else timeout)
        except psycopg.errors._WaitTimeout as error:
            self.pgconn.finish()
            raise psycopg.OperationalError("Postgres did not answer in time") from error


def renew_pool() -> None:
    """After a failure: whatever lies idle in the pool may be as dead, so it is replaced.

    Without this every stale connection would cost one more request its answer after a restart.
    """
    pool = getattr(connection, "pool", None)
    if pool is not None and not pool.closed:
        pool.drain()


def options(*, served: bool, pool_size: int, patience_seconds: int, prepared: bool) -> dict[str, Any]:
    """Django's database OPTIONS. Commands (migrations, the sweep) may take as long as they need.

    prepared: Postgres keeps the plans of what is asked with `shares/querysets/fixed.py`; nothing else is
    bound on the server. Some poolers cannot do that.
    """
    common: dict[str, Any] = {
        "connect_timeout": max(2, patience_seconds - 1),
        "prepare_threshold": PREPARED_AFTER if prepared else None,
    }
    if not served:
        return common
    global _PATIENCE_SECONDS
    _PATIENCE_SECONDS = float(patience_seconds)
    pool = {
        "connection_class": BoundedConnection,
        "min_size": 2,
        "max_size": pool_size,
        "timeout": patience_seconds,
        "reconnect_timeout": 5,
        "max_idle": 300,
    }
    return common | {"pool": pool}
