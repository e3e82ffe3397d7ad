"""What members see of what they left, and of their tokens."""

from collections.abc import Callable

from tests.browser import left, members
from tests.browser.states.people import signed_in
from tests.browser.states.visit import State, States, Visit
from tests.faults import client


def with_shares(path: str = "shares") -> Callable[[Visit], object]:
    def reach(visit: Visit) -> None:
        member = signed_in(path)(visit)
        waiting, locked = left.a_text(visit.site), left.a_text(visit.site, password="right")
        gone, revoked = left.a_text(visit.site, max_claims=3), left.a_text(visit.site)
        left.locked(visit.site, locked)
        left.burned(visit.site, gone)
        left.asked(visit.site, client.revoke(revoked))
        for envelope in (waiting, locked, gone, revoked):
            visit.site.sql(
                "UPDATE shares_share SET owner_id = %s WHERE id = %s RETURNING 1", member.pk, envelope.id
            )
        visit.page.reload()

    return reach


def one(name: str) -> Callable[[Visit], object]:
    def reach(visit: Visit) -> None:
        with_shares()(visit)
        visit.page.locator(".owned").get_by_role("link", name=name, exact=True).click()

    return reach


def token_made(visit: Visit) -> None:
    signed_in("tokens")(visit)
    visit.page.get_by_label("What it is for").fill("The nightly build")
    visit.press("Make the token")
    members.confirm(visit.page)
    visit.sees("Copy it now")


def writing(visit: Visit) -> None:
    signed_in()(visit)
    visit.page.goto(visit.site.url)
    visit.sees("Signed in as")


STATES: States = {
    "shares-none": State("My shares", signed_in("shares")),
    "shares": State("My shares", with_shares()),
    "share-waiting": State("Waiting", one("Waiting")),
    "share-locked": State("Locked", one("Locked")),
    "share-revoked": State("Revoked", one("Revoked")),
    "tokens": State("API tokens", signed_in("tokens")),
    "token-made": State("API tokens", token_made),
    "send": State("One link.", writing),
}
