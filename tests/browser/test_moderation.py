"""Moderators at work: from a report to a share that opens no more, on pages that everybody can use."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import left
from tests.browser.people import Recipient
from tests.browser.staff import signed_in
from tests.browser.test_axe import violations
from tests.browser.test_reporting import send_report

PAGES = {
    "index": "/admin/",
    "shares": "/admin/shares/share/",
    "share": "/admin/shares/share/{share}/change/",
    "reports": "/admin/shares/report/",
    "report": "/admin/shares/report/{report}/change/",
    "bans": "/admin/shares/ban/",
    "a ban": "/admin/shares/ban/add/",
    "lifting": "/admin/shares/ban/{ban}/delete/",
    "audit": "/admin/accounts/audit/",
    "an action": "/admin/accounts/audit/{audit}/change/",
}


@pytest.fixture
def reported(site, new_context):
    """A share that its recipient has reported."""
    envelope = left.a_text(site)
    page = new_context().new_page()
    page.goto(envelope.link(site.url).replace("/s/", "/report/"))
    send_report(page, text="A false bank.\nIt asks for my PIN.")
    return envelope


def test_a_moderator_takes_down_what_was_reported_and_its_link_opens_no_more(
    site, page, reported, new_context
):
    signed_in(site, page, "Moderator")
    page.goto("/admin/shares/report/")
    page.get_by_role("row", name=reported.id).get_by_role("link").first.click()
    expect(page.get_by_text("A false bank.")).to_be_visible()

    page.get_by_role("button", name="Take down").click()

    expect(page.get_by_text("1 taken down")).to_be_visible()
    expect(page.get_by_role("row", name=reported.id)).to_contain_text("taken down")
    recipient = Recipient(new_context().new_page(), reported.link(site.url))
    recipient.reads("Taken down")
    page.goto("/admin/accounts/audit/")
    expect(page.get_by_role("row", name=reported.id).first).to_contain_text("taken down")


def test_a_moderator_cannot_ban_the_servers_own_network_and_lifts_a_ban_of_another(site, page, reported):
    signed_in(site, page, "Moderator")
    page.goto(f"/admin/shares/share/{reported.id}/change/")
    expect(page.locator("#content")).not_to_contain_text("127.0.0")
    page.get_by_label("Bans last").select_option("a day")

    page.get_by_role("button", name="Ban the network that left it").click()
    expect(page.get_by_text("TRUSTED_PROXY_COUNT")).to_be_visible()
    site.sql("INSERT INTO shares_ban (network, reason, until) VALUES ('127.0.0.0/24', '', now() + '1 day')")
    try:
        visitor = page.context.browser.new_context(java_script_enabled=False).new_page()
        visitor.goto(site.url)
        visitor.locator("#text").fill("more of it")
        visitor.locator("button.strip").click()
        expect(visitor.get_by_role("heading", level=1)).to_have_text("Nothing is taken from here")
        page.goto("/admin/shares/ban/")
        page.get_by_role("row", name="127.0.0.0/24").get_by_role("link").first.click()
        page.get_by_role("link", name="Delete").click()
        page.get_by_role("button", name=re.compile("Yes")).click()
        expect(page.get_by_text("was deleted successfully")).to_be_visible()
        visitor.goto(site.url)
        visitor.locator("#text").fill("more of it")
        visitor.locator("button.strip").click()
        expect(visitor.get_by_role("heading", level=1)).to_have_text("It is sealed.")
        visitor.context.close()
    finally:
        site.sql("DELETE FROM shares_ban")


def addresses(site, envelope):
    site.sql("INSERT INTO shares_ban (network, reason, until) VALUES ('192.0.2.0/24', 'x', now() + '9 days')")
    [newest] = site.sql(
        "SELECT (SELECT max(id) FROM shares_report), (SELECT max(id) FROM shares_ban), "
        "(SELECT max(id) FROM accounts_audit)"
    )
    names = dict(zip(("report", "ban", "audit"), newest, strict=True))
    return {name: path.format(share=envelope.id, **names) for name, path in PAGES.items()}


def test_the_pages_of_moderators_can_be_used_by_everybody(site, browser, reported):
    with browser.new_context(base_url=site.url) as context:  # what looks at them writes styles into them
        page = signed_in(site, context.new_page())
        page.goto("/admin/shares/share/")
        try:
            for name, path in addresses(site, reported).items():
                page.goto(path)
                assert violations(page) == [], name
                for width in (320, 1280):
                    page.set_viewport_size({"width": width, "height": 800})
                    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    assert overflow <= 0, (name, width, overflow)
        finally:
            site.sql("DELETE FROM shares_ban")
