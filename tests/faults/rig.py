"""The product as real processes that a test may kill, starve and cut off: engines, gunicorn masters, lines.

    rig.masters[0].url        where a gunicorn answers        rig.sql("SELECT …")   its database
    rig.kill_9(pid)           a worker, a master, an engine   rig.blobs()           bytes it keeps
    rig.lines["postgres"]     a proxy, where asked for        rig.sweep()           the purge sweep

Rigs share one pair of engines, each with a database and a Redis number of its own; one that stops, kills
or flushes its engines brings its own pair (`own_engines=True`).
"""

import itertools
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import redis

from tests.faults.pair import Pair
from tests.faults.processes import Account, Master, RigError, end, free_port, kill_9
from tests.faults.proxy import Proxy
from tests.faults.tmpfs import Tmpfs
from tests.faults.twins import MARK

COMMAND_SECONDS = 60
MIGRATE = ("migrate", "--verbosity=0")
LAST_SWEEP = "SELECT finished_at FROM shares_sweep"
CONNECTIONS = 30
# Empty: a race is meant to arrive faster than any visitor.
NO_RATES = {f"RATE_{name}": "" for name in ("CREATE", "CLAIM", "READ", "PART", "REPORT", "LOGIN")}


class Rig:
    """*masters* hosts, each a gunicorn of *workers* processes, over one database, one Redis, one SHARES_DIR.

    twin: the module in `sabotage/` that every process loads. front: "postgres" and "valkey" get a proxy.
    tmpfs_mib: the shares lie on a disk of that size. environ: the product's settings, by name.
    """

    def __init__(
        self,
        folder: Path,
        pair: Pair,
        *,
        database: str,
        masters: int = 2,
        workers: int = 1,
        twin: str = "",
        front: Sequence[str] = (),
        tmpfs_mib: int = 0,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.folder, self.pair, self.twin, self._database = folder, pair, twin, database
        self._redis_url = pair.new_redis_url()
        folder.mkdir(mode=0o711)
        self.account = Account(folder)
        self.data, self.shares, self.sealkeys = (
            self.account.give(folder / name) for name in ("data", "shares", "sealkeys")
        )
        self.secret_key = self.account.note(self.data / "secret_key", "for-the-rig-only")
        self.tmpfs = Tmpfs(self.shares, tmpfs_mib) if tmpfs_mib else None
        self.lines = {name: self._line(name) for name in front}
        self._ports = [free_port() for _ in range(masters)]
        self.env = self._environ(workers, environ or {})
        self.hosts = [self._host(n) for n in range(masters)]
        self.masters = [
            Master(self.account, self.env | {"DATA_DIR": str(host)}, port, Path(f"{host}.log"), self.tmpfs)
            for host, port in zip(self.hosts, self._ports, strict=True)
        ]

    def _host(self, n: int) -> Path:
        """What a master has for itself alone, as on a host of its own."""
        self.account.give((folder := self.account.give(self.folder / f"host-{n}")) / "static")
        return folder

    def _line(self, name: str) -> Proxy:
        doors = self.folder / f"{name}-line"
        doors.mkdir(mode=0o711)
        socket = self.pair.sockets[name]
        return Proxy(socket, doors / socket.name).start()

    def _through(self, name: str, url: str) -> str:
        """The URL that leads through the proxy of that name, if there is one: another folder, same socket."""
        door = self.lines[name].door if name in self.lines else None
        return url.replace(str(self.pair.sockets[name].parent), str(door.parent)) if door else url

    def _environ(self, workers: int, environ: Mapping[str, str]) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "TWIN": self.twin,
            "MODE": "development",
            "SECRET_KEY_FILE": str(self.secret_key),
            "PUBLIC_URL": f"http://127.0.0.1:{self._ports[0]}",
            "DATABASE_URL": self._through("postgres", self.database_url),
            "REDIS_URL": self._through("valkey", self._redis_url),
            "DATA_DIR": str(self.data),
            "SHARES_DIR": str(self.shares),
            "SEAL_KEYS_DIR": str(self.sealkeys),
            "STORAGE_RESERVE_BYTES": "0",
            "WEB_CONCURRENCY": str(workers),
            # Up to five rigs share a server that takes two hundred; those of a killed one end a little later.
            "DATABASE_POOL_SIZE": str(CONNECTIONS // (len(self._ports) * workers)),
            **NO_RATES,
            **environ,
        }

    # --- life ---------------------------------------------------------------------------------------

    def start(self) -> "Rig":
        for master in self.masters:
            master.start()
        for master in self.masters:
            master.wait_until_ready()
            if self.twin and MARK not in master.log.read_text():
                raise RigError(f"the twin {self.twin} was not loaded")
        return self

    def stop(self) -> None:
        """The test is over: nobody is asked."""
        for master in self.masters:
            master.stop(0)
        for line in self.lines.values():
            line.stop()
        if self.tmpfs:
            self.tmpfs.stop()

    def restart(self) -> None:
        """All masters anew, as after a deployment."""
        for master in self.masters:
            master.ask_to_stop()
        for master in self.masters:
            master.stop()
        self.start()

    kill_9 = staticmethod(kill_9)

    # --- doors and commands -------------------------------------------------------------------------

    @property
    def urls(self) -> list[str]:
        return [master.url for master in self.masters]

    def manage(self, *words: str, **environ: str) -> str:
        """`manage.py …` to its end, as a process; what it printed. Raises RigError when it failed."""
        log = self.folder / f"command-{secrets.token_hex(4)}.log"
        running = self.account.spawn(
            (sys.executable, "manage.py", *words), {**self.env, **environ}, log, self.tmpfs
        )
        try:
            code = running.wait(COMMAND_SECONDS)
        finally:
            end(running)
        if code:
            raise RigError(f"manage.py {words[0]} ended with {code}: {log.read_text()[-3000:]}")
        return log.read_text()

    def sweep(self, *words: str) -> str:
        """The purge sweep, once; its counts."""
        return self.manage("purge_shares", *words)

    @contextmanager
    def sweeping(self) -> Iterator[None]:
        """A sweep that begins anew all the time, as a process beside the others, while inside."""
        log = self.folder / f"sweeps-{secrets.token_hex(4)}.log"
        words = (sys.executable, "manage.py", "purge_shares", "--every", "0.005")
        before = self.sql(LAST_SWEEP)
        running = self.account.spawn(words, self.env, log, self.tmpfs)
        try:
            until = time.monotonic() + COMMAND_SECONDS
            while self.sql(LAST_SWEEP) == before:
                if running.poll() is not None or time.monotonic() > until:
                    raise RigError(f"the sweep does not run: {log.read_text()[-3000:]}")
                time.sleep(0.05)
            yield
        finally:
            end(running)

    # --- what is there ------------------------------------------------------------------------------

    @property
    def database_url(self) -> str:
        """Past every proxy."""
        return self.pair.database(self._database)

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of one statement, committed; [] where it gives none."""
        with psycopg.connect(self.database_url, autocommit=True) as line:
            done = line.execute(query, values)
            return done.fetchall() if done.description else []

    def redis(self) -> redis.Redis:
        """A client, past every proxy; close it."""
        return redis.Redis.from_url(self._redis_url)

    @property
    def seen_shares(self) -> Path:
        return self.tmpfs.seen_from_outside if self.tmpfs else self.shares

    def blobs(self) -> list[Path]:
        """Finished blobs."""
        return sorted(path for path in (self.seen_shares / "blobs").rglob("*") if path.is_file())

    def incoming(self) -> list[Path]:
        """What is being written, or was left lying."""
        return sorted(path for path in (self.seen_shares / "incoming").rglob("*") if path.is_file())

    def logs(self) -> str:
        """All that the product's processes said."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))


class Rigs:
    """Makes rigs in one temporary folder, and takes everything down again."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o711)
        self._folder, self._made = folder, itertools.count()
        self._pairs: list[Pair] = []
        self._rigs: list[Rig] = []
        self._shared: Pair | None = None

    def make(self, *, own_engines: bool = False, **options: Any) -> Rig:
        """A started rig; `options` are Rig's."""
        n = next(self._made)
        pair, database = (self._fresh_pair(n), "onetimeshare") if own_engines else self._copy()
        rig = Rig(self._folder / f"rig-{n}", pair, database=database, **options)
        self._rigs.append(rig)
        if own_engines:
            rig.manage(*MIGRATE, TWIN="")
        return rig.start()

    def drop(self, rig: Rig) -> None:
        """Stop *rig*, and its engines if they are its own; forget its files."""
        rig.stop()
        self._rigs.remove(rig)
        if rig.pair is not self._shared:
            rig.pair.stop()
            self._pairs.remove(rig.pair)
            shutil.rmtree(rig.pair.root)
        shutil.rmtree(rig.folder)

    def close(self) -> None:
        with ExitStack() as all_of_it:
            all_of_it.callback(shutil.rmtree, self._folder)
            for pair in self._pairs:
                all_of_it.callback(pair.stop)
            for rig in self._rigs:
                all_of_it.callback(rig.stop)

    def _fresh_pair(self, n: int) -> Pair:
        pair = Pair(self._folder / f"engines-{n}")
        self._pairs.append(pair)
        return pair

    def _copy(self) -> tuple[Pair, str]:
        if self._shared is None:
            self._shared = self._fresh_pair(next(self._made))
            template = Rig(self._folder / "template", self._shared, database="onetimeshare", masters=1)
            template.manage(*MIGRATE)
        return self._shared, self._shared.copy_template()
