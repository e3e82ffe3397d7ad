"""Rigs for tests: one for all that only race, and a factory for those that break things."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.counts import count
from tests.faults.rig import Rig, Rigs

MASTERS = count(2, 4)


@pytest.fixture(autouse=True)
def _fresh_stores() -> None:
    """Instead of the fixture for tests within one process: rigs bring their own stores."""


@pytest.fixture(scope="session")
def rigs() -> Iterator[Rigs]:
    made = Rigs(Path(tempfile.mkdtemp(prefix="onetimeshare-faults-")))
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="session")
def rig(rigs: Rigs) -> Rig:
    """The product over several gunicorn processes, for tests that leave it whole."""
    return rigs.make(masters=MASTERS)


@pytest.fixture(scope="session")
def slow_rig(rigs: Rigs) -> Rig:
    """The same with 5 ms before each word to Postgres, so that races which hide show themselves."""
    made = rigs.make(masters=MASTERS, front=("postgres",))
    made.lines["postgres"].delay_seconds = 0.005
    return made


@pytest.fixture
def make_rig(rigs: Rigs) -> Iterator[Callable[..., Rig]]:
    """A rig of one's own, dropped after the test; takes what `Rigs.make` takes."""
    made: list[Rig] = []

    def make(**options: object) -> Rig:
        made.append(rigs.make(**options))
        return made[-1]

    yield make
    for each in made:
        print(each.logs())  # shown when the test failed
        rigs.drop(each)
