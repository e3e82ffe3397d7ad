"""A real Chromium before the real product.

page            a tab at the site: page.goto("/")       site     the server behind it (tests/browser/site.py)
new_context     further visitors, with their options     watch    what they must not do; fails the test
"""

import asyncio
import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.executable import find_chromium, find_node
from tests.browser.site import Site, a_site
from tests.browser.watch import Watch

# Not how long it may take: how long a machine that does much else is waited for.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)
# Nothing of Chromium's own goes anywhere either: every name but ours is unknown.
ARGS = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost", "--disable-gpu"]


@pytest.fixture(autouse=True)
def _fresh_stores() -> None:
    """Instead of the fixture for tests within one process: the site brings its own stores."""


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The product, for tests that leave it whole; one for each process of a parallel run."""
    with a_site() as made:
        yield made


@pytest.fixture(scope="session")
def _playwright() -> Iterator[tuple[Playwright, asyncio.AbstractEventLoop]]:
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(find_node())
    driver = sync_playwright().start()
    loop = asyncio.get_running_loop()
    asyncio._set_running_loop(None)
    yield driver, loop
    asyncio._set_running_loop(loop)
    driver.stop()


@pytest.fixture
def playwright(_playwright: tuple[Playwright, asyncio.AbstractEventLoop]) -> Iterator[Playwright]:
    """The driver. Its event loop stays in this thread, and only browser tests may see that it runs:

    Django and aiohttp refuse to work inside one, in whatever test comes next.
    """
    driver, loop = _playwright
    asyncio._set_running_loop(loop)
    yield driver
    asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def _browsers() -> list[Browser]:
    """The one Chromium of this process, once it has started."""
    return []


@pytest.fixture
def browser(playwright: Playwright, _browsers: list[Browser]) -> Browser:
    if not (_browsers and _browsers[0].is_connected()):
        chromium = find_chromium()
        env = os.environ | chromium.env
        _browsers[:] = [playwright.chromium.launch(executable_path=chromium.path, env=env, args=ARGS)]
    return _browsers[0]


@pytest.fixture
def watch(site: Site) -> Watch:
    return Watch(site.url)


@pytest.fixture
def new_context(browser: Browser, site: Site, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """A visitor of one's own; takes what `Browser.new_context` takes."""
    made: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(**{"base_url": site.url, "locale": "en-US", **options})
        context.set_default_timeout(PATIENCE_MS)
        watch.follow(context)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
    assert watch.troubles == []


@pytest.fixture
def context(new_context: Callable[..., BrowserContext]) -> BrowserContext:
    return new_context()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def slip(page):
    page.goto("/")
    expect(page.get_by_role("button", name="Add files")).to_be_visible()
    return page
