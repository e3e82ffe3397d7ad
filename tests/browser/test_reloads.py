"""A reload in the middle: what was claimed goes on, within its time, and what was kept is gone at the end."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from tests.browser.left import a_text, some_files
from tests.browser.people import Recipient, a_line, by

MIB = 1024**2
BLOB, CLAIM = "**/api/v1/shares/*/blob", "**/api/v1/shares/*/claim"


@pytest.fixture
def line(site, watch):
    with a_line(site, watch) as line:
        yield line


def test_a_download_goes_on_after_a_reload(site, page, line):
    files = {"notes.bin": os.urandom(4 * MIB)}
    recipient = Recipient(page, by(line, some_files(site, files).link(site.url)))
    line.bytes_per_second = MIB
    recipient.press_strip()
    recipient.waits_for_percent(20)

    page.reload()
    line.heal()

    assert recipient.has_it().saved() == files
    recipient.destroyed()
    assert page.evaluate("() => sessionStorage.length + localStorage.length") == 0


def test_a_reload_after_the_claim_and_before_the_first_byte_loses_nothing(site, page):
    files = {"notes.bin": os.urandom(300_000)}
    recipient = Recipient(page, some_files(site, files).link(site.url))
    page.route(BLOB, lambda route: route.abort())
    with page.expect_request(BLOB):
        recipient.press_strip()

    page.reload()
    page.unroute_all()

    assert recipient.has_it().saved() == files


def test_a_reload_before_the_claim_was_answered_loses_nothing(site, page):
    """The server has given the share away, and the page never heard of it."""
    recipient = Recipient(page, a_text(site, "short").link(site.url))

    def lose(route):
        assert route.fetch().ok
        route.abort()

    page.route(CLAIM, lose, times=1)
    with page.expect_event("requestfailed", lambda asked: asked.url.endswith("/claim")):
        recipient.press_strip()

    page.reload()

    assert recipient.has_it().text == "short"
    recipient.destroyed()


def test_a_large_download_goes_on_from_where_it_was(site, page, line):
    """More than fits well into memory lies in this site's own folder on the device."""
    files = {"notes.bin": os.urandom(70 * MIB)}
    recipient = Recipient(page, by(line, some_files(site, files).link(site.url)))
    recipient.sees("It is checked on this device first, then you save it.")
    line.bytes_per_second = 30 * MIB
    recipient.press_strip()
    recipient.waits_for_percent(30)
    ranges = []
    page.on("request", lambda asked: ranges.append(asked.headers.get("range")))

    page.reload()
    line.heal()
    recipient.has_it()

    starts = [int(asked.removeprefix("bytes=").split("-")[0]) for asked in ranges if asked]
    assert max(starts) > 10 * MIB
    assert recipient.saved() == files


def test_the_page_after_the_end_still_says_what_happened_here(site, page):
    envelope = a_text(site, "short")
    recipient = Recipient(page, envelope.link(site.url)).open().destroyed()

    page.reload()

    recipient.reads("Already opened")
    recipient.sees("You opened it in this tab on")
    recipient.sees_not("short")


def test_another_tab_cannot_go_on(site, page, context, line):
    recipient = Recipient(page, by(line, some_files(site, {"notes.bin": os.urandom(4 * MIB)}).link(site.url)))
    line.bytes_per_second = MIB
    recipient.press_strip()
    recipient.waits_for_percent(10)

    other = Recipient(context.new_page(), recipient.link)

    other.reads("Already opened")
    other.sees("Nobody else can open it.")


@pytest.mark.parametrize("is_swept", [False, True])
def test_after_its_time_is_over_it_cannot_go_on_and_says_so(site, page, is_swept):
    envelope = some_files(site, {"notes.bin": os.urandom(300_000)})
    recipient = Recipient(page, envelope.link(site.url))
    page.route(BLOB, lambda route: route.abort())
    with page.expect_request(BLOB):
        recipient.press_strip()
    page.clock.set_system_time(datetime.now(UTC) + timedelta(minutes=20))
    site.sql("UPDATE shares_lease SET ends_at = now() - interval '1 minute' WHERE share_id = %s", envelope.id)
    if is_swept:
        site.sweep()

    page.reload()
    page.unroute_all()

    recipient.reads("The time to fetch it is over")
    recipient.sees("It is destroyed now.")
    assert page.evaluate("() => sessionStorage.length") == 0
