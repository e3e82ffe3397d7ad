"""The page on which somebody who signed in chooses what they are told."""

import secrets

from tests.browser.states.visit import State, States, Visit

PAGE = "/accounts/notices"


def sign_in(visit: Visit) -> None:
    email, password = f"{secrets.token_hex(4)}@example.org", secrets.token_hex(16)
    visit.site.manage("createsuperuser", "--noinput", "--email", email, DJANGO_SUPERUSER_PASSWORD=password)
    visit.page.goto(f"{visit.site.url}/accounts/login?next={PAGE}")
    visit.page.locator("[name=login]").fill(email)
    visit.page.locator("[name=password]").fill(password)
    visit.press("Sign in")
    visit.page.wait_for_url(f"**{PAGE}")


def choose(visit: Visit, url: str = "") -> None:
    sign_in(visit)
    visit.page.locator("[name=email][value=opened]").check()
    visit.page.locator("[name=email][value=locked]").check()
    visit.page.locator("[name=webhook_url]").fill(url)
    visit.press("Save")


def saved(visit: Visit) -> None:
    choose(visit)
    visit.sees("Saved.")


def refused(visit: Visit) -> None:
    choose(visit, "https://127.0.0.1/in")
    visit.sees("no such host")


def secret(visit: Visit) -> None:
    """A literal address of the outside: it is looked at, and not spoken to."""
    choose(visit, "https://93.184.215.14/in")
    visit.sees("whsec_")


STATES: States = {
    "none": State("Notices", sign_in, has_script=False),
    "saved": State("Notices", saved, has_script=False),
    "refused": State("Notices", refused, has_script=False),
    "secret": State("Notices", secret, has_script=False),
}
