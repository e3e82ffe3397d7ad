"""Where cookies live: among people who sign in. No public page reads or sets one."""

from collections.abc import Callable
from typing import Any

from allauth.account.middleware import AccountMiddleware
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

STAFF_PATH = "/admin/"
PEOPLE_PATH = "/accounts/"
PATHS = (STAFF_PATH, PEOPLE_PATH)


class _AmongPeople:
    """Mixed into a stock middleware: asleep everywhere but under these paths."""

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(PATHS):
            return super().__call__(request)  # type: ignore[misc]
        return self.get_response(request)  # type: ignore[attr-defined]


class Sessions(_AmongPeople, SessionMiddleware):
    """Beside the session, one mark that scripts may read: on public pages they ask who is signed in only if
    somebody is. It opens nothing, and no page of the server reads it.

    The session's own cookie is its key, signed: keys stand in Postgres, and whoever has only read them
    there is not signed in by them.
    """

    def process_request(self, request: HttpRequest) -> None:
        request.session = self.SessionStore(_key_in(request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")))

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.session.accessed:
            _mark(request, response)
        answer = super().process_response(request, response)
        cookie = answer.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie and cookie.value:
            answer.cookies[settings.SESSION_COOKIE_NAME] = signed(cookie.value)
        return answer


def signed(session_key: str) -> str:
    """What the cookie of that session holds."""
    return _signer().sign(session_key)


def _key_in(cookie: str) -> str | None:
    try:
        return _signer().unsign(cookie)
    except BadSignature:
        return None


def _signer() -> Signer:
    return Signer(salt="onetimeshare.session")


def _mark(request: HttpRequest, response: HttpResponseBase) -> None:
    name, path = settings.SIGNED_IN_COOKIE_NAME, settings.SESSION_COOKIE_PATH
    if SESSION_KEY in request.session:
        if name not in request.COOKIES:
            lasts, is_secure = settings.SESSION_COOKIE_AGE, settings.SESSION_COOKIE_SECURE
            response.set_cookie(name, "1", max_age=lasts, path=path, secure=is_secure, samesite="Strict")
    elif name in request.COOKIES:
        response.delete_cookie(name, path=path, samesite="Strict")


class Authentication(_AmongPeople, AuthenticationMiddleware):
    pass


class Messages(_AmongPeople, MessageMiddleware):
    pass


class Csrf(_AmongPeople, CsrfViewMiddleware):
    """Public forms carry no cookie to misuse; they refuse other sites' posts by Sec-Fetch-Site."""

    def process_view(self, request: HttpRequest, *view: Any) -> Any:
        if request.path_info.startswith(PATHS):
            return super().process_view(request, *view)
        return None


class People:
    """allauth's middleware, asleep where the others are; it is a function, so nothing can be mixed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._asleep, self._awake = get_response, AccountMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer: HttpResponseBase = self._of(request)(request)
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not request.path_info.startswith(PATHS):
            return None
        answer: HttpResponse | None = self._awake.process_exception(request, error)
        return answer

    def _of(self, request: HttpRequest) -> Callable[[HttpRequest], Any]:
        return self._awake if request.path_info.startswith(PATHS) else self._asleep
