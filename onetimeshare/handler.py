"""Django's WSGI entrance: for a site below a path, and for headers that nobody can read.

Django reads Content-Type while it makes the request, before any of our code, and those of a form's parts when
somebody asks for its fields: what Python's mail parser chokes on (`charset*=nope''x`) ended in a bare 500.
"""

from collections.abc import Callable, Mapping
from traceback import walk_tb
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpResponseBase
from django.http.multipartparser import MultiPartParserError

# Balancers, a container's healthcheck and Prometheus ask for these at the server itself.
OF_THE_SERVER = ("/healthz", "/readyz", "/metrics")
OUTSIDE = "onetimeshare.outside"


class Request(WSGIRequest):
    is_readable = True

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]
        except Exception:  # ValueError, LookupError, TypeError: the parser has several ways to fail
            self.content_type, self.content_params = "", {}
            self.is_readable = False  # `middleware.Refusals` answers it

    def parse_file_upload(self, META: Mapping[str, Any], post_data: Any) -> Any:
        try:
            return super().parse_file_upload(META, post_data)
        except TypeError as error:
            if not _is_of_mail_parser(error):
                raise
            # `name*0=a; name*=b` in a part's header: Django looks out for ValueError only.
            raise MultiPartParserError("A part's header cannot be read.") from error


def _is_of_mail_parser(error: BaseException) -> bool:
    *_, (frame, _line) = walk_tb(error.__traceback__)
    return str(frame.f_globals.get("__name__", "")).startswith("email.")


class Handler(WSGIHandler):
    request_class = Request

    def __call__(self, asked: dict[str, Any], start_response: Callable[..., Any]) -> HttpResponseBase:
        _take_off_our_path(asked)
        return super().__call__(asked, start_response)


def _take_off_our_path(asked: dict[str, Any]) -> None:
    """From the request's path to WSGI's SCRIPT_NAME and PATH_INFO, as the proxy passed it on: whole.

    asked: WSGI's environ. What lies outside of our path is marked, and `middleware.Refusals` answers it: a
    PUT there is no file's name.
    """
    ours, path = settings.PUBLIC_PATH, asked.get("PATH_INFO", "")
    if not ours or asked.get("SCRIPT_NAME") == ours or path in OF_THE_SERVER:
        return
    if path.startswith(f"{ours}/"):
        asked["SCRIPT_NAME"], asked["PATH_INFO"] = ours, path[len(ours) :]
    else:
        asked[OUTSIDE] = path or "/"
