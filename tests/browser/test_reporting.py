"""A recipient reports what was opened; the page proves the link without sending it."""

import pytest
from playwright.sync_api import expect

from sealing.encoding import encode
from tests.browser import left
from tests.browser.people import Recipient, by
from tests.browser.traces import Wire


@pytest.fixture
def wire(site, watch):
    line = Wire(site.masters[0].port)
    line.start()
    watch.origin = line.url
    yield line
    line.stop()


def reported(site, share_id):
    return site.sql("SELECT reason, text, contact FROM shares_report WHERE share_id = %s", share_id)


def send_report(page, reason="Phishing", text="It asks for my bank's password."):
    page.get_by_label(reason).check()
    page.get_by_label("What you saw").fill(text)
    page.get_by_label("How to reach you").fill("ann@example.org")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reported")


@pytest.mark.parametrize("when", ["waiting", "opened", "gone"])
def test_a_recipient_reports_from_the_page_of_the_share_and_sends_no_link(when, site, wire, new_context):
    envelope = left.a_text(site)
    link = by(wire, envelope.link(site.url))
    page = new_context().new_page()
    if when == "gone":
        left.burned(site, envelope)
        page.goto(link)
    else:
        recipient = Recipient(page, link)
        if when == "opened":
            recipient.open().destroyed()

    page.get_by_role("link", name="Report this").click()
    expect(page.get_by_label("The whole link")).to_have_count(0)
    send_report(page)

    assert reported(site, envelope.id) == [("phishing", "It asks for my bank's password.", "ann@example.org")]
    secret = link.partition("#1")[2]
    assert len(secret) == 26
    assert secret.encode() not in bytes(wire.said)


def test_the_path_of_a_link_may_be_changed_by_hand(site, page):
    envelope = left.a_text(site)

    page.goto(envelope.link(site.url).replace("/s/", "/report/"))
    send_report(page)

    assert len(reported(site, envelope.id)) == 1


def test_without_a_link_in_the_address_the_whole_link_is_asked_for(site, page):
    envelope = left.a_text(site)

    page.goto(f"{site.url}/report/{encode(bytes(10))}")
    page.get_by_label("The whole link").fill(envelope.link(site.url))
    send_report(page, text=f"look: {envelope.link(site.url)}")

    assert reported(site, envelope.id)[0][1] == "look: [link removed]"
