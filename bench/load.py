"""Users that ask one server as fast as it answers, each over a connection that stays open.

They run in processes of their own, so that the one event loop is not what is measured.
"""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import aiohttp

PROCESSES = 2
PATIENCE = aiohttp.ClientTimeout(total=60)


class Wrong(Exception):
    """The server did not do what it should."""


@dataclass
class Result:
    """What was answered in the measured time: seconds by the step's name; errors at any time."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    @property
    def answers(self) -> int:
        return sum(map(len, self.seconds.values()))

    def add(self, other: "Result") -> None:
        self.errors += other.errors
        for name, values in other.seconds.items():
            self.seconds.setdefault(name, []).extend(values)


class Ask:
    """One user's connection: sends, waits, notes how long it took under a name."""

    def __init__(
        self, session: aiohttp.ClientSession, base: str, result: Result, begins: float, ends: float
    ) -> None:
        self._session, self._base, self._result = session, base, result
        self._begins, self._ends = begins, ends

    async def __call__(self, name: str, method: str, path: str, wanted: int = 200, **more: Any) -> bytes:
        """The body of the answer, which must have the status *wanted*."""
        began = time.perf_counter()
        async with self._session.request(method, self._base + path, **more) as response:
            body = await response.read()
        if self._begins <= time.time() < self._ends:
            self._result.seconds.setdefault(name, []).append(time.perf_counter() - began)
        if response.status != wanted:
            raise Wrong(f"{name}: {response.status} instead of {wanted}: {body[:200]!r}")
        return body


Cycle = Callable[[Ask], Awaitable[None]]


@dataclass(frozen=True)
class Load:
    """So many users of *base* for so long."""

    cycle: Cycle
    base: str
    users: int
    seconds: float
    warm_seconds: float = 2.0
    pause_seconds: float = 0.0  # how long each rests between two cycles
    stop_file: str = ""  # ends early when this appears


class Running:
    """A load under way in its processes; `begins` and `ends` bound what is measured, by time.time()."""

    def __init__(self, load: Load, processes: int = PROCESSES) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(processes, mp_context=spawn)
        list(self._pool.map(_wait, [0.05] * processes))  # imported before the clock runs
        self.begins = time.time() + load.warm_seconds
        self.ends = self.begins + load.seconds
        parts = [len(range(n, load.users, processes)) for n in range(processes)]
        self._parts = [self._pool.submit(_run, load, users, self.begins, self.ends) for users in parts]

    def result(self) -> Result:
        total = Result()
        for part in self._parts:
            total.add(part.result())
        self._pool.shutdown()
        return total


def _wait(seconds: float) -> None:
    time.sleep(seconds)


def _run(load: Load, users: int, begins: float, ends: float) -> Result:
    return asyncio.run(_users(load, users, begins, ends))


async def _users(load: Load, users: int, begins: float, ends: float) -> Result:
    result = Result()

    def is_over() -> bool:
        return time.time() >= ends or bool(load.stop_file and os.path.exists(load.stop_file))

    # One connection for each user, kept open.
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60)
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(connector=connector, timeout=PATIENCE, cookie_jar=jar) as session:

        async def user(number: int) -> None:
            await asyncio.sleep(load.warm_seconds * number / users / 2)  # not all at once
            while not is_over():
                try:
                    await load.cycle(Ask(session, load.base, result, begins, ends))
                except (Wrong, aiohttp.ClientError, TimeoutError) as error:
                    result.errors.append(f"{type(error).__name__}: {error}"[:300])
                await asyncio.sleep(load.pause_seconds)

        await asyncio.gather(*(user(number) for number in range(users)))
    return result
