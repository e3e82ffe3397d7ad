"""`ots` as people and scripts run it, before the real product.

site     the server (tests/browser/site.py)       ots("send", "a.txt")   the command, in a home of its own
server   a server of one's own, to kill           terminal("get", …)     the same at a real terminal
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.site import Site, a_site
from tests.faults.proxy import Proxy
from tests.ots.commands import Ots, Terminal
from tests.ots.hostile import Hostile, hostile_server


@pytest.fixture(autouse=True)
def _fresh_stores() -> None:
    """Instead of the fixture for tests within one process: the site brings its own stores."""


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The product, for tests that leave it whole."""
    with a_site() as made:
        yield made


@pytest.fixture
def server() -> Iterator[Site]:
    """One of our own, which a test may kill."""
    with a_site() as made:
        yield made


@pytest.fixture
def ots(site: Site, tmp_path: Path) -> Ots:
    return Ots(tmp_path / "home", tmp_path, site.url)


@pytest.fixture
def line(site: Site) -> Iterator[Proxy]:
    """A line to the site that can be spoilt; `ots.at(line.url)` goes through it."""
    made = Proxy(("127.0.0.1", site.masters[0].port)).start()
    yield made
    made.stop()


@pytest.fixture
def terminal(ots: Ots) -> Iterator[Callable[..., Terminal]]:
    """`ots` with a terminal of its own."""
    made: list[Terminal] = []

    def run(*words: str) -> Terminal:
        made.append(Terminal(ots, words))
        return made[-1]

    yield run
    for each in made:
        each.close()


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    with hostile_server() as made:
        yield made
