"""What every answer carries, what every failure becomes, and where cookies may live."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    UnreadablePostError,
)
from django.middleware.csrf import CsrfViewMiddleware

from onetimeshare.postgres import renew_pool
from shares.errors import DatabaseAway, Malformed, MethodWrong, ShareError, TooLarge
from shares.responses import refuse

GetResponse = Callable[[HttpRequest], HttpResponseBase]
STAFF_PATH = "/admin/"
# Balancers ask these by address.
ANY_HOST = ("/healthz", "/readyz")

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# The admin's jQuery breaks under Trusted Types; everything else lives with them.
STAFF_CSP = _CSP
PUBLIC_CSP = _CSP + "; require-trusted-types-for 'script'; trusted-types onetimeshare"


class Headers:
    """The strict headers, on every answer whatever its status."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.always = {
            "X-Content-Type-Options": "nosniff",
            # no-referrer would make browsers send "Origin: null", which Django's CSRF check refuses;
            # no secret is ever in a path, and a referrer never carries the fragment.
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Frame-Options": "DENY",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
        }
        if settings.HSTS_SECONDS:
            self.always["Strict-Transport-Security"] = f"max-age={settings.HSTS_SECONDS}; includeSubDomains"

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in self.always.items():
            response[name] = value
        if "Content-Security-Policy" not in response:
            staff = request.path_info.startswith(STAFF_PATH)
            response["Content-Security-Policy"] = STAFF_CSP if staff else PUBLIC_CSP
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return _without_body(response) if request.method == "HEAD" else response


def _without_body(response: HttpResponseBase) -> HttpResponseBase:
    """gunicorn drops the body that HEAD must not have, with a line in the log that anybody could ask for."""
    if isinstance(response, HttpResponse):
        response["Content-Length"] = str(len(response.content))
        response.content = b""
    return response


def _names_us(request: HttpRequest) -> bool:
    """Whether the Host header is one of ours: a page of another name, pointed here, gets nothing."""
    try:
        return bool(request.get_host())
    except DisallowedHost:
        return False


class Refusals:
    """Refusals and a missing Postgres become answers, in the form the caller reads."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in ANY_HOST and not _names_us(request):
            return refuse(request, Malformed("This server has another name."))
        if request.encoding and not _decodes(request.encoding):
            return refuse(request, Malformed("No text can be in this charset."))
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        # Django and the API's library answer with nothing to read.
        refusal = refuse(request, MethodWrong())
        refusal["Allow"] = response["Allow"]
        return refusal

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, ShareError):
            return refuse(request, error)
        if isinstance(error, OperationalError | InterfaceError):
            renew_pool()
            return refuse(request, DatabaseAway())
        if isinstance(error, RequestDataTooBig):
            return refuse(request, TooLarge(settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
        if isinstance(error, UnreadablePostError):
            return refuse(request, Malformed("The body broke off."))
        return None


def _decodes(charset: str) -> bool:
    """Whether Django could read a form in it: some codecs (idna, rot13) are no charsets."""
    try:
        b"text".decode(charset, "replace")
    except (LookupError, ValueError):
        return False
    return True


class _StaffOnly:
    """Mixed into a stock middleware: asleep everywhere but under the staff's path."""

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(STAFF_PATH):
            return super().__call__(request)  # type: ignore[misc]
        return self.get_response(request)  # type: ignore[attr-defined]


class StaffSessions(_StaffOnly, SessionMiddleware):
    pass


class StaffAuthentication(_StaffOnly, AuthenticationMiddleware):
    pass


class StaffMessages(_StaffOnly, MessageMiddleware):
    pass


class StaffCsrf(_StaffOnly, CsrfViewMiddleware):
    """Public forms carry no cookie to misuse; they refuse other sites' posts by Sec-Fetch-Site."""

    def process_view(self, request: HttpRequest, *view: Any) -> Any:
        if request.path_info.startswith(STAFF_PATH):
            return super().process_view(request, *view)
        return None
