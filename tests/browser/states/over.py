"""The receive page where there is nothing to open, or not now."""

from collections.abc import Callable
from dataclasses import replace

from tests.browser import left
from tests.browser.states.visit import API, State, States, Visit
from tests.faults import client
from tests.faults.envelopes import Envelope, seal


def after(happens: Callable[[Visit, Envelope], object], **terms: int) -> Callable[[Visit], None]:
    """A share that is looked at when something has happened to it."""

    def reach(visit: Visit) -> None:
        envelope = left.a_text(visit.site, **terms)
        happens(visit, envelope)
        visit.open(envelope)

    return reach


def expired_once_opened(visit: Visit, envelope: Envelope) -> None:
    left.burned(visit.site, envelope)
    left.expired(visit.site, envelope)


def with_link(change: Callable[[str], str]) -> Callable[[Visit], None]:
    def reach(visit: Visit) -> None:
        visit.page.goto(change(left.a_text(visit.site).link(visit.site.url)))

    return reach


def pasted_wrong(visit: Visit) -> None:
    with_link(lambda link: link.split("#")[0])(visit)
    visit.page.get_by_label("The whole link").fill("https://example.org/")
    visit.press("Look")
    visit.sees("That is not a whole link")


def answered(status: int, **said: object) -> Callable[[Visit], None]:
    """The look at the server is answered so."""

    def reach(visit: Visit) -> None:
        visit.answer(f"{API}/*", "GET", status, **said)
        visit.open(left.a_text(visit.site))

    return reach


def offline(visit: Visit) -> None:
    visit.page.add_init_script("Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false })")
    answered(0)(visit)


def damaged(visit: Visit) -> None:
    sealed = seal(bytes(100_000))
    broken = replace(sealed, blob=sealed.blob[:-1] + bytes([sealed.blob[-1] ^ 1]))
    visit.open(client.leave(visit.site.url, broken))
    visit.press("Open it now")
    visit.sees("What came does not match its seal")


def damaged_twice(visit: Visit) -> None:
    damaged(visit)
    visit.press("Fetch it again")
    visit.sees("It is damaged on the server.")


def lease_over(visit: Visit) -> None:
    visit.answer(f"{API}/*/blob", "GET", 410, code="lease_over")
    envelope = client.leave(visit.site.url, seal(bytes(100_000)))
    visit.open(envelope)
    visit.press("Open it now")


STATES: States = {
    "opened": State("Already opened", after(lambda visit, e: left.burned(visit.site, e))),
    "expired": State("It waited", after(lambda visit, e: left.expired(visit.site, e))),
    "expired-opened": State("", after(expired_once_opened, max_claims=2)),
    "revoked": State(
        "The sender took it back", after(lambda visit, e: left.asked(visit.site, client.revoke(e)))
    ),
    "removed": State("Taken down", after(lambda visit, e: left.removed(visit.site, e))),
    "locked": State(
        "Locked",
        lambda visit: (
            left.locked(visit.site, e := left.a_text(visit.site, password="right")),
            visit.open(e),
        ),
    ),
    "unknown": State("Nothing under this link", lambda visit: visit.open(left.nowhere(visit.site))),
    "cut": State("The link is cut", with_link(lambda link: link.split("#")[0])),
    "cut-wrong": State("The link is cut", pasted_wrong),
    "newer": State("This link is newer", with_link(lambda link: link.replace("#1", "#2"))),
    "damaged": State("It did not arrive whole", damaged),
    "damaged-twice": State("It did not arrive whole", damaged_twice),
    "lease-over": State("The time to fetch it is over", lease_over),
    "offline": State("No connection", offline),
    "server-away": State("The server does not answer", answered(503, code="database_away")),
    "too-fast": State("Too many tries", answered(429, code="too_many", retry_after=60)),
}
