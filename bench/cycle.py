"""The whole life of a small share, beside an empty Django app and beside snappass.

Ours: create, receive page, claim with content, burn, refused second claim; five requests. An empty
app's cycle is five requests for its constant. snappass: set, preview, get, refused second get; four.
"""

import base64
import os
import time
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from bench import cpu, servers, table
from bench.load import Ask, Cycle, Load, Result, Running, Wrong

USERS = (30, 100, 300)
ROUNDS = 3
SECONDS = 5.0
BAR = 0.2
PLAIN_BYTES = 1024
META = base64.urlsafe_b64encode(os.urandom(288)).decode()
BLOB = os.urandom(16 + PLAIN_BYTES + 16 - 10)


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def deposit_of() -> tuple[str, dict[str, Any]]:
    """A fresh link token and a deposit; its bytes are its own, so that a mix-up would show."""
    raw_id, token = os.urandom(10), os.urandom(32)
    deposit = {
        "id": base64.b32encode(raw_id).decode().lower(),
        "kdf": 0,
        "size": len(BLOB) + len(raw_id),
        "link_verifier": text(sha256(token).digest()),
        "manage_verifier": text(sha256(raw_id).digest()),
        "wrapped_key": text(raw_id + bytes(38)),
        "meta": META,
        "expires_in": 3600,
        "blob": text(BLOB + raw_id),
    }
    return text(token), deposit


async def ours(ask: Ask) -> None:
    token, deposit = deposit_of()
    path = f"/api/v1/shares/{deposit['id']}"
    lease = os.urandom(32)
    taking = {"lease_verifier": text(sha256(lease).digest())}
    bearer = {"Authorization": f"Bearer {token}"}

    await ask("create", "POST", "/api/v1/shares", 201, json=deposit)
    page = await ask("page", "GET", f"/s/{deposit['id']}")
    claimed = await ask("claim", "POST", f"{path}/claim", json=taking, headers=bearer)
    await ask("burn", "POST", f"{path}/burn", 204, headers={"Authorization": f"Bearer {text(lease)}"})
    other = {"lease_verifier": text(sha256(os.urandom(32)).digest())}
    await ask("refused", "POST", f"{path}/claim", 410, json=other, headers=bearer)
    if f'"{deposit["blob"]}"'.encode() not in claimed or b"<form" not in page:
        raise Wrong("the content that was left is not the content that was claimed")


async def empty(ask: Ask) -> None:
    for _ in range(5):
        body = await ask("constant", "GET", "/")
        if body != b"ok\n":
            raise Wrong("the floor says something else")


async def snappass(ask: Ask) -> None:
    secret = text(os.urandom(PLAIN_BYTES * 3 // 4))
    form = {"password": secret, "ttl": "hour"}
    answer = await ask("set", "POST", "/", data=form, headers={"Accept": "application/json"})
    path = urlsplit(answer.decode().split('"link":"')[1].split('"')[0]).path
    await ask("preview", "GET", path)
    page = await ask("get", "POST", path)
    await ask("refused", "POST", path, 404)
    if secret.encode() not in page:
        raise Wrong("the content that was left is not the content that was given")


class Target:
    """One server under measurement, and what each round said."""

    def __init__(
        self, name: str, cycle: Cycle, steps: int, server: servers.Server, *engines: int | None
    ) -> None:
        self.name, self.cycle, self.steps, self.server, self.engines = name, cycle, steps, server, engines
        self.rates: dict[int, list[float]] = {users: [] for users in USERS}
        self.costs: dict[int, list[tuple[float, float]]] = {users: [] for users in USERS}
        self.results = {users: Result() for users in USERS}

    def measure(self, users: int, seconds: float) -> None:
        running = Running(Load(self.cycle, self.server.url, users, seconds))
        _sleep_until(running.begins)
        before = self._cpu()
        _sleep_until(running.ends)
        after = self._cpu()
        result = running.result()
        cycles = result.answers / self.steps
        self.rates[users].append(cycles / seconds)
        web, engines = (1000 * (b - a) / max(1.0, cycles) for a, b in zip(before, after, strict=True))
        self.costs[users].append((web, engines))
        self.results[users].add(result)

    def _cpu(self) -> tuple[float, float]:
        return cpu.seconds(self.server.pid), cpu.seconds(*self.engines)

    def rate(self, users: int) -> float:
        return table.middle(self.rates[users])

    def cost(self, users: int) -> str:
        """Milliseconds of processor time for one cycle: gunicorn's, and the engines'."""
        web, engines = zip(*self.costs[users], strict=True)
        return f"{table.middle(web):.1f} + {table.middle(engines):.1f}"


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.time()))


def run(place: servers.Place, rounds: int = ROUNDS, seconds: float = SECONDS) -> bool:
    """Interleaved rounds, medians; True when every bar is reached and no answer was wrong."""
    floor = Target("empty Django", empty, 5, place.serve("bench.floor:empty_django()"))
    engines = (place.engines.postgres_pid, place.engines.valkey_pid)
    product = Target("OneTimeShare", ours, 5, place.product(), *engines)
    counting = Target("the same, with limits", ours, 5, place.product(is_counting=True), *engines)
    peer = place.snappass()
    targets = [floor, product, counting, *([Target("snappass", snappass, 4, peer)] if peer else [])]
    for _ in range(rounds):
        for users in USERS:
            for target in targets:
                target.measure(users, seconds)
    _show(floor, product, targets)
    errors = [error for target in targets for result in target.results.values() for error in result.errors]
    for error in sorted(set(errors))[:10]:
        print("  error:", error)
    return not errors and all(product.rate(users) / floor.rate(users) >= BAR for users in USERS)


def _show(floor: Target, product: Target, targets: list[Target]) -> None:
    rows = []
    for users in USERS:
        for target in targets:
            rate, ratio = target.rate(users), target.rate(users) / floor.rate(users)
            bar = table.verdict(ratio, BAR) if target is product else ""
            cycle_ms = 1000 * users / rate if rate else 0.0
            errors = len(target.results[users].errors)
            rows.append((users, target.name, rate, ratio, bar, cycle_ms, target.cost(users), errors))
    head = ("users", "app", "cycles/s", "to floor", "bar", "ms/cycle", "CPU ms web + engines", "errors")
    table.show("Cycle: a small share, from create to the refused second claim", head, rows)
    steps = [
        (step, *(_times(product.results[users].seconds.get(step, [])) for users in USERS))
        for step in product.results[USERS[0]].seconds
    ]
    table.show("Its steps: median / p95 in ms", ("step", *(f"{users} users" for users in USERS)), steps)


def _times(seconds: list[float]) -> str:
    return f"{1000 * table.middle(seconds):.0f} / {1000 * table.p95(seconds):.0f}"
