"""The line to the server breaks in the middle, is refused for a while, and comes back: nothing is lost."""

import os
import time

import pytest
from playwright.sync_api import expect

from tests.browser.left import a_text, some_files
from tests.browser.people import (
    OFFLINE,
    PATIENCE_MS,
    Recipient,
    Sender,
    Stub,
    a_line,
    asked_before_leaving,
    by,
    put,
    unfinished,
)

MIB = 1024**2
AWAY_SECONDS = 1.5
SLOWLY_UP = 0.02  # seconds before each 64 KiB
SLOWLY_DOWN = 3 * MIB  # bytes a second


@pytest.fixture
def line(site, watch):
    with a_line(site, watch) as line:
        yield line


def cut_for_a_while(line, person):
    """Until the page says so, and some time longer."""
    line.refuse()
    person.sees(OFFLINE)
    expect(person.page.get_by_role("status")).to_have_text("No connection. Waiting.")
    time.sleep(AWAY_SECONDS)
    line.heal()
    line.admit()


def test_sending_goes_on_after_the_line_was_cut(site, page, line, tmp_path):
    files = {"notes.bin": os.urandom(20 * MIB)}
    sender = Sender(page, line.url).choose(*put(tmp_path, files))
    line.delay_seconds = SLOWLY_UP
    sender.press_strip()
    sender.waits_for_percent(20)

    cut_for_a_while(line, sender)
    left = sender.sealed()

    assert Recipient(page, by(line, left.link)).open().saved() == files


def test_receiving_goes_on_after_the_line_was_cut(site, page, line):
    files = {"notes.bin": os.urandom(20 * MIB)}
    recipient = Recipient(page, by(line, some_files(site, files).link(site.url)))
    line.bytes_per_second = SLOWLY_DOWN
    recipient.press_strip()
    recipient.waits_for_percent(20)

    cut_for_a_while(line, recipient)

    assert recipient.has_it().saved() == files
    recipient.destroyed()


def test_what_was_opened_stays_though_the_server_cannot_be_told(site, page, line):
    recipient = Recipient(page, by(line, a_text(site, "short").link(site.url)))
    page.route("**/api/v1/shares/*/burn", lambda route: route.abort())

    assert recipient.open().text == "short"
    recipient.sees("The server could not be told yet. It destroys it by itself on")
    recipient.sees_not("gone from the server")

    page.unroute_all()
    recipient.destroyed()


def test_a_page_without_a_line_looks_again_by_itself(site, page, line):
    envelope = a_text(site, "short")
    page.route("**/api/v1/shares/*", lambda route: route.abort())
    recipient = Recipient(page, by(line, envelope.link(site.url)))
    recipient.reads("The server does not answer")
    recipient.sees("Nothing was lost and nothing was used up.")

    page.unroute_all()

    recipient.reads("Someone left something for you")
    assert recipient.open().text == "short"


def test_stop_and_go_on_sends_anew_and_receives_the_rest(site, page, line, tmp_path):
    files = {"notes.bin": os.urandom(20 * MIB)}
    sender = Sender(page, line.url).choose(*put(tmp_path, files))
    before = unfinished(site)
    line.delay_seconds = 2 * SLOWLY_UP
    sender.press_strip()
    sender.waits_for_percent(10)
    sender.press("Stop")
    sender.sees("Stopped. Nothing can be opened.")
    expect(sender.heading).to_have_text("One link. Opened once. Then gone.")
    assert unfinished(site) == before
    line.heal()
    left = sender.seal()

    recipient = Recipient(page, by(line, left.link))
    line.bytes_per_second = SLOWLY_DOWN
    recipient.press_strip()
    recipient.waits_for_percent(5)
    recipient.press("Stop")
    recipient.sees("Stop? You can go on until")
    recipient.press("Stop")
    recipient.sees("You opened it on this device. You can go on until")
    line.heal()
    recipient.press("Go on")

    assert recipient.has_it().saved() == files
    recipient.destroyed()


def test_leaving_asks_first_while_it_is_sent_and_until_the_link_is_taken(site, page, line, tmp_path):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sender = Sender(page, line.url).choose(*put(tmp_path, {"notes.bin": os.urandom(20 * MIB)}))
    line.delay_seconds = 2 * SLOWLY_UP
    sender.press_strip()
    sender.waits_for_percent(10)

    with asked_before_leaving(page) as asked:
        sender.goes_away()
        line.heal()
        sender.sealed()
        sender.goes_away()
        assert asked == ["beforeunload", "beforeunload"]

        sender.press("Copy link")
        sender.goes_away()
        page.wait_for_url("**/privacy")
        assert len(asked) == 2


def test_leaving_asks_first_while_it_is_received_and_until_all_is_saved(site, page, line):
    files = {"one.bin": os.urandom(8 * MIB), "two.bin": b"2"}
    recipient = Recipient(page, by(line, some_files(site, files).link(site.url)))
    line.bytes_per_second = SLOWLY_DOWN
    recipient.press_strip()
    recipient.waits_for_percent(10)

    with asked_before_leaving(page) as asked:
        recipient.goes_away()
        line.heal()
        recipient.has_it()
        recipient.goes_away()
        assert asked == ["beforeunload", "beforeunload"]

        assert recipient.saved() == files
        recipient.goes_away()
        page.wait_for_url("**/privacy")
        assert len(asked) == 2


def test_revoked_while_it_is_read_offers_nothing_half_as_whole(site, page, line, new_context):
    envelope = some_files(site, {"notes.bin": os.urandom(20 * MIB)})
    stub = Stub(new_context().new_page(), by(line, envelope.manage_link(site.url)))
    stub.reads("Waiting")
    recipient = Recipient(page, by(line, envelope.link(site.url)))
    line.bytes_per_second = SLOWLY_DOWN // 4
    recipient.press_strip()
    recipient.waits_for_percent(1)

    stub.reads("Being opened")
    stub.press("Revoke")
    stub.sees("It may already be read. What has not been fetched yet is cut off")
    stub.press("Revoke")
    stub.reads("Revoked")
    line.heal()

    recipient.reads("The sender took it back")
    assert page.get_by_role("link", name="Save").count() == 0
    assert page.evaluate("() => sessionStorage.length") == 0


def test_a_claim_whose_answer_was_lost_is_not_lost(site, page, line):
    envelope = some_files(site, {"notes.bin": b"short"})
    recipient = Recipient(page, by(line, envelope.link(site.url)))

    def lose(route):
        assert route.fetch().ok
        route.abort()

    page.route("**/api/v1/shares/*/claim", lose, times=1)
    recipient.press_strip()

    assert recipient.has_it().saved() == {"notes.bin": b"short"}
    recipient.destroyed()


@pytest.mark.full
def test_both_ways_survive_many_cuts(site, page, line, tmp_path):
    files = {"notes.bin": os.urandom(100 * MIB)}
    sender = Sender(page, line.url).choose(*put(tmp_path, files))
    line.delay_seconds = SLOWLY_UP / 4
    sender.press_strip()
    for percent in (5, 25, 50, 75):
        sender.waits_for_percent(percent)
        line.drop()
    left = sender.sealed()

    line.heal()
    recipient = Recipient(page, by(line, left.link))
    line.bytes_per_second = 10 * MIB
    recipient.press_strip()
    for percent in (5, 25, 50, 75):
        recipient.waits_for_percent(percent)
        line.drop()

    expect(recipient.heading).to_have_text("One file, ready to save", timeout=PATIENCE_MS)
    assert recipient.saved() == files
