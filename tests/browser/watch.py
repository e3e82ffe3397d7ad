"""What no page of ours may do, noted while tests look elsewhere; any of it fails the test."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

# What a page may ask for without asking anybody else.
LOCAL = ("blob:", "data:", "about:")
# Chromium itself reports every refusal of the API; what the page makes of it is for tests to see.
REFUSED = re.compile(r"Failed to load resource: (the server responded with a status of [45]\d\d|net::ERR_)")


@dataclass
class Watch:
    """Follows all pages and workers of its contexts.

    troubles: errors in the console (breaches of the policies among them), uncaught errors, and requests
    to anybody else. A test that provokes some removes them with `forgive`.
    """

    origin: str
    troubles: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)

    def forgive(self, pattern: str) -> list[str]:
        """Take out, and return, the troubles that match; there must be one."""
        found = [trouble for trouble in self.troubles if re.search(pattern, trouble)]
        assert found, f"nothing like {pattern!r} among {self.troubles}"
        self.troubles = [trouble for trouble in self.troubles if trouble not in found]
        return found

    def _on_console(self, message: ConsoleMessage) -> None:
        of_the_api = REFUSED.match(message.text) and "/api/" in message.location["url"]
        if message.type in ("error", "assert") and not of_the_api:
            self.troubles.append(f"console: {message.text} ({message.location['url']})")

    def _on_error(self, error: WebError) -> None:
        self.troubles.append(f"uncaught: {error.error}")

    def _on_request(self, request: Request) -> None:
        self.requests.append(request)
        if not request.url.startswith((self.origin + "/", *LOCAL)):
            self.troubles.append(f"elsewhere: {request.method} {request.url}")
