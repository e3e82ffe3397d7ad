"""What this server counts while it works, for Prometheus: how often and how long, never who or what.

Every series there can be is made here, from values that our own code lists. Nothing that comes with a request
can become a label, so no id, address or account ever stands in one, and their number is fixed.
"""

import functools
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import accumulate
from time import perf_counter
from typing import Literal, NamedTuple, ParamSpec, TypeVar

from onetimeshare import tallies
from shares import errors
from shares.values import What

P = ParamSpec("P")
R = TypeVar("R")
Stage = Literal["deposit", "part", "complete", "seal", "claim", "fetch", "open", "hash", "burn"]
PREFIX = "onetimeshare_"
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
OTHER = "other"


class Family(NamedTuple):
    """Series of one name, told apart by one label."""

    name: str
    kind: str
    help: str
    label: str
    values: tuple[str, ...]

    @property
    def width(self) -> int:
        """Columns of one value: a count; of a histogram one for each bucket, and the sum."""
        return len(BOUNDS) + 2 if self.kind == "histogram" else 1


def _codes() -> tuple[str, ...]:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    return (*sorted({kind.code for kind in kinds if issubclass(kind, errors.ShareError)}), OTHER)


_STAGES = ("deposit", "part", "complete", "seal", "claim", "fetch", "open", "hash", "burn")
FAMILIES = (
    Family(
        "events_total",
        "counter",
        "What happened to shares in answer to requests; swept_total has what the sweep did.",
        "what",
        tuple(what.value for what in What),
    ),
    Family("refusals_total", "counter", "Refusals, by the code of the API.", "code", _codes()),
    Family(
        "answers_total",
        "counter",
        "Answers, by the class of their status.",
        "status",
        ("1xx", "2xx", "3xx", "4xx", "5xx"),
    ),
    Family("bytes_total", "counter", "Bytes of blobs that came in and went out.", "way", ("in", "out")),
    Family("stage_seconds", "histogram", "How long the steps of a share's life take.", "stage", _STAGES),
)
_COLUMNS: dict[tuple[str, str], int] = {}
_WIDTH = 0
for _family in FAMILIES:
    for _value in _family.values:
        _COLUMNS[_family.name, _value] = _WIDTH
        _WIDTH += _family.width
tallies.lay_out(zlib.crc32(repr((FAMILIES, BOUNDS)).encode()) + 1)

_EVENTS = {What(value): _COLUMNS["events_total", value] for value in FAMILIES[0].values}
_REFUSALS = {value: _COLUMNS["refusals_total", value] for value in FAMILIES[1].values}
_ANSWERS = {value[0]: _COLUMNS["answers_total", value] for value in FAMILIES[2].values}


def happened(*whats: What) -> None:
    """After the commit: what is rolled back did not happen."""
    for what in whats:
        tallies.add(_EVENTS[what], 1)


def refused(code: str) -> None:
    tallies.add(_REFUSALS.get(code, _REFUSALS[OTHER]), 1)


def answered(status: str) -> None:
    """*status* as WSGI has it: "200 OK"."""
    if (column := _ANSWERS.get(status[:1])) is not None:
        tallies.add(column, 1)


def came_in(size_bytes: int) -> None:
    tallies.add(_COLUMNS["bytes_total", "in"], size_bytes)


def went_out(size_bytes: int) -> None:
    tallies.add(_COLUMNS["bytes_total", "out"], size_bytes)


def timed(stage: Stage) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Note how long each call takes, also one that ends with a refusal."""
    first = _COLUMNS["stage_seconds", stage]
    last = first + len(BOUNDS) + 1

    def around(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def timed_function(*args: P.args, **kwargs: P.kwargs) -> R:
            began = perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                seconds = perf_counter() - began
                tallies.add_both(first + bisect_left(BOUNDS, seconds), 1, last, seconds)

        return timed_function

    return around


# --- how it is told -------------------------------------------------------------------------------------


def lines() -> Iterator[str]:
    """All of it as Prometheus reads it: text format 0.0.4."""
    totals = tallies.totals(_WIDTH)
    for family in FAMILIES:
        yield from heading(family.name, family.kind, family.help)
        for value in family.values:
            first = _COLUMNS[family.name, value]
            values = totals[first : first + family.width]
            if family.kind == "histogram":
                yield from _histogram(family, value, values)
            else:
                yield sample(family.name, values[0], family.label, value)


def heading(name: str, kind: str, told: str) -> tuple[str, str]:
    return f"# HELP {PREFIX}{name} {told}", f"# TYPE {PREFIX}{name} {kind}"


def sample(name: str, value: float, label: str = "", labelled: str = "") -> str:
    labels = f'{{{label}="{labelled}"}}' if label else ""
    return f"{PREFIX}{name}{labels} {_number(value)}"


def _histogram(family: Family, value: str, columns: list[float]) -> Iterator[str]:
    *buckets, total = columns
    own = f'{family.label}="{value}"'
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), accumulate(buckets), strict=True):
        yield f'{PREFIX}{family.name}_bucket{{{own},le="{bound}"}} {_number(count)}'
    yield sample(f"{family.name}_sum", total, family.label, value)
    yield sample(f"{family.name}_count", sum(buckets), family.label, value)


def _number(value: float) -> str:
    if value == float("inf"):
        return "+Inf"
    return str(int(value)) if value == int(value) else repr(value)
