"""What may be written to a log: the route that was asked, never the path; and of databases no values.

A path can hold a file's name (`PUT /salaries.xlsx`), and Django's own loggers write paths. What Postgres
refuses it repeats, the whole row (`DETAIL: Failing row contains …`) and the statement with its values.
"""

import logging
import traceback
from collections.abc import Iterator

import psycopg
from django.db import DataError, Error
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


class NoValues(logging.Filter):
    """Leaves only the first line of what a database said, in messages and in tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        named = record.args if isinstance(record.args, tuple) else ()
        errors = [each for each in (record.msg, *named) if isinstance(each, BaseException)]
        if errors:
            record.msg, record.args = _without_values(record.getMessage(), errors), ()
        if record.exc_info and record.exc_info[1]:
            told = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
            record.exc_text = _without_values(told, [record.exc_info[1]])
        return True


def _without_values(text: str, errors: list[BaseException]) -> str:
    for error in (each for first in errors for each in _chain(first)):
        if isinstance(error, (Error, psycopg.Error)) and (said := str(error)):
            text = text.replace(said, _kept(error, said))
    return text


def _kept(error: BaseException, said: str) -> str:
    """Which constraint, which table; of a value that is none of its type not even that line."""
    is_value = isinstance(error, (DataError, psycopg.DataError))
    return "(a value)" if is_value else said.partition("\n")[0]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        if (one := waiting.pop()) is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [one.__cause__, one.__context__]


def route_of(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "(no route)"


CONFIG = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {
        "routes": {"()": "onetimeshare.logs.RoutesOnly"},
        "values": {"()": "onetimeshare.logs.NoValues"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["routes", "values"]},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # A refusal is the product at work, not something to be woken for.
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "onetimeshare": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "shares": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
