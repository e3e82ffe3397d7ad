"""Django's test client takes a session's key for its cookie; ours is signed (onetimeshare/cookies.py)."""

from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test.client import ClientMixin

from onetimeshare.cookies import signed


def _set_login_cookies(client: Any, request: Any) -> None:
    _set_key(client, request)
    client.cookies[settings.SESSION_COOKIE_NAME] = signed(request.session.session_key)


def _session(client: Any) -> SessionStore:
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return SessionStore(cookie.value.partition(":")[0] if cookie else None)


_set_key = ClientMixin._set_login_cookies
ClientMixin._set_login_cookies = _set_login_cookies
ClientMixin.session = property(_session)
