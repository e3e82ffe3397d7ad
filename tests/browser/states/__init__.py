"""Every page in every state, and how a person's browser gets there.

with visited(STATES["receive-text"], browser, site) as page: …
"""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.browser.site import Site
from tests.browser.states import notices, own, people, plain, receive, send, stub
from tests.browser.states.visit import State, Visit

# Key stretching, and a machine that does much else.
PATIENCE_MS = 30_000
# Where scripts may run, a page waits three seconds for ours before it shows what stands on it.
WAITS_FOR_NO_SCRIPT = """addEventListener("DOMContentLoaded", () =>
    document.querySelector("main")?.classList.remove("scripted"))"""

STATES: dict[str, State] = {
    f"{room}-{name}": state
    for room, found in (
        ("send", send.STATES),
        ("receive", receive.STATES),
        ("stub", stub.STATES),
        ("plain", plain.STATES),
        ("people", people.STATES),
        ("own", own.STATES),
        ("notices", notices.STATES),
    )
    for name, state in found.items()
}


@contextmanager
def visited(
    state: State, browser: Browser, site: Site, *, runs_others: bool = False, **options: object
) -> Iterator[Page]:
    """A page in that state; `options` are those of `Browser.new_context`. Raises where it is not reached.

    runs_others: a page without scripts lacks only ours, for tools that run in the page.
    """
    has_scripts = state.has_script or runs_others
    usual = {"locale": "en-US", "timezone_id": "UTC", "java_script_enabled": has_scripts}
    context = browser.new_context(**{**usual, **options})
    context.set_default_timeout(PATIENCE_MS)
    if has_scripts and not state.has_script:
        context.route("**/static/app/*.js", lambda route: route.abort())
        context.add_init_script(WAITS_FOR_NO_SCRIPT)
    visit = Visit(context.new_page(), site)
    try:
        state.reach(visit)
        visit.page.locator("h1", has_text=state.heading).wait_for()
        visit.page.wait_for_load_state()  # a heading may stand there before its style has come
        yield visit.page
    finally:
        visit.end()
        context.close()
