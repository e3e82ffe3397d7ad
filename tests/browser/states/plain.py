"""What needs no script: the plain doors without JavaScript, the pages about the site, its refusals."""

from collections.abc import Callable

from tests.browser import left
from tests.browser.states.visit import State, States, Visit
from tests.faults import client
from tests.faults.envelopes import Envelope


def at(path: str) -> Callable[[Visit], object]:
    return lambda visit: visit.page.goto(visit.site.url + path)


def leave(visit: Visit, password: str = "", opens: str = "1", text: str = left.TEXT) -> None:
    at("/")(visit)
    visit.page.locator("#text").fill(text)
    visit.page.locator("#password").fill(password)
    visit.page.locator("#opens").select_option(opens)
    visit.page.locator("button.strip").click()


def look(visit: Visit, envelope: Envelope) -> None:
    at(f"/s/{envelope.id}")(visit)
    visit.page.locator("#link").fill(envelope.link(visit.site.url))
    visit.press("Look")


def facts(visit: Visit, password: str = "", **terms: int) -> None:
    look(visit, left.a_text(visit.site, password=password, **terms))


def guess(visit: Visit, password: str) -> None:
    facts(visit, "right")
    visit.page.locator("#password").fill(password)
    visit.page.locator("button.strip").click()


def opened(visit: Visit) -> None:
    facts(visit)
    visit.page.locator("button.strip").click()


def destroyed(visit: Visit) -> None:
    opened(visit)
    visit.page.get_by_role("button", name="Destroy").click()


def gone(visit: Visit) -> None:
    envelope = left.a_text(visit.site)
    left.burned(visit.site, envelope)
    look(visit, envelope)


def stub(visit: Visit, happens: Callable[[Visit, Envelope], object], password: str = "") -> None:
    envelope = left.a_text(visit.site, password=password)
    happens(visit, envelope)
    at(f"/m/{envelope.id}")(visit)
    visit.page.locator("#link").fill(envelope.manage_link(visit.site.url))
    visit.press("Look")


def locked(visit: Visit, envelope: Envelope) -> None:
    left.locked(visit.site, envelope)


def plain(heading: str, reach: Callable[[Visit], object]) -> State:
    return State(heading, reach, has_script=False)


def report(visit: Visit, reason: str = "Malware") -> None:
    envelope = left.a_text(visit.site)
    at(f"/report/{envelope.id}")(visit)
    visit.page.get_by_label(reason).check()
    visit.page.get_by_label("The whole link").fill(envelope.link(visit.site.url))
    visit.press("Send the report")


def report_wrong(visit: Visit) -> None:
    at("/report/aaaaaaaaaaaaaaaa")(visit)
    visit.page.get_by_label("Something else").check()
    visit.page.get_by_label("What you saw").fill("Nothing good.")
    visit.page.get_by_label("The whole link").fill(left.nowhere(visit.site).link(visit.site.url))
    visit.press("Send the report")
    visit.sees("Part of the link may be missing")


STATES: States = {
    "send": plain("One link.", at("/")),
    "nothing": plain("One link.", lambda visit: leave(visit, text="")),
    "left": plain("It is sealed.", leave),
    "left-guarded": plain("It is sealed.", lambda visit: leave(visit, "four words by chance", "3")),
    "receive": plain("Open a share", at("/s/aaaaaaaaaaaaaaaa")),
    "facts": plain("Someone left something", facts),
    "facts-several": plain("Someone left something", lambda visit: facts(visit, max_claims=3)),
    "facts-guarded": plain("Someone left something", lambda visit: facts(visit, "right")),
    "wrong": plain("Someone left something", lambda visit: guess(visit, "wrong")),
    "text": plain("Here it is", opened),
    "destroyed": plain("Destroyed", destroyed),
    "gone": plain("Already opened", gone),
    "unknown": plain("Nothing under this link", lambda visit: look(visit, left.nowhere(visit.site))),
    "stub-paste": plain("Your stub", at("/m/aaaaaaaaaaaaaaaa")),
    "stub-waiting": plain("Waiting", lambda visit: stub(visit, lambda *_: None)),
    "stub-locked": plain("Locked", lambda visit: stub(visit, locked, "right")),
    "stub-opened": plain("Opened", lambda visit: stub(visit, lambda v, e: left.burned(v.site, e))),
    "stub-revoked": plain(
        "Revoked", lambda visit: stub(visit, lambda v, e: left.asked(v.site, client.revoke(e)))
    ),
    "report": plain("Report this share", at("/report/aaaaaaaaaaaaaaaa")),
    "report-wrong": plain("Report this share", report_wrong),
    "reported": plain("Reported", report),
    "no-page": plain("This page does not exist", at("/nothing/here")),
    "link-cut": plain("Nothing under this link", at("/s/abc")),
    "how-it-works": plain("How it works", at("/about/how-it-works")),
    "privacy": plain("Privacy", at("/about/privacy")),
    "command-line": plain("Command line", at("/about/command-line")),
    "api": plain("The API", at("/api/v1/docs")),
}
