"""The pages of people: the doors, and the rooms behind them."""

from collections.abc import Callable

from tests.browser import members
from tests.browser.members import Member
from tests.browser.states.plain import at
from tests.browser.states.visit import State, States, Visit


def signed_in(
    path: str = "", with_app: bool = False, confirmed: bool = False, **flags: bool
) -> Callable[[Visit], Member]:
    def reach(visit: Visit) -> Member:
        member = members.a_member(visit.site, **flags)
        members.sign_in(visit.page, member, visit.site.url, f"/accounts/{path}")
        if confirmed:
            members.confirm(visit.page)
        if with_app:
            members.with_an_app(visit.site, member)
            visit.page.reload()
        return member

    return reach


def refused(visit: Visit) -> None:
    at("/accounts/login")(visit)
    visit.page.get_by_label("E-mail").fill("nobody@example.org")
    visit.page.get_by_label("Password").fill("a guess")
    visit.press("Sign in")
    visit.sees("do not fit together")


def invited(visit: Visit) -> None:
    visit.page.goto(members.an_invitation(visit.site))
    visit.sees("once")


def signing_up(visit: Visit) -> None:
    invited(visit)
    visit.press("Go on")


def over(visit: Visit) -> None:
    visit.page.goto(f"{visit.site.url}/accounts/link#password.1-abc-def")
    visit.press("Go on")


def forgot(visit: Visit) -> None:
    at("/accounts/password/reset")(visit)
    visit.page.get_by_label("E-mail").fill("nobody@example.org")
    visit.press("Send the link")


def second_step(visit: Visit) -> None:
    member = members.a_member(visit.site)
    members.with_an_app(visit.site, member)
    members.sign_in(visit.page, member, visit.site.url)


def codes(visit: Visit) -> None:
    signed_in("security/app", confirmed=True)(visit)
    secret = visit.page.locator(".linkbox").inner_text().replace(" ", "")
    visit.page.get_by_label("Code").fill(members.digits(secret))
    visit.press("Set it up")


def not_allowed(visit: Visit) -> None:
    signed_in()(visit)
    at("/admin/")(visit)


STATES: States = {
    "sign-in": State("Sign in", at("/accounts/login")),
    "refused": State("Sign in", refused),
    "by-invitation": State("Accounts are by invitation", at("/accounts/signup")),
    "link": State("Follow your link", at("/accounts/link")),
    "invited": State("You are invited", invited),
    "sign-up": State("Make an account", signing_up),
    "link-over": State("This link is over", over),
    "forgot": State("Forgot the password", at("/accounts/password/reset")),
    "sent": State("Look into your mail", forgot),
    "second-step": State("Second step", second_step),
    "account": State("Account", signed_in()),
    "account-safe": State("Account", signed_in(with_app=True, is_staff=True)),
    "security": State("Security", signed_in("security")),
    "security-app": State("Security", signed_in("security", with_app=True)),
    "is-it-you": State("Is it you?", signed_in("security/app")),
    "app": State("Set up an app", signed_in("security/app", confirmed=True)),
    "codes": State("Recovery codes", codes),
    "passkey": State("Add a passkey", signed_in("security/passkeys/add", confirmed=True)),
    "sessions": State("Where you are signed in", signed_in("sessions")),
    "password": State("Change the password", signed_in("password/change")),
    "address": State("Change the address", signed_in("email")),
    "sign-out": State("Sign out", signed_in("logout")),
    "not-allowed": State("Not allowed", not_allowed),
}
