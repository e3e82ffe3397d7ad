"""What stays true when a page is touched again: skipped to, left and come back to, stopped, reloaded."""

import os
import re

import pytest
from playwright.sync_api import expect

from tests.browser.left import a_text, burned, some_files
from tests.browser.people import Recipient, Sender, Stub, a_line, asked_before_leaving, by

MIB = 1024**2
BLOB, BURN, CLAIM = (f"**/api/v1/shares/*/{call}" for call in ("blob", "burn", "claim"))
# As a browser tells it when its tab comes to the front again.
COMES_BACK = "() => document.dispatchEvent(new Event('visibilitychange'))"


@pytest.fixture
def line(site, watch):
    with a_line(site, watch) as line:
        yield line


def skip_to_the_content(page):
    page.keyboard.press("Home")
    page.get_by_role("link", name="Skip to the content").focus()
    page.keyboard.press("Enter")


def comes_back(page):
    """Returns once the page has looked again."""
    with page.expect_response(re.compile("/api/v1/shares/[a-z2-7]+$")):
        page.evaluate(COMES_BACK)


# --- the skip link ----------------------------------------------------------------------------------


def test_the_skip_link_loses_neither_the_link_nor_what_was_opened(site, page):
    recipient = Recipient(page, a_text(site, "short").link(site.url))
    expect(recipient.button("Open it now")).to_be_visible()

    skip_to_the_content(page)
    expect(page.get_by_role("main")).to_be_focused()
    assert page.url == recipient.link
    recipient.open().destroyed()
    skip_to_the_content(page)

    expect(page.get_by_role("main")).to_be_focused()
    assert recipient.text == "short"


def test_the_skip_link_leaves_the_stub_its_link(site, page):
    envelope = a_text(site)
    stub = Stub(page, envelope.manage_link(site.url))
    stub.reads("Waiting")

    skip_to_the_content(page)

    expect(page.get_by_role("main")).to_be_focused()
    assert page.url == envelope.manage_link(site.url)


# --- going on ---------------------------------------------------------------------------------------


def test_a_reload_goes_on_though_the_device_counts_as_full_by_then(site, page, line):
    """What this share holds already is what fills it."""
    files = {"notes.bin": os.urandom(70 * MIB)}
    page.add_init_script(
        "if (sessionStorage.length) {"
        "  StorageManager.prototype.estimate = async () => ({ quota: 9e8, usage: 9e8 });"
        "  delete window.showSaveFilePicker;"
        "}"
    )
    recipient = Recipient(page, by(line, some_files(site, files).link(site.url)))
    recipient.sees("It is checked on this device first, then you save it.")
    line.bytes_per_second = 30 * MIB
    recipient.press_strip()
    recipient.waits_for_percent(30)
    ranges = []
    page.on("request", lambda asked: ranges.append(asked.headers.get("range")))

    page.reload()
    line.heal()

    assert recipient.has_it().saved() == files
    starts = [int(asked.removeprefix("bytes=").split("-")[0]) for asked in ranges if asked]
    assert max(starts) > 10 * MIB


def test_who_stopped_goes_on_only_by_hand(site, page, line):
    files = {"notes.bin": os.urandom(4 * MIB)}
    recipient = Recipient(page, by(line, some_files(site, files).link(site.url)))
    line.bytes_per_second = MIB // 2
    recipient.press_strip()
    recipient.waits_for_percent(5)
    recipient.press("Stop")
    recipient.press("Stop")
    recipient.reads("Stopped")
    line.heal()

    comes_back(page)
    comes_back(page)
    recipient.reads("Stopped")
    recipient.press("Go on")

    assert recipient.has_it().saved() == files


# --- destroying -------------------------------------------------------------------------------------


def destroys(recipient):
    recipient.press("Destroy it unopened")
    recipient.press("Destroy")


def test_after_destroying_the_page_stays_with_it(site, page):
    recipient = Recipient(page, a_text(site).link(site.url))
    destroys(recipient)
    recipient.reads("Destroyed")

    page.evaluate(COMES_BACK)
    page.wait_for_timeout(500)

    recipient.reads("Destroyed")
    recipient.sees_not("If that was not you")


def test_while_it_is_destroyed_the_page_says_so_and_nothing_else_can_be_pressed(site, page):
    recipient = Recipient(page, a_text(site).link(site.url))
    page.route(BURN, lambda route: route.abort())
    destroys(recipient)

    recipient.reads("Destroying")
    recipient.sees("No connection.")
    assert recipient.button("Open it now").count() == 0
    page.evaluate(COMES_BACK)
    recipient.reads("Destroying")

    page.unroute_all()
    recipient.press("Try now")
    recipient.reads("Destroyed")
    assert page.evaluate("() => sessionStorage.length") == 0


@pytest.mark.parametrize("lost", [CLAIM, BURN])
def test_a_reload_while_it_is_destroyed_brings_it_to_its_end(site, page, lost):
    """The server has done it, or half of it, and the page never heard."""
    envelope = a_text(site)
    recipient = Recipient(page, envelope.link(site.url))

    def lose(route):
        assert route.fetch().ok
        route.abort()

    page.route(lost, lose)
    with page.expect_event("requestfailed", lambda asked: asked.method == "POST"):
        destroys(recipient)

    page.reload()
    page.unroute_all()

    recipient.reads("Destroyed")
    recipient.sees("You destroyed it unopened on")
    assert site.sql("SELECT state FROM shares_share WHERE id = %s", envelope.id) == [("burned",)]


def test_what_somebody_else_opened_is_not_said_to_be_destroyed(site, page):
    """Both pressed; the other one was first, and the answer was lost."""
    envelope = a_text(site)
    recipient = Recipient(page, envelope.link(site.url))
    expect(recipient.button("Open it now")).to_be_visible()
    page.route(CLAIM, lambda route: route.abort())
    with page.expect_event("requestfailed"):
        destroys(recipient)
    burned(site, envelope)

    page.reload()

    recipient.reads("Already opened")
    recipient.sees("If that was not you")


# --- the stub ---------------------------------------------------------------------------------------


def test_a_revoke_that_failed_is_said(site, page):
    envelope = a_text(site)
    stub = Stub(page, envelope.manage_link(site.url))
    page.route(BURN, lambda route: route.abort())

    stub.press("Revoke")
    stub.press("Revoke")

    stub.sees("Not revoked: the server does not answer. Press again.")
    expect(page.get_by_role("alert")).to_have_text("Not revoked: the server does not answer. Press again.")
    comes_back_to_the_stub(page)
    stub.sees("Not revoked")
    page.unroute_all()
    stub.revoke()


def comes_back_to_the_stub(page):
    with page.expect_response("**/receipt"):
        page.evaluate(COMES_BACK)


# --- what was opened --------------------------------------------------------------------------------


def test_a_file_saved_as_age_counts_as_saved_only_with_its_key(site, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    files = {"one.bin": b"1", "two.bin": b"2"}
    recipient = Recipient(page, some_files(site, files).link(site.url)).open().destroyed()
    recipient.saved_as("Save as .age")
    recipient.sees("AGE-SECRET-KEY-")

    with asked_before_leaving(page) as asked:
        recipient.goes_away()
        assert asked == ["beforeunload"]
        recipient.saved_as("Save all as one zip")
        recipient.sees("AGE-SECRET-KEY-")
        recipient.goes_away()
        page.wait_for_url("**/privacy")
        assert len(asked) == 1


def test_a_text_nobody_copied_is_not_left_without_a_question(site, page):
    recipient = Recipient(page, a_text(site, "short").link(site.url)).open().destroyed()

    with asked_before_leaving(page) as asked:
        recipient.goes_away()
        assert asked == ["beforeunload"]
        page.get_by_label("The text", exact=True).focus()
        page.keyboard.press("Control+A")
        page.keyboard.press("Control+C")
        recipient.goes_away()
        page.wait_for_url("**/privacy")
        assert len(asked) == 1


# --- the worker -------------------------------------------------------------------------------------


def test_a_worker_that_does_not_start_is_said_and_started_anew(page):
    page.route("**/worker*.js", lambda route: route.abort())
    sender = Sender(page).write("short")

    sender.press_strip()

    sender.sees("That did not work, and nothing was left. Try again.")
    page.unroute_all()
    sender.seal()
