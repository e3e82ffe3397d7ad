"""Real PostgreSQL and Valkey for a laptop and for tests: found, started, recovered and stopped here.

Both listen on unix sockets only, below one folder (`var/` of the clone). Nothing here knows Django. Where
DATABASE_URL or REDIS_URL is set, that server is somebody else's, and none is started for it.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from onetimeshare.engines.engine import Engine
from onetimeshare.engines.errors import EngineError
from onetimeshare.engines.folders import Home
from onetimeshare.engines.postgres import Postgres
from onetimeshare.engines.runner import Runner
from onetimeshare.engines.valkey import Valkey

__all__ = ["EngineError", "Engines", "running", "silent", "start", "stop"]

CLONE = Path(__file__).resolve().parents[2]
KINDS: dict[str, type[Engine]] = {"DATABASE_URL": Postgres, "REDIS_URL": Valkey}
NAMES = tuple(kind.name for kind in KINDS.values())


@dataclass(frozen=True)
class Engines:
    """Where the two servers are; a pid is None for a server that is not ours."""

    database_url: str
    redis_url: str
    postgres_pid: int | None = None
    valkey_pid: int | None = None
    started: tuple[str, ...] = ()
    """Names of those that this very call started, for a caller who stops only what it started."""


def start(
    root: Path | None = None, *, durable: bool = True, environ: Mapping[str, str] = os.environ
) -> Engines:
    """Both servers, ready for connections; those already running are found, not started again.

    root: the folder that holds their data; else ENGINES_DIR, else DATA_DIR, else `var/` of the clone.
    durable=False: a second pair, in `fast/` below it, which never waits for the disk; for tests only.
    environ: pass {} for a pair of one's own, whatever URLs this process was given.
    Raises EngineError, always one line.
    """
    if all(environ.get(name) for name in KINDS):
        return _described({}, environ)
    with _locked(home := Home(_folder(root, durable, environ)), make=True):
        engines = _engines(home, durable, environ)
        # All are found before one is started: half a pair helps nobody.
        idle = {engine: engine.find_program() for engine in engines.values() if not engine.answers()}
        # The last first: Valkey loads while initdb works.
        begun = [engine.name for engine, program in reversed(idle.items()) if engine.begin(program)]
        for engine, program in idle.items():
            engine.wait_until_ready(program)
        if not durable:
            home.use()
        return _described(engines, environ, tuple(begun))


def running(
    root: Path | None = None, *, durable: bool = True, environ: Mapping[str, str] = os.environ
) -> Engines | None:
    """The servers, if all that are ours answer; waits for a start or a stop under way."""
    if silent(root, durable=durable, environ=environ):
        return None
    return _described(_engines(Home(_folder(root, durable, environ)), durable, environ), environ)


def silent(
    root: Path | None = None, *, durable: bool = True, environ: Mapping[str, str] = os.environ
) -> tuple[str, ...]:
    """Names of those that are ours to run and do not answer."""
    home = Home(_folder(root, durable, environ))
    engines = _engines(home, durable, environ).values()
    if not engines or not home.path.is_dir():
        return tuple(engine.name for engine in engines)
    with _locked(home):
        return tuple(engine.name for engine in engines if not engine.answers())


def stop(
    root: Path | None = None,
    *,
    durable: bool = True,
    names: tuple[str, ...] = NAMES,
    unless_used: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Stop the named servers; when this returns they are gone and their last bytes are on disk.

    unless_used: leave a pair that is not durable to those that still test with it.
    """
    home = Home(_folder(root, durable, environ))
    if not home.path.is_dir():
        return
    with _locked(home):
        if unless_used and home.is_used():
            return
        chosen = [engine for engine in _engines(home, durable, {}).values() if engine.name in names]
        for engine in chosen:
            engine.ask_to_stop()
        for engine in chosen:
            engine.wait_until_gone()
        home.tidy()


def _folder(root: Path | None, durable: bool, environ: Mapping[str, str]) -> Path:
    told = environ.get("ENGINES_DIR") or environ.get("DATA_DIR") or CLONE / "var"
    folder = Path(root or told).absolute()
    return folder if durable else folder / "fast"


@contextmanager
def _locked(home: Home, *, make: bool = False) -> Iterator[None]:
    try:
        if make:
            home.make()
        with home.locked():
            yield
    except OSError as error:
        raise EngineError(f"The servers' folder {home.path} cannot be used: {error}") from error


def _engines(home: Home, durable: bool, environ: Mapping[str, str]) -> dict[str, Engine]:
    """Those of the two that are ours to run, by the name of the variable that would replace them."""
    runner = Runner.for_home(home)
    return {name: kind(home, runner, durable) for name, kind in KINDS.items() if not environ.get(name)}


def _described(
    engines: Mapping[str, Engine], environ: Mapping[str, str], started: tuple[str, ...] = ()
) -> Engines:
    def url(name: str) -> str:
        return engines[name].url if name in engines else environ.get(name, "")

    def pid(name: str) -> int | None:
        return engines[name].pid() if name in engines else None

    return Engines(url("DATABASE_URL"), url("REDIS_URL"), pid("DATABASE_URL"), pid("REDIS_URL"), started)
