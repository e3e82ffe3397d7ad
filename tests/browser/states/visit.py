"""One visit on the way to a state, and what may get into its way."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from playwright.sync_api import Error, Page, Route

from tests.browser.site import Site
from tests.faults.envelopes import Envelope
from tests.faults.proxy import Proxy

API = "**/api/v1/shares"


@dataclass
class Visit:
    """page: a fresh tab. line: a proxy before the site, for who visits `slow_url`."""

    page: Page
    site: Site
    line: Proxy | None = field(default=None, init=False)
    _held: list[Route] = field(default_factory=list, init=False)

    def open(self, envelope: Envelope, url: str = "") -> None:
        self.page.goto(envelope.link(url or self.site.url))

    def open_stub(self, envelope: Envelope) -> None:
        self.page.goto(envelope.manage_link(self.site.url))

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def sees(self, words: str) -> None:
        self.page.get_by_text(words).first.wait_for()

    @property
    def slow_url(self) -> str:
        """The same site over a line that can be slowed and cut."""
        self.line = Proxy(("127.0.0.1", self.site.masters[0].port)).start()
        return self.line.url

    def hold(self, pattern: str, method: str = "GET", after: int = 0) -> None:
        """Requests of that kind are never answered, but the first *after* of them."""
        seen = 0

        def take(route: Route) -> None:
            nonlocal seen
            if route.request.method != method:
                return route.fallback()
            seen += 1
            return route.fallback() if seen <= after else self._held.append(route)

        self.page.context.route(pattern, take)

    def answer(self, pattern: str, method: str, status: int, **said: object) -> None:
        """Requests of that kind are answered so; status 0: by nothing, as where there is no line."""

        def take(route: Route) -> None:
            if route.request.method != method:
                route.fallback()
            elif status:
                headers = {"Retry-After": "60"} if status in (429, 503) else {}
                route.fulfill(status=status, headers=headers, json={"message": "Refused.", **said})
            else:
                route.abort("connectionfailed")

        self.page.context.route(pattern, take)

    def end(self) -> None:
        for route in self._held:
            with suppress(Error):  # whoever asked may have gone
                route.abort()
        if self.line:
            self.line.stop()


@dataclass(frozen=True)
class State:
    """heading: of the page that is reached."""

    heading: str
    reach: Callable[[Visit], object]
    has_script: bool = True


States = Mapping[str, State]
