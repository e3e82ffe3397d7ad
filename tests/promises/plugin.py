"""Marks tests by the promise they stand for, gathers what a run proved, and writes docs/promises.md.

    @pytest.mark.promise("R1")      this test proves row R1
    @pytest.mark.twin("R1")         this test breaks R1's rule and sees that noticed
    figure("R1", "60 shares …")     a fixture: what was reached, from counts of this run
    red("a page that …")            a fixture: what was broken, where `assert_red` does not say it

A full run (OTS_FULL=1) writes the rows of which it ran every marked test, and leaves the others as they were.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest

from tests.promises import page
from tests.promises.marks import KINDS, Mark, marks
from tests.promises.page import Proof
from tests.promises.rows import ROWS

# What the twins of the running test broke; `assert_red` adds to it.
reds: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--promises", action="store_true", help="tests/faults and what stands for a promise, nothing else"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "promise(*rows): proves these rows of docs/promises.md")
    config.addinivalue_line("markers", "twin(*rows): breaks the rule of these rows, and sees that noticed")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Run(config), "promises")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        item.user_properties += [(kind, row) for kind in KINDS for row in rows_of(item, kind)]
    if config.getoption("--promises"):
        kept = [item for item in items if item.user_properties or "tests/faults/" in item.path.as_posix()]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def rows_of(item: pytest.Item, kind: str) -> list[str]:
    rows = [row for mark in item.iter_markers(kind) for row in mark.args]
    if unknown := set(rows) - set(ROWS):
        raise pytest.UsageError(f"{item.nodeid} stands for {sorted(unknown)}, which nobody promised")
    return rows


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    reds.clear()
    outcome = yield
    item.user_properties += [("red", name) for name in dict.fromkeys(reds)]
    return outcome


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Say what a row reached, in figures of this run: `figure("R6", f"{delivered} of {cuts} …")`."""
    own = set(rows_of(request.node, "promise"))

    def figure(row: str, said: str) -> None:
        assert row in own, f"this test is not marked for {row}"
        request.node.user_properties.append(("figure", f"{row} {said}"))

    return figure


@pytest.fixture
def red() -> Callable[[str], None]:
    """Say what was broken and noticed, where it is no module of sabotage/."""
    return lambda what: reds.append(f"“{what}”")


class Run:
    """What a whole run proved; lives in the one process that hears of every test."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._proofs: dict[str, Proof] = defaultdict(Proof)
        self._seen: set[Mark] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.passed:
            return
        file, _, test = report.nodeid.partition("::")
        test = test.partition("[")[0]
        told = [(str(name), str(value)) for name, value in report.user_properties]
        for kind, row in [each for each in told if each[0] in KINDS]:
            mark, proof = Mark(row, kind, file, test), self._proofs[row]
            self._seen.add(mark)
            proof.tests.add(mark)
            if not report.passed:
                proof.failed.add(test)
            elif kind == "twin":
                proof.reds |= {_named(value) for name, value in told if name == "red"}
        for name, value in told:
            row, _, said = value.partition(" ")
            if name == "figure" and report.passed and said not in self._proofs[row].figures:
                self._proofs[row].figures.append(said)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        is_over = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        if is_over and os.environ.get("OTS_FULL") == "1" and not self._is_picked():
            self._write()

    def _is_picked(self) -> bool:
        """Whether single tests were asked for: then a test may have run with some of its values only."""
        option = self._config.option
        return bool(option.keyword or option.markexpr or any("::" in arg for arg in self._config.args))

    def _write(self) -> None:
        all_marks = marks()
        left_out = {mark.row for mark in all_marks - self._seen}
        told = {row: self._proofs[row] for row in ROWS if row not in left_out}
        for proof in told.values():
            proof.figures.sort()
        page.write(told)


def _named(red: str) -> str:
    return red if red.startswith("“") else f"`{red}`"
