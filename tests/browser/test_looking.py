"""R4 in Chromium: looking is not opening. Scripts run, the mouse moves, every link is followed by GET."""

import os

import pytest

from tests.browser.left import a_text, some_files
from tests.browser.traces import spoil
from tests.faults import client
from tests.faults.counts import count
from tests.faults.test_reading import rows_and_blobs

LINKS = count(10, 60)
TABS = 10
SECONDS = count(1, 15)
STRIP = "button.strip"
OPENS_BY_ITSELF = f"; setInterval(() => document.querySelector('{STRIP}')?.click(), 50);"


def fresh_links(site, number):
    for n in range(number):
        match n % 4:
            case 0:
                yield a_text(site, password="guarded")
            case 1:
                yield some_files(site, {"a.txt": b"a", "b.bin": os.urandom(200_000)})
            case _:
                yield a_text(site, max_claims=1 + n % 3)


def look_around(page):
    """As somebody does who is curious and careful: everything is touched, and nothing is opened."""
    for at, summary in enumerate(page.locator("summary").all()):
        summary.click()
        page.mouse.move(40 + 30 * at, 300, steps=5)
    if page.locator(STRIP).count():
        page.locator(STRIP).hover()
    page.mouse.move(5, 5, steps=10)
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    addresses = page.locator("a[href]").evaluate_all("links => links.map((link) => link.href)")
    for address in {address.split("#")[0] for address in addresses if address.startswith("http")}:
        page.request.get(address)
    page.request.get(page.url.split("#")[0])


def looking_takes_nothing(site, context, number=LINKS):
    envelopes = list(fresh_links(site, number))
    before = rows_and_blobs(site)
    for at in range(0, number, TABS):
        tabs = [context.new_page() for _ in envelopes[at : at + TABS]]
        for tab, envelope in zip(tabs, envelopes[at:], strict=False):
            tab.goto(envelope.link(site.url), wait_until="commit")
        for tab in tabs:
            tab.locator("main.is-ours:not(.is-looking)").wait_for(timeout=60_000)
            tab.bring_to_front()
            look_around(tab)
        tabs[0].wait_for_timeout(SECONDS * 1000)
        for tab in tabs:
            tab.bring_to_front()
            tab.get_by_role("navigation", name="Language").get_by_text("Deutsch").click()
            tab.close()

    assert rows_and_blobs(site) == before, "something changed"
    for envelope in envelopes:
        lease = client.send(site.url, client.claim(envelope, os.urandom(32)))
        assert lease.status == 200, lease


@pytest.mark.promise("R4")
def test_links_that_were_looked_at_can_all_be_opened(site, context, figure):
    looking_takes_nothing(site, context)

    figure(
        "R4",
        f"{LINKS} links looked at in Chromium, {SECONDS} s each: {LINKS} opened afterwards",
    )


@pytest.mark.twin("R4")
def test_a_script_that_opens_by_itself_is_noticed(site, context, watch, red):
    spoil(context, "receive", OPENS_BY_ITSELF)

    with pytest.raises(AssertionError, match="something changed"):
        looking_takes_nothing(site, context, number=3)
    red("a page that opens by itself")
    watch.troubles.clear()
