"""The product as browsers meet it: a real gunicorn with the real settings and collected static files."""

import atexit
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from onetimeshare import engines
from tests.faults.pair import Pair
from tests.faults.processes import end
from tests.faults.rig import Rig, RigError

PREPARE_SECONDS = 120
REDIS_NUMBERS = 16
# A folder, once this process has made a site.
_collected: list[Path] = []


class TestEngines(Pair):
    """The engines that all tests share: found, never stopped from here. They do not wait for the disk."""

    __test__ = False

    def start(self) -> None:
        self.found = engines.start(durable=False)

    def stop(self) -> None:
        """They are other tests' as well."""

    def database(self, name: str) -> str:
        return re.sub(r"/\w+\?", f"/{name}?", self.found.database_url, count=1)

    def new_redis_url(self) -> str:
        """From the last number down: tests within one process take the first ones, and flush theirs."""
        worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        return re.sub(r"db=\d+", f"db={REDIS_NUMBERS - 1 - worker % 8}", self.found.redis_url)

    @contextmanager
    def new_database(self) -> Iterator[str]:
        """The name of an empty database, dropped at the end; those of tests that were killed go as well."""
        name = f"browser_{os.getpid()}_{secrets.token_hex(4)}"
        with psycopg.connect(self.database("postgres"), autocommit=True) as line:
            for (old,) in line.execute("SELECT datname FROM pg_database WHERE datname LIKE 'browser\\_%'"):
                if not Path(f"/proc/{old.split('_')[1]}").exists():
                    line.execute(f"DROP DATABASE IF EXISTS {old} WITH (FORCE)")
            line.execute(f"CREATE DATABASE {name} STRATEGY file_copy")
        try:
            yield name
        finally:
            with psycopg.connect(self.database("postgres"), autocommit=True) as line:
                line.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Site(Rig):
    """One gunicorn, limits lifted; `url`, `sweep()`, `sql()`, `blobs()`, `log_text()`, `restart()`."""

    def prepare(self) -> "Site":
        """Tables and static files, as before any start of the product; what is collected once is kept."""
        if _collected:
            _copy(_collected[0], self.hosts[0])
        log, env = self.folder / "prepare.log", self.env | {"DATA_DIR": str(self.hosts[0])}
        running = self.account.spawn((sys.executable, "-m", "onetimeshare.prepare"), env, log)
        try:
            code = running.wait(PREPARE_SECONDS)
        finally:
            end(running)
        if code:
            raise RigError(f"onetimeshare.prepare ended with {code}: {log.read_text()[-3000:]}")
        if not _collected:
            _collected.append(Path(tempfile.mkdtemp(prefix="onetimeshare-collected-")))
            atexit.register(shutil.rmtree, _collected[0])
            _copy(self.hosts[0], _collected[0])
        return self

    @property
    def url(self) -> str:
        return self.masters[0].url

    def log_text(self) -> str:
        """All that the product's processes have written."""
        return self.logs()


def _copy(source: Path, target: Path) -> None:
    """Static files with their owner; the product itself looks whether their sources are still the same."""
    shutil.rmtree(target / "static", ignore_errors=True)
    subprocess.run(["cp", "-a", source / "static", source / "static.stamp", target], check=True)


@contextmanager
def a_site(**environ: str) -> Iterator[Site]:
    """A started site; `environ` are the product's settings, by name."""
    folder = Path(tempfile.mkdtemp(prefix="onetimeshare-browser-"))
    folder.chmod(0o711)
    pair = TestEngines(folder)
    settings = {"DJANGO_SETTINGS_MODULE": "onetimeshare.settings", **environ}
    try:
        with pair.new_database() as database:
            site = Site(folder / "site", pair, database=database, masters=1, environ=settings)
            site.prepare()
            try:
                site.start()
                yield site
            finally:
                site.stop()
    finally:
        with suppress(FileNotFoundError):
            shutil.rmtree(folder)
