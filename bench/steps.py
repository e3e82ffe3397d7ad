"""`python -m bench.steps`: processor time of each step of a cycle, in one thread and without HTTP.

A busy machine hardly changes it, so it tells what a change of the code is worth; rates are `bench.cycle`'s.
"""

import io
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from bench import cpu, servers, table
from bench.cycle import deposit_of, text

CYCLES = 400
WARM = 30


class Steps:
    """The product in this process; one number for each call: `spent[step]` are seconds of this process' time,
    `took[step]` of the clock on the wall."""

    def __init__(self) -> None:
        from onetimeshare.wsgi import application

        self._application = application
        self.spent: dict[str, list[float]] = defaultdict(list)
        self.took: dict[str, list[float]] = defaultdict(list)

    def cycle(self) -> None:
        token, deposit = deposit_of()
        path, lease = f"/api/v1/shares/{deposit['id']}", os.urandom(32)
        self.ask("create", 201, "POST", "/api/v1/shares", deposit)
        self.ask("page", 200, "GET", f"/s/{deposit['id']}")
        taking = {"lease_verifier": text(sha256(lease).digest())}
        self.ask("claim", 200, "POST", f"{path}/claim", taking, token)
        self.ask("burn", 204, "POST", f"{path}/burn", None, text(lease))
        other = {"lease_verifier": text(sha256(os.urandom(32)).digest())}
        self.ask("refused", 410, "POST", f"{path}/claim", other, token)

    def ask(
        self,
        name: str,
        wanted: int,
        method: str,
        path: str,
        body: Any = None,
        bearer: str = "",
        cookie: str = "",
    ) -> bytes:
        """The answer's content; its status must be *wanted*."""
        environ, answer = _environ(method, path, body, bearer, cookie), []

        def start_response(status: str, headers: object, error: object = None) -> None:
            answer.append(status)

        took, spent = time.perf_counter(), time.process_time()
        blocks: Iterable[bytes] = self._application(environ, start_response)  # type: ignore[arg-type]
        content = b"".join(blocks)
        blocks.close()  # type: ignore[attr-defined]
        self.spent[name].append(time.process_time() - spent)
        self.took[name].append(time.perf_counter() - took)
        if not answer[0].startswith(str(wanted)):
            raise RuntimeError(f"{name}: {answer[0]} instead of {wanted}: {content[:200]!r}")
        return content


def _environ(method: str, path: str, body: Any, bearer: str, cookie: str) -> dict[str, Any]:
    path, _mark, query = path.partition("?")
    raw = b"" if body is None else json.dumps(body).encode()
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "CONTENT_LENGTH": str(len(raw)),
        "CONTENT_TYPE": "application/json" if raw else "",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(raw),
        "wsgi.errors": sys.stderr,
    }
    said = {"HTTP_AUTHORIZATION": bearer and f"Bearer {bearer}", "HTTP_COOKIE": cookie}
    return environ | {name: value for name, value in said.items() if value}


def main() -> None:
    with servers.place() as place:
        os.environ.update(place.environ)
        steps, engines = Steps(), (place.engines.postgres_pid, place.engines.valkey_pid)
        for _ in range(WARM):
            steps.cycle()
        steps.spent.clear()
        before = cpu.seconds(*engines)
        for _ in range(CYCLES):
            steps.cycle()
        of_engines = 1000 * (cpu.seconds(*engines) - before) / CYCLES
    rows: list[tuple[str, float, float]] = [
        (name, 1000 * table.middle(seconds), 1000 * min(seconds)) for name, seconds in steps.spent.items()
    ]
    whole = ("all five", sum(row[1] for row in rows), sum(row[2] for row in rows))
    table.show("Processor time in ms", ("step", "median", "least"), [*rows, whole])
    print(f"PostgreSQL and Valkey: {of_engines:.1f} ms a cycle")


if __name__ == "__main__":
    main()
