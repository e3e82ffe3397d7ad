"""`python -m onetimeshare.engines start|stop|status|env`: the two servers by hand."""

import argparse
import shlex
import sys

from onetimeshare.engines import EngineError, Engines, running, start, stop


def main() -> int:
    asked = _parser().parse_args()
    try:
        return int(_obey(asked.action, durable=not asked.fast, unless_used=asked.unless_used))
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1


def _obey(action: str, *, durable: bool, unless_used: bool) -> bool:
    """True when it went wrong."""
    if action == "stop":
        stop(durable=durable, unless_used=unless_used)
        return False
    engines = start(durable=durable) if action == "start" else running(durable=durable)
    if engines is None:
        print("not running", file=sys.stderr)
        return True
    print(_as_shell(engines) if action == "env" else _as_text(engines))
    return False


def _as_shell(engines: Engines) -> str:
    """For `eval "$(python -m onetimeshare.engines env)"`."""
    values = {"DATABASE_URL": engines.database_url, "REDIS_URL": engines.redis_url}
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in values.items())


def _as_text(engines: Engines) -> str:
    return f"PostgreSQL  {_where(engines.postgres_pid)}\nValkey      {_where(engines.valkey_pid)}"


def _where(pid: int | None) -> str:
    return f"running, process {pid}" if pid else "yours, not started here"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m onetimeshare.engines", description=__doc__)
    parser.add_argument("action", choices=["start", "stop", "status", "env"])
    parser.add_argument("--fast", action="store_true", help="the tests' pair, which never waits for the disk")
    parser.add_argument("--unless-used", action="store_true", help="stop nothing that a test run still uses")
    return parser


if __name__ == "__main__":
    sys.exit(main())
