"""Waiting for what only the page's own script can say."""

import time
from typing import Any

from playwright.sync_api import Page

PATIENCE_SECONDS = 30
LOOK_MS = 50


def until(page: Page, says: str, arg: Any = None) -> None:
    """Returns when the function *says* gives something true.

    Playwright's own wait asks a second time by `eval`, which our Content-Security-Policy forbids.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while not page.evaluate(says, arg):
        assert time.monotonic() < end, f"never true: {says}"
        page.wait_for_timeout(LOOK_MS)
