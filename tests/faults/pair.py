"""Engines for rigs: a PostgreSQL and a Valkey of our own, with a database and a Redis number for each rig."""

import itertools
import secrets
from pathlib import Path

import psycopg

from onetimeshare import engines

REDIS_NUMBERS = 16


class Pair:
    """A durable PostgreSQL and Valkey of our own; databases in it are copies of one migrated template."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._numbers = itertools.cycle(range(REDIS_NUMBERS))
        self.start()

    def start(self) -> None:
        self.found = engines.start(self.root, environ={})

    def stop(self) -> None:
        engines.stop(self.root, environ={})

    def database(self, name: str) -> str:
        """A URL for *name*; the template's database is `onetimeshare`."""
        return self.found.database_url.replace("/onetimeshare?", f"/{name}?")

    def copy_template(self) -> str:
        """The name of a new database with all tables."""
        name = f"rig_{secrets.token_hex(4)}"
        with psycopg.connect(self.database("postgres"), autocommit=True) as line:
            line.execute(f"CREATE DATABASE {name} TEMPLATE onetimeshare STRATEGY file_copy")
        return name

    def new_redis_url(self) -> str:
        return self.found.redis_url.replace("db=0", f"db={next(self._numbers)}")

    @property
    def sockets(self) -> dict[str, Path]:
        run = Path(self.found.database_url.partition("host=")[2])
        return {"postgres": run / ".s.PGSQL.5432", "valkey": run / "valkey.sock"}
