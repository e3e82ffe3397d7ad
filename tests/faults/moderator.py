"""A moderator at the admin's door, with a session."""

import re
import secrets
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.faults.client import Ask, Reply, send
from tests.faults.envelopes import Envelope
from tests.faults.rig import Rig

LOGIN, SHARES = "/accounts/login", "/admin/shares/share/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


class Moderator:
    """Signed in; takes shares down."""

    def __init__(self, rig: Rig) -> None:
        self._url = rig.urls[0]
        self._cookies: dict[str, str] = {}
        email, password = f"{secrets.token_hex(4)}@example.org", secrets.token_hex(16)
        rig.manage(*("createsuperuser", "--noinput", "--email", email), DJANGO_SUPERUSER_PASSWORD=password)
        page = self._send(Ask("GET", LOGIN))
        entered = self._send(self._form(LOGIN, page, login=email, password=password))
        assert entered.status == 302, entered
        self._list = self._send(Ask("GET", SHARES, self._headers()))
        assert self._list.status == 200, self._list

    def take_down(self, envelope: Envelope) -> Ask:
        """To be sent to any master."""
        return self._form(SHARES, self._list, action="take_down", _selected_action=envelope.id)

    def _form(self, path: str, page: Reply, **fields: str) -> Ask:
        token = TOKEN.search(page.body.decode())
        assert token, "the page has no form"
        data = urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        return Ask(
            "POST", path, {**self._headers(), "Content-Type": "application/x-www-form-urlencoded"}, data
        )

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}

    def _send(self, ask: Ask) -> Reply:
        reply = send(self._url, ask)
        for cookie in reply.cookies:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        return reply
