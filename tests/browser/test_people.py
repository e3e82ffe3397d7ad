"""People and the real product: signing up, in and out, the second step, passkeys, moderators."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.provider import a_provider
from tests.browser import members
from tests.browser.members import PASSWORD
from tests.browser.site import a_site

NEW = "another long password"
LETTER = re.compile(r"http\S+/accounts/link#\S+")


def fill(page: Page, **fields: str) -> None:
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(value)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def reads(page: Page, heading: str) -> None:
    expect(page.locator("h1")).to_have_text(heading)


def letter_link(site, kind: str) -> str:
    """Of the newest letter of that kind; in development letters are printed."""
    for _ in range(100):
        if found := [link for link in LETTER.findall(site.log_text()) if f"#{kind}." in link]:
            return found[-1]
        time.sleep(0.05)
    raise AssertionError(f"no letter with a link of the kind {kind}")


def sign_up(page: Page, site, email: str) -> None:
    page.goto(members.an_invitation(site))
    reads(page, "You are invited")
    assert "#" not in page.url
    press(page, "Go on")
    page.get_by_label("E-mail").fill(email)
    fill(page, Password=PASSWORD, The_same_once_more=PASSWORD)
    press(page, "Make the account")
    reads(page, "Look into your mail")


@pytest.fixture
def member(site):
    return members.a_member(site)


def test_somebody_is_invited_confirms_the_address_and_is_in(page, site):
    email = f"bob{time.time_ns()}@example.org"
    sign_up(page, site, email)

    page.goto(letter_link(site, "address"))
    reads(page, "Confirm your address")
    assert "#" not in page.url
    press(page, "Go on")

    reads(page, "Account")
    expect(page.locator("dd").first).to_have_text(email)
    press(page, "Sign out")
    page.goto("/accounts/")
    reads(page, "Sign in")


def test_a_link_that_somebody_only_looked_at_still_works(page, context, site):
    link = members.an_invitation(site)
    looker = context.new_page()
    looker.goto(link)
    looker.close()

    page.goto(link)
    press(page, "Go on")

    reads(page, "Make an account")


def test_a_forgotten_password_becomes_another(page, site, member):
    page.goto("/accounts/login")
    page.get_by_role("link", name="Forgot the password").click()
    page.get_by_label("E-mail").fill(member.email)
    press(page, "Send the link")
    reads(page, "Look into your mail")

    page.goto(letter_link(site, "password"))
    reads(page, "Choose a new password")
    press(page, "Go on")
    fill(page, Password=NEW, The_same_once_more=NEW)
    press(page, "Set it")

    reads(page, "The new password is set")
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail").fill(member.email)
    fill(page, Password=NEW)
    press(page, "Sign in")
    reads(page, "Account")


def set_up_an_app(page: Page) -> str:
    """Its secret; ends at the recovery codes."""
    page.get_by_role("link", name="Security").click()
    page.get_by_role("link", name="Set up an app").click()
    members.confirm(page)
    secret = page.locator(".linkbox").inner_text().replace(" ", "")
    fill(page, Code=members.digits(secret))
    press(page, "Set it up")
    reads(page, "Recovery codes")
    return secret


def test_an_app_and_recovery_codes(page, new_context, site, member):
    members.sign_in(page, member, site.url)
    secret = set_up_an_app(page)
    codes = page.locator(".codes code").all_inner_texts()
    assert len(set(codes)) == 10
    page.get_by_role("link", name="I have them").click()
    reads(page, "Security")

    for code in (members.digits(secret), codes[0]):
        other = new_context().new_page()
        members.sign_in(other, member, site.url)
        reads(other, "Second step")
        fill(other, Code="000000")
        press(other, "Sign in")
        expect(other.locator(".problem")).to_have_text("That is not the code.")
        fill(other, Code=code)
        press(other, "Sign in")
        reads(other, "Account")


@pytest.fixture
def at_localhost(new_context, site, watch):
    """Passkeys belong to a name, never to a number; the browser has a device that knows its person."""
    watch.origin = site.url.replace("127.0.0.1", "localhost")
    page = new_context(base_url=watch.origin).new_page()
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    line.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    return page


def test_a_passkey_signs_in_alone_and_as_the_second_step(at_localhost, watch, member):
    page = at_localhost
    members.sign_in(page, member, watch.origin, "/accounts/security")
    page.get_by_role("link", name="Add a passkey").click()
    members.confirm(page)
    page.get_by_label("Name", exact=True).fill("My laptop")
    press(page, "Add it")
    reads(page, "Recovery codes")
    page.get_by_role("link", name="I have them").click()
    expect(page.get_by_text("My laptop")).to_be_visible()
    press(page, "Sign out")

    page.goto("/accounts/login?next=/accounts/sessions")
    press(page, "Use a passkey")
    reads(page, "Where you are signed in")
    press(page, "Sign out")

    members.sign_in(page, member, watch.origin)
    reads(page, "Second step")
    press(page, "Use a passkey")
    reads(page, "Account")

    page.goto("/accounts/security")
    page.get_by_role("link", name="Remove My laptop").click()
    page.get_by_role("button", name="Use a passkey").or_(page.get_by_label("Password")).first.wait_for()
    members.confirm(page)
    reads(page, "Remove the passkey")
    press(page, "Remove")
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()


def test_a_browser_that_has_no_passkey_says_so_and_nothing_is_lost(at_localhost):
    page = at_localhost
    page.goto("/accounts/login")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('none')) }")

    press(page, "Use a passkey")

    expect(page.locator(".problem")).to_have_text("That did not work. Try again, or another way.")
    expect(page.get_by_label("E-mail")).to_be_editable()


def test_signing_out_everywhere_else_ends_the_others_at_once(page, new_context, site, member):
    members.sign_in(page, member, site.url)
    other = new_context().new_page()
    members.sign_in(other, member, site.url)

    page.get_by_role("link", name="Where you are signed in").click()
    expect(page.locator(".rows li")).to_have_count(2)
    press(page, "Sign out everywhere else")

    expect(page.locator(".rows li")).to_have_count(1)
    other.reload()
    reads(other, "Sign in")


def test_moderators_come_in_by_the_same_door_and_links_for_others_are_shown_once(page, site, member):
    root = members.a_member(site, is_staff=True, is_superuser=True)

    members.sign_in(page, root, site.url, "/admin/accounts/invitation/add/")
    page.get_by_label("Email").fill("guest@example.org")
    press(page, "Save")
    link = page.locator("code.once").inner_text()
    page.goto("/admin/accounts/invitation/")
    assert link.partition("#")[2] not in page.content()

    page.goto(f"/admin/accounts/user/?q={member.email}")
    page.locator("input[name=_selected_action]").check()
    page.locator("select[name=action]").select_option("make_password_link")
    press(page, "Run" if page.get_by_role("button", name="Run", exact=True).count() else "Go")
    page.goto(page.locator("code.once").inner_text())
    reads(page, "Choose a new password")


@pytest.fixture(scope="module")
def provider():
    with a_provider(email="sam@example.org") as made:
        yield made


@pytest.fixture(scope="module")
def strict(provider):
    """A site that asks more of moderators, and knows a provider of single sign-on."""
    sign_on = {"OIDC_NAME": "Acme", "OIDC_ISSUER": provider.url, "OIDC_CLIENT_ID": "us"}
    with a_site(STAFF_MFA="true", **sign_on) as made:
        yield made


@pytest.fixture
def strict_page(new_context, strict, watch):
    watch.origin = strict.url
    return new_context(base_url=strict.url).new_page()


def test_with_staff_mfa_a_moderator_sets_up_a_second_step_first(strict_page, strict):
    page, root = strict_page, members.a_member(strict, is_staff=True, is_superuser=True)
    members.sign_in(page, root, strict.url, "/admin/")
    reads(page, "Security")
    expect(page.get_by_text("Moderators need a second step.")).to_be_visible()

    set_up_an_app(page)
    page.goto("/admin/")

    reads(page, "Site administration")


def test_single_sign_on_brings_people_in(strict_page, provider, watch):
    strict_page.goto("/accounts/login")

    press(strict_page, "Acme")

    reads(strict_page, "Account")
    expect(strict_page.locator("dd").first).to_have_text("sam@example.org")
    watch.forgive(f"elsewhere: GET {provider.url}/authorize")
