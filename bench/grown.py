"""`python -m bench.grown`: the product in one thread before one database; told what to do line by line.

Each line is JSON, `["burn", 50]`, and so is each answer: seconds of processor time and of the wall, one for
each call. bench/growth.py has one of these for each size and lets them take turns.
"""

import json
import os
import random
import sys
import time
from hashlib import sha256
from itertools import chain
from typing import Any

from bench.cycle import deposit_of, text
from bench.steps import Steps

Claimed = tuple[str, bytes]


class Grown:
    """What it left and claimed, so that it can be claimed and burned later."""

    def __init__(self) -> None:
        self._steps = Steps()
        self._left: list[tuple[str, str]] = []
        self._claimed: list[Claimed] = []
        self._cookies: dict[int, str] = {}
        self._shuffle = random.Random(1)

    def leave(self, count: int) -> None:
        for _ in range(count):
            token, deposit = deposit_of()
            self._steps.ask("leave", 201, "POST", "/api/v1/shares", deposit)
            self._left.append((deposit["id"], token))

    def claim(self, count: int) -> None:
        """Of all that was left, old and new, in no order."""
        for _ in range(count):
            share_id, token = self._left.pop(self._shuffle.randrange(len(self._left)))
            lease = os.urandom(32)
            taking = {"lease_verifier": text(sha256(lease).digest())}
            self._steps.ask("claim", 200, "POST", f"/api/v1/shares/{share_id}/claim", taking, token)
            self._claimed.append((share_id, lease))

    def burn(self, count: int) -> None:
        for _ in range(count):
            share_id, lease = self._claimed.pop(0)
            self._steps.ask("burn", 204, "POST", f"/api/v1/shares/{share_id}/burn", None, text(lease))

    def page(self, count: int, owner_id: int, query: str) -> None:
        for _ in range(count):
            path = f"/accounts/shares?{query}"
            self._steps.ask("page", 200, "GET", path, cookie=self._cookie(owner_id))

    def sweep(self) -> dict[str, int]:
        from shares.services.sweep import sweep

        took, spent = time.perf_counter(), time.process_time()
        counts = sweep()
        self._steps.spent["sweep"].append(time.process_time() - spent)
        self._steps.took["sweep"].append(time.perf_counter() - took)
        return {name: count for name, count in counts.items() if count}

    def flush(self) -> None:
        """Postgres hears now what its connections counted; by itself it would within ten seconds."""
        from django.db import connection

        connection.ensure_connection()
        connection.close()
        pool = connection.pool
        assert pool is not None, "the product holds its connections in a pool"
        lines = [pool.getconn() for _ in range(pool.get_stats()["pool_available"])]
        for line in lines:
            line.autocommit = True
            line.execute("SELECT pg_stat_force_next_flush()")
            pool.putconn(line)

    def answer(self, what: str, *values: Any) -> dict[str, Any]:
        self._steps.spent.clear()
        self._steps.took.clear()
        said = getattr(self, what)(*values)
        cpu, wall = ([*chain(*rows.values())] for rows in (self._steps.spent, self._steps.took))
        return {"cpu": cpu, "wall": wall, "said": said}

    def _cookie(self, owner_id: int) -> str:
        if owner_id not in self._cookies:
            self._cookies[owner_id] = _signed_in(owner_id)
        return self._cookies[owner_id]


def _signed_in(owner_id: int) -> str:
    """The cookie of somebody who signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from accounts.models import User
    from onetimeshare.cookies import signed

    session = SessionStore()
    session[SESSION_KEY] = str(owner_id)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = User.objects.get(pk=owner_id).get_session_auth_hash()
    session.save()
    assert session.session_key
    return f"{settings.SESSION_COOKIE_NAME}={signed(session.session_key)}"


def main() -> None:
    grown, said = Grown(), os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what anybody else prints is no answer
    print(json.dumps("ready"), file=said, flush=True)
    for line in sys.stdin:
        print(json.dumps(grown.answer(*json.loads(line))), file=said, flush=True)


if __name__ == "__main__":
    main()
