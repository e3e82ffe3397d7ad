"""A member leaves shares from the page and by a token, sees what became of them, and takes them back."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.browser import members
from tests.browser.people import Sender
from tests.faults import client
from tests.faults.envelopes import seal


@pytest.fixture
def member(site):
    return members.a_member(site)


def owners(site, member):
    return site.sql("SELECT state FROM shares_share WHERE owner_id = %s ORDER BY created_at", member.pk)


def test_what_a_signed_in_page_leaves_stands_among_ones_shares_and_is_revoked(page, site, member):
    members.sign_in(page, member, site.url)
    sender = Sender(page).write("for one person")
    sender.sees(f"Signed in as {member.email}. It will stand under My shares.")
    sender.seal()
    assert owners(site, member) == [("ready",)]

    page.goto("/accounts/shares")
    expect(page.locator(".owned li")).to_have_count(1)
    page.get_by_role("checkbox").check()
    page.get_by_text("Revoke the chosen").click()
    page.get_by_role("button", name="Revoke", exact=True).click()

    expect(page.locator(".owned li")).to_contain_text("Revoked")
    assert owners(site, member) == [("revoked",)]
    page.get_by_role("link", name="Revoked").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Revoked")


def test_who_has_signed_out_is_a_stranger_again(page, site, member):
    members.sign_in(page, member, site.url)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")

    Sender(page).write("for one person").seal()

    assert owners(site, member) == []
    assert "signed-in" not in {cookie["name"] for cookie in page.context.cookies()}


def test_a_session_that_ended_elsewhere_is_said_and_nothing_is_left_in_anybodys_name(page, site, member):
    members.sign_in(page, member, site.url)
    sender = Sender(page).write("for one person")
    sender.sees("Signed in as")
    site.sql("DELETE FROM django_session RETURNING 1")

    sender.press_strip()

    sender.sees("You are not signed in any more. Nothing was left. Reload the page, and sign in.")
    assert owners(site, member) == []
    page.reload()
    Sender(page).write("for one person").seal()
    assert owners(site, member) == []


def test_a_token_is_shown_once_leaves_a_share_and_is_revoked(page, site, member):
    members.sign_in(page, member, site.url, "/accounts/tokens")
    page.get_by_label("What it is for").fill("the build")
    page.get_by_role("button", name="Make the token").click()
    members.confirm(page)
    text = page.locator("code", has_text=re.compile("^ots_")).inner_text()

    assert leave(site, text) == 201
    assert owners(site, member) == [("ready",)]

    page.goto("/accounts/tokens")
    expect(page.locator(".token")).to_contain_text("the build")
    expect(page.locator(".token")).to_contain_text("Last used on")
    assert text not in page.content()
    page.get_by_role("button", name="Revoke the build").click()
    expect(page.locator(".token")).to_have_count(0)
    assert leave(site, text) == 401


def leave(site, token):
    asked = client.create(seal(b"from the build"))
    headers = {**asked.headers, "Authorization": f"Bearer {token}"}
    return client.send(site.url, replace(asked, headers=headers)).status
