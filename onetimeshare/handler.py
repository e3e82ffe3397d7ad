"""Django's WSGI entrance, for requests whose Content-Type nobody can read.

Django reads that header while it makes the request, before any of our code: what Python's mail parser
chokes on (`charset*=nope''x`) ended in a bare 500.
"""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest


class Request(WSGIRequest):
    is_readable = True

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]
        except Exception:  # ValueError, LookupError, TypeError: the parser has several ways to fail
            self.content_type, self.content_params = "", {}
            self.is_readable = False  # `middleware.Refusals` answers it


class Handler(WSGIHandler):
    request_class = Request
