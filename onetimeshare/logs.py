"""What may be written to a log: the route that was asked, never the path.

A path can hold a file's name (`PUT /salaries.xlsx`), and Django's own loggers write paths.
"""

import logging

from django.http import HttpRequest


class RoutesOnly(logging.Filter):
    """Rewrites Django's request records: the method, the route and the status stay, the rest goes."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        is_refusal = record.name.startswith("django.security")
        if isinstance(request, HttpRequest):
            status = getattr(record, "status_code", "-")
            record.msg = f"{request.method} {route_of(request)} {status}"
            record.args = ()
            record.request = None
        elif is_refusal:
            record.msg, record.args = "a request was refused by its headers", ()
        if is_refusal:
            # A traceback would repeat what was refused, and let anybody fill the log.
            record.exc_info = record.exc_text = None
        return True


def route_of(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "(no route)"
