"""Every page in every state, reached the way a browser without scripts reaches it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models.functions import Now
from django.test import Client

from shares.models import Share
from shares.services.burn import end
from shares.services.seal import Left
from shares.values import State
from tests.builders import Fields, a_sealed_text, row_of

HTML = "text/html,application/xhtml+xml"
NO_SHARE = "/s/aaaaaaaaaaaaaaaa"
NO_STUB = "/m/aaaaaaaaaaaaaaaa"


class Browser:
    """Django's client, asking for pages."""

    def __init__(self) -> None:
        self._client = Client(raise_request_exception=False, headers={"accept": HTML})

    def get(self, path: str) -> Any:
        return self._client.get(path)

    def post(self, path: str, fields: dict[str, Any], **headers: str) -> Any:
        return self._client.post(path, fields, headers=headers)

    def look(self, left: Left, password: str = "") -> Any:
        """Paste the link: the facts, and the form that opens it."""
        return self.post(NO_SHARE, {"link": left.link.url, "password": password})

    def open(self, left: Left, password: str = "") -> tuple[Any, dict[str, str]]:
        """Look, and press the strip; with what the page's forms carry."""
        fields = Fields(self.look(left).content.decode()).found
        return self.post(NO_SHARE, {**fields, "password": password}), fields

    def stub(self, left: Left, action: str = "status") -> Any:
        return self.post(NO_STUB, {"link": left.manage.url, "action": action})


def opened(browser: Browser, **terms: Any) -> Left:
    """Someone opened it, and has not said yet that all arrived."""
    left = a_sealed_text(**terms)
    browser.open(left)
    return left


def destroyed(browser: Browser) -> Left:
    left = a_sealed_text()
    _, fields = browser.open(left)
    browser.post(NO_SHARE, {**fields, "action": "destroy"})
    return left


def locked(browser: Browser) -> Left:
    """As it is after five wrong passwords, whose cost no page test needs."""
    left = a_sealed_text(password="right")
    Share.objects.filter(pk=row_of(left.link).pk).update(attempts=5)
    return left


def expired() -> Left:
    left = a_sealed_text()
    Share.objects.filter(pk=row_of(left.link).pk).update(expires_at=Now() - timedelta(minutes=1))
    return left


def uploading() -> Left:
    left = a_sealed_text()
    Share.objects.filter(pk=row_of(left.link).pk).update(
        state=State.UPLOADING, expires_at=None, ready_at=None
    )
    return left


def ended(state: State) -> Left:
    left = a_sealed_text()
    end(row_of(left.link).pk, state)
    return left


def wrong(browser: Browser) -> Any:
    return browser.open(a_sealed_text(password="right"), "wrong")[0]


def after_destroying(browser: Browser) -> Any:
    _, fields = browser.open(a_sealed_text())
    return browser.post(NO_SHARE, {**fields, "action": "destroy"})


# The page's first heading, its status, and the way there.
STATES: dict[str, tuple[str, int, Callable[[Browser], Any]]] = {
    "send": ("One link. Opened once. Then gone.", 200, lambda b: b.get("/")),
    "nothing to seal": ("One link. Opened once. Then gone.", 422, lambda b: b.post("/", {"text": ""})),
    "left": ("It is sealed.", 201, lambda b: b.post("/", {"text": "x", "opens": "1"})),
    "left, guarded": (
        "It is sealed.",
        201,
        lambda b: b.post("/", {"text": "x", "opens": "3", "password": "y"}),
    ),
    "paste a link": ("Open a share", 200, lambda b: b.get(NO_SHARE)),
    "link cut": (
        "The link is cut",
        422,
        lambda b: b.post(NO_SHARE, {"link": "http://testserver" + NO_SHARE}),
    ),
    "no link": ("Paste the whole link", 422, lambda b: b.post(NO_SHARE, {"link": " "})),
    "newer link": (
        "This link is newer than this server",
        422,
        lambda b: b.post(NO_SHARE, {"link": a_sealed_text().link.url.replace("#1", "#2")}),
    ),
    "other link": (
        "That is the other link",
        422,
        lambda b: b.post(NO_SHARE, {"link": a_sealed_text().manage.url}),
    ),
    "unknown": (
        "Nothing under this link",
        404,
        lambda b: b.post(NO_SHARE, {"link": f"http://testserver{NO_SHARE}#1{'a' * 26}"}),
    ),
    "unknown stub": (
        "Nothing under this link",
        404,
        lambda b: b.post(NO_STUB, {"link": f"http://testserver{NO_STUB}#1{'a' * 26}"}),
    ),
    "facts": ("Someone left something for you", 200, lambda b: b.look(a_sealed_text())),
    "facts, many": ("Someone left something for you", 200, lambda b: b.look(a_sealed_text(opens=3))),
    "facts, guarded": ("Someone left something for you", 200, lambda b: b.look(a_sealed_text(password="x"))),
    "wrong password": ("Someone left something for you", 403, wrong),
    "locked": ("Locked", 200, lambda b: b.look(locked(b))),
    "still uploading": ("Still being sealed", 409, lambda b: b.look(uploading())),
    "text": ("Here it is", 200, lambda b: b.open(a_sealed_text("<b>&amp;"))[0]),
    "destroyed": ("Destroyed", 200, after_destroying),
    "being opened": ("Already opened", 410, lambda b: b.look(opened(b))),
    "opened": ("Already opened", 410, lambda b: b.look(destroyed(b))),
    "expired": ("It waited, and nobody came", 410, lambda b: b.look(expired())),
    "revoked": ("The sender took it back", 410, lambda b: b.look(ended(State.REVOKED))),
    "removed": ("Taken down", 410, lambda b: b.look(ended(State.REMOVED))),
    "other site": (
        "Not allowed",
        403,
        lambda b: b.post(NO_SHARE, {"link": "x"}, sec_fetch_site="cross-site"),
    ),
    "stub": ("Your stub", 200, lambda b: b.get(NO_STUB)),
    "stub, not ready": ("Not finished", 200, lambda b: b.stub(uploading())),
    "stub, waiting": ("Waiting", 200, lambda b: b.stub(a_sealed_text())),
    "stub, being opened": ("Being opened", 200, lambda b: b.stub(opened(b))),
    "stub, opened": ("Opened", 200, lambda b: b.stub(destroyed(b))),
    "stub, more left": ("Opened 1 of 3 times", 200, lambda b: b.stub(opened(b, opens=3))),
    "stub, locked": ("Locked", 200, lambda b: b.stub(locked(b))),
    "stub, unlocked": ("Waiting", 200, lambda b: b.stub(locked(b), "unlock")),
    "stub, not locked": ("It is not locked", 409, lambda b: b.stub(a_sealed_text(), "unlock")),
    "stub, revoked": ("Revoked", 200, lambda b: b.stub(a_sealed_text(), "revoke")),
    "stub, expired": ("Expired unopened", 200, lambda b: b.stub(expired())),
    "stub, removed": ("Taken down", 200, lambda b: b.stub(ended(State.REMOVED))),
    "no page": ("This page does not exist", 404, lambda b: b.get("/nothing")),
    "link cut in its path": ("Nothing under this link", 404, lambda b: b.get("/s/abc")),
    "how it works": ("How it works", 200, lambda b: b.get("/about/how-it-works")),
    "privacy": ("Privacy", 200, lambda b: b.get("/about/privacy")),
    "command line": ("Command line", 200, lambda b: b.get("/about/command-line")),
    "API docs": ("The API", 200, lambda b: b.get("/api/v1/docs")),
}
WITH_NOTHING_SEALED = (
    "link cut", "no link", "unknown", "text", "destroyed", "being opened", "opened", "expired", "revoked",
    "removed", "other site", "stub, opened", "stub, revoked", "stub, expired", "stub, removed", "no page",
)  # fmt: skip
