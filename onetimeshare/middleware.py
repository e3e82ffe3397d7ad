"""What every answer carries, and what every failure becomes."""

import re
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponsePermanentRedirect,
    UnreadablePostError,
)
from django.utils.translation import gettext as _

from onetimeshare.cookies import STAFF_PATH
from onetimeshare.handler import OUTSIDE
from onetimeshare.postgres import renew_pool
from onetimeshare.slots import SlotTaken
from onetimeshare.strict import ALWAYS, PUBLIC_CSP, STAFF_CSP, WORKER_CSP
from shares import limits
from shares.errors import Busy, DatabaseAway, Malformed, MethodWrong, PageUnknown, ShareError, TooLarge
from shares.responses import refuse
from shares.storage.origins import store_origin

GetResponse = Callable[[HttpRequest], HttpResponseBase]
# Balancers and Prometheus ask these by address.
ANY_HOST = ("/healthz", "/readyz", "/metrics")

_WORKER = re.compile(r"/static/app/worker(\.[0-9a-f]{12})?\.js")


class Headers:
    """The strict headers, on every answer whatever its status."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.always = dict(ALWAYS)
        self.of_worker = worker_policy()
        if settings.HSTS_SECONDS:
            self.always["Strict-Transport-Security"] = f"max-age={settings.HSTS_SECONDS}; includeSubDomains"

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in (self.always | limits.headers(request)).items():
            response[name] = value
        if "Content-Security-Policy" not in response:
            response["Content-Security-Policy"] = self._policy(request.path_info, response.status_code)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return _without_body(response) if request.method == "HEAD" else response

    def _policy(self, path: str, status: int) -> str:
        """Also for 304: browsers put its headers in the place of those they kept."""
        if path.startswith(STAFF_PATH):
            return STAFF_CSP
        is_worker = _WORKER.fullmatch(path) and status in (200, 206, 304)
        return self.of_worker if is_worker else PUBLIC_CSP


def worker_policy() -> str:
    """WORKER_CSP, and the one other host, where the worker is sent to one (docs/api.md)."""
    return WORKER_CSP.replace("connect-src 'self'", f"connect-src 'self' {store_origin()}".rstrip())


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
        if outside := request.META.get(OUTSIDE):
            return _to_us() if outside == settings.PUBLIC_PATH else refuse(request, PageUnknown())
        if request.path_info not in ANY_HOST and not _names_us(request):
            return refuse(request, Malformed(_("This server has another name.")))
        if request.encoding and not _decodes(request.encoding):
            return refuse(request, Malformed(_("No text can be in this charset.")))
        if not (getattr(request, "is_readable", True) and _can_be_asked(request)):
            return refuse(request, Malformed(_("This request cannot be read.")))
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
        if isinstance(error, SlotTaken):
            return refuse(request, Busy())
        if isinstance(error, RequestDataTooBig):
            return refuse(request, TooLarge(settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
        if isinstance(error, UnreadablePostError):
            return refuse(request, Malformed("The body broke off."))
        return None


def _to_us() -> HttpResponse:
    """Our own address without its last slash."""
    return HttpResponsePermanentRedirect(f"{settings.PUBLIC_PATH}/")


def _decodes(charset: str) -> bool:
    """Whether Django could read a form in it: some codecs (idna, rot13) are no charsets."""
    try:
        b"text".decode(charset, "replace")
    except (LookupError, ValueError):
        return False
    return True


def _can_be_asked(request: HttpRequest) -> bool:
    """Whether the query string can be read: one of a thousand fields cannot."""
    try:
        return request.GET is not None
    except SuspiciousOperation:
        return False
