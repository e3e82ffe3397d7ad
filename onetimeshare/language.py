"""In which language a page speaks: what its address asks for, else the browser, else English."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from shares.responses import wants_html

GetResponse = Callable[[HttpRequest], HttpResponseBase]
# Programs read the API, and moderators' pages are the stock ones.
_ENGLISH_ONLY = ("/api/", "/admin/")


class Language:
    """For pages only: what `curl` and programs read is the same words everywhere. No cookie is used."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_spoken(request):
            with translation.override(settings.LANGUAGE_CODE):
                return self.get_response(request)
        language = chosen(request) or _preferred(request)
        with translation.override(language):
            response = self.get_response(request)
        if "text/html" in response.get("Content-Type", ""):
            response["Content-Language"] = language
            patch_vary_headers(response, ["Accept-Language"])
        return response


def is_spoken(request: HttpRequest) -> bool:
    return wants_html(request) and not request.path_info.startswith(_ENGLISH_ONLY)


def chosen(request: HttpRequest) -> str:
    """The language that the address names; empty where it names none of ours, or cannot be read."""
    try:
        asked = request.GET.get("lang", "").lower()
    except (SuspiciousOperation, ValueError, LookupError):
        return ""  # `middleware.Refusals` says so, in some language
    return asked if asked in dict(settings.LANGUAGES) else ""


def _preferred(request: HttpRequest) -> str:
    """The first of the browser's languages that we speak; any Portuguese is nearer than English."""
    for asked, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        try:
            return translation.get_supported_language_variant(asked)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
