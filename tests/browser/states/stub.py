"""The sender's stub, with its script."""

from collections.abc import Callable

from tests.browser import left
from tests.browser.states.visit import API, State, States, Visit
from tests.faults import client
from tests.faults.envelopes import Envelope


def after(
    happens: Callable[[Visit, Envelope], object] = lambda *_: None, password: str = "", **terms: int
) -> Callable[[Visit], None]:
    """The stub of a share, when something has happened to it."""

    def reach(visit: Visit) -> None:
        envelope = left.a_text(visit.site, password=password, **terms)
        happens(visit, envelope)
        visit.open_stub(envelope)
        visit.sees("What happened")

    return reach


def guesses(visit: Visit, envelope: Envelope, times: int = 2) -> None:
    for _ in range(times):
        client.send(visit.site.url, client.claim(envelope, bytes(32), b"?" * 32))


def unconfirmed(visit: Visit, envelope: Envelope) -> None:
    left.claimed(visit.site, envelope)
    visit.site.sql(
        "UPDATE shares_lease SET ends_at = now(), hard_end = now() WHERE share_id = %s", envelope.id
    )
    visit.site.sweep()


def unlocked(visit: Visit) -> None:
    after(lambda visit, e: guesses(visit, e, 5), password="right")(visit)
    visit.page.get_by_role("button", name="Unlock").click()
    visit.sees("Unlocked by you")


def revoke_asks(visit: Visit) -> None:
    after()(visit)
    visit.press("Revoke")
    visit.sees("Revoke it?")


def revoked(visit: Visit) -> None:
    revoke_asks(visit)
    visit.press("Revoke")
    visit.sees("You revoked it")


def away(visit: Visit) -> None:
    visit.answer(f"{API}/*/receipt", "GET", 0)
    visit.open_stub(left.a_text(visit.site))


def pasted(change: Callable[[str], str]) -> Callable[[Visit], None]:
    def reach(visit: Visit) -> None:
        visit.page.goto(change(left.a_text(visit.site).manage_link(visit.site.url)))

    return reach


STATES: States = {
    "waiting": State("Waiting", after(expires_in=86400)),
    "guesses": State("Waiting", after(guesses, password="right")),
    "not-ready": State("Not finished", lambda visit: visit.open_stub(left.half_left(visit.site))),
    "being-opened": State("Being opened", after(lambda visit, e: left.claimed(visit.site, e))),
    "opened": State("Opened", after(lambda visit, e: left.burned(visit.site, e))),
    "unconfirmed": State("Opened", after(unconfirmed)),
    "more-left": State(
        "Opened 1 of 3 times", after(lambda visit, e: left.burned(visit.site, e), max_claims=3)
    ),
    "locked": State("Locked", after(lambda visit, e: guesses(visit, e, 5), password="right")),
    "unlocked": State("Waiting", unlocked),
    "revoke-asks": State("Waiting", revoke_asks),
    "revoked": State("Revoked", revoked),
    "expired": State("Expired unopened", after(lambda visit, e: left.expired(visit.site, e))),
    "removed": State("Taken down", after(lambda visit, e: left.removed(visit.site, e))),
    "unknown": State("Nothing under this link", lambda visit: visit.open_stub(left.nowhere(visit.site))),
    "cut": State("The link is cut", pasted(lambda link: link.split("#")[0])),
    "newer": State("This link is newer", pasted(lambda link: link.replace("#1", "#2"))),
    "away": State("The server does not answer", away),
}
