"""What a call costs with ten thousand, a hundred thousand and a million shares in the database.

Each size has a database of its own, all in one Postgres, and a process of its own with the product in one
thread. They take turns, call after call, so that a neighbour slows all sizes alike. What counts is
processor time, the product's and Postgres' together; beside it stand the time on the wall and the pages of
Postgres that were touched.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg

from bench import crowd, figure, million, servers, table

SIZES = tuple(map(int, os.environ.get("BENCH_ROWS", "10000 100000 1000000").split()))
BAR = 1.3
ROUNDS = 6
CALLS, PAGES = 50, 10
SLICES = 20
DUE, DUE_OF_ALL = 200, 0.02
NAMES_OF_A_SWEEP = 25_000  # a little more than it looks through
FIGURES = servers.CLONE / "docs/figures"
MANY, FEW, NONE_ENDED = crowd.MANY, crowd.FEW, crowd.NONE_ENDED

Call = Callable[["Size"], dict[str, Any]]
CALLS_OF: dict[str, Call] = {
    "create": lambda size: size.tell("leave", CALLS),
    "claim": lambda size: size.tell("claim", CALLS),
    "burn": lambda size: size.tell("burn", CALLS),
    "my shares": lambda size: size.tell("page", PAGES, MANY, ""),
    "my shares, far down": lambda size: size.tell("page", PAGES, MANY, size.far_down),
    "my shares, few": lambda size: size.tell("page", PAGES, FEW, ""),
    "my shares, waiting": lambda size: size.tell("page", PAGES, MANY, "kind=waiting"),
    "my shares, locked": lambda size: size.tell("page", PAGES, MANY, "kind=locked"),
    "my shares, ended": lambda size: size.tell("page", PAGES, MANY, "kind=ended"),
    "my shares, none ended": lambda size: size.tell("page", PAGES, NONE_ENDED, "kind=ended"),
}
SWEEPS = {"sweep, 200 due": lambda rows: DUE, "sweep, 2 % due": lambda rows: int(rows * DUE_OF_ALL)}
EDGES = ("create", "claim", "burn")
LISTS = tuple(name for name in CALLS_OF if name.startswith("my shares"))


@dataclass
class Spent:
    """What one kind of call cost in all rounds."""

    calls: int = 0
    product: float = 0.0
    postgres: float = 0.0
    pages: int = 0
    wall: list[float] = field(default_factory=list)

    @property
    def cpu_ms(self) -> float:
        return 1000 * (self.product + self.postgres) / self.calls

    @property
    def wall_ms(self) -> float:
        return 1000 * table.middle(self.wall)

    @property
    def pages_a_call(self) -> float:
        return self.pages / self.calls


class Size:
    """One database with so many shares, and the product before it."""

    def __init__(self, place: servers.Place, watch: "psycopg.Connection[Any]", rows: int) -> None:
        self.rows, self._watch, self._due = rows, watch, random.Random(rows)
        self._name = f"rows_{rows}"
        self._folder = place.folder / self._name
        self._folder.mkdir()
        (self._folder / "static").symlink_to(place.folder / "data/static")
        watch.execute(f"CREATE DATABASE {self._name} TEMPLATE onetimeshare")
        self._url = place.engines.database_url.replace("/onetimeshare?", f"/{self._name}?")
        environ = place.environ | {"DATABASE_URL": self._url, "DATA_DIR": str(self._folder)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.grown"],
            env=environ,
            cwd=servers.CLONE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        place.stack.callback(self._process.kill)
        self._answer()
        self.spent: dict[str, Spent] = defaultdict(Spent)
        self.far_down = ""

    def tell(self, what: str, *values: Any) -> dict[str, Any]:
        assert self._process.stdin
        print(json.dumps([what, *values]), file=self._process.stdin, flush=True)
        answer: dict[str, Any] = self._answer()
        return answer

    def _answer(self) -> Any:
        assert self._process.stdout
        said = self._process.stdout.readline()
        if not said:
            raise RuntimeError(f"the product before {self._name} ended: {self._process.wait()}")
        return json.loads(said)

    def grow(self) -> None:
        """All its rows; between them shares that the product left, for later claims."""
        with psycopg.connect(self._url, autocommit=True, cursor_factory=psycopg.ClientCursor) as line:
            crowd.people(line, self.rows)
            step = self.rows // SLICES
            for first in range(1, self.rows, step):
                crowd.a_slice(line, first, first + step - 1, self.rows)
                self.tell("leave", -(-(ROUNDS + 1) * CALLS // SLICES))
            line.execute("VACUUM (ANALYZE)")
            names = [name for (name,) in line.execute(crowd.NAMES, [NAMES_OF_A_SWEEP])]
            million.touch(self._folder / "shares", "blobs", names)
            self.far_down = _far_down(line)

    def measure(self, name: str, call: Call) -> dict[str, Any]:
        answer, product, postgres, pages = self._counted(call)
        spent = self.spent[name]
        spent.calls += len(answer["cpu"])
        spent.product += product
        spent.postgres += postgres
        spent.pages += pages
        spent.wall += answer["wall"]
        return answer

    def _counted(self, call: Call) -> tuple[dict[str, Any], float, float, int]:
        self.tell("flush")
        before, pages = self._cpu_of_backends(), self._pages()
        answer = call(self)
        # What a connection did that the pool has let go of meanwhile is lost; those with work stay.
        used = sum(now - before.get(pid, 0.0) for pid, now in self._cpu_of_backends().items())
        self.tell("flush")
        return answer, sum(answer["cpu"]), used, self._pages() - pages

    def make_due(self, count: int) -> int:
        """So many waiting shares, from anywhere, are past their time; how many it came to."""
        numbers = [self._due.randrange(1, self.rows) for _ in range(count)]
        with psycopg.connect(self._url, autocommit=True) as line:
            line.execute("UPDATE shares_sweep SET cursor = ''")
            return line.execute(crowd.DUE, {"numbers": numbers}).rowcount

    def _cpu_of_backends(self) -> dict[int, float]:
        found = self._watch.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [self._name])
        used = {pid: _cpu(pid) for (pid,) in found}
        return {pid: seconds for pid, seconds in used.items() if seconds is not None}

    def _pages(self) -> int:
        found = self._watch.execute(
            "SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = %s", [self._name]
        ).fetchone()
        assert found
        return int(found[0])


def _far_down(line: "psycopg.Connection[Any]") -> str:
    """Where the page in the middle of the longest list begins."""
    found = line.execute(
        "SELECT created_at, id FROM shares_share WHERE owner_id = %(owner)s ORDER BY created_at DESC, id DESC"
        " OFFSET (SELECT count(*) FROM shares_share WHERE owner_id = %(owner)s) / 2 LIMIT 1",
        {"owner": MANY},
    ).fetchone()
    assert found
    return f"before={found[0].isoformat()}_{found[1]}".replace("+", "%2B")


def _cpu(pid: int) -> float | None:
    """Seconds of processor time of one process, to the nanosecond while it rests: clock_getcpuclockid(3)."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:  # it has ended
        return None


def run(place: servers.Place) -> bool:
    """True when what must be flat is flat."""
    with psycopg.connect(place.engines.database_url, autocommit=True) as watch:
        # It would come by at a time of its own, and its work would be counted for whoever is measured.
        watch.execute("ALTER SYSTEM SET autovacuum = off")
        watch.execute("SELECT pg_reload_conf()")
        began, sizes = time.perf_counter(), [Size(place, watch, rows) for rows in SIZES]
        for size in sizes:
            size.grow()
        watch.execute("CHECKPOINT")
        print(f"{sum(SIZES)} shares made in {time.perf_counter() - began:.0f} s", flush=True)
        for size in sizes:
            for call in CALLS_OF.values():
                call(size)  # warm
        for number in range(ROUNDS):
            turns = sizes[number % len(sizes) :] + sizes[: number % len(sizes)]
            for name, call in CALLS_OF.items():
                for size in turns:
                    size.measure(name, call)
            _sweep("sweep, 200 due", turns)
        for _ in range(2):
            _sweep("sweep, 2 % due", sizes)
    _draw(sizes)
    return _show(sizes)


def _sweep(name: str, sizes: list[Size]) -> None:
    for size in sizes:
        due = size.make_due(SWEEPS[name](size.rows))
        said = size.measure(name, lambda each: each.tell("sweep"))["said"]
        assert said["expired"] == due, said
        size.spent[name].calls += due - 1  # what is told of a sweep is told for each share that was due
        size.spent[name].wall[-1] /= due


def _show(sizes: list[Size]) -> bool:
    is_good, rows = True, []
    for name in (*CALLS_OF, *SWEEPS):
        each = [size.spent[name] for size in sizes]
        ratio = each[-1].cpu_ms / each[0].cpu_ms
        is_judged = name in CALLS_OF
        is_good &= not is_judged or ratio <= BAR
        walls = " / ".join(f"{spent.wall_ms:.2f}" for spent in each)
        pages = " / ".join(f"{spent.pages_a_call:.0f}" for spent in each)
        rows.append(
            (
                name,
                *(f"{spent.cpu_ms:.2f}" for spent in each),
                ratio,
                table.verdict(ratio, BAR, at_most=True) if is_judged else "",
                walls,
                each[-1].wall_ms / each[0].wall_ms,
                pages,
            )
        )
    head = ("call", *(f"{size.rows} rows" for size in sizes), "last to first", "bar")
    title = "Growth: processor time of a call in ms, product and Postgres; of a sweep for each share due"
    table.show(title, (*head, "on the wall, ms", "last to first", "pages touched"), rows)
    return is_good


def _draw(sizes: list[Size]) -> None:
    places = [size.rows for size in sizes]

    def lines(names: tuple[str, ...]) -> list[figure.Series]:
        return [figure.Series(name, [size.spent[name].cpu_ms for size in sizes]) for name in names]

    x = ("shares in the database", places)
    y = "processor time, ms a call"
    figure.draw(FIGURES / "growth-calls.svg", "A call", x, y, lines(EDGES))
    figure.draw(FIGURES / "growth-pages.svg", "A page of one's own shares", x, y, lines(LISTS))
    sweeps = [
        figure.Series(name, [size.spent[name].cpu_ms / 1000 * due(size.rows) for size in sizes])
        for name, due in SWEEPS.items()
    ]
    figure.draw(FIGURES / "growth-sweep.svg", "A sweep", x, "processor time, s", sweeps)
