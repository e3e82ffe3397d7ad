"""What is written to a log: the route that was asked, never the path, and of faults no values.

A path can hold a file's name (`PUT /salaries.xlsx`), and Django's own loggers write paths. Filters make a
record harmless before anything is written of it (onetimeshare/redactor.py), so no formatter can tell more. As
JSON a line has the keys below and no others: whatever somebody adds to a record stays out.
"""

import json
import logging
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from django.http import HttpRequest
from structlog.processors import JSONRenderer
from structlog.stdlib import ProcessorFormatter
from structlog.types import EventDict

from onetimeshare import env, redactor
from onetimeshare.requestid import current

KEYS = ("time", "level", "logger", "event", "request_id", "method", "route", "status", "exception")
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_CONTROLS = {n: f"\\x{n:02x}" for n in (*range(32), *range(127, 160))}


class RoutesOnly(logging.Filter):
    """Rewrites Django's request records: the method, the route and the status stay, the rest goes."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        is_refusal = record.name.startswith("django.security")
        if isinstance(request, HttpRequest):
            method = request.method if request.method in METHODS else "(another method)"
            asked = {"method": method, "route": route_of(request)}
            asked["status"] = getattr(record, "status_code", "-")
            record.msg, record.args = " ".join(map(str, asked.values())), ()
            record.asked = asked
            record.request = None
        elif is_refusal:
            record.msg, record.args = "a request was refused by its headers", ()
        if is_refusal:
            # A traceback would repeat what was refused, and let anybody fill the log.
            record.exc_info = record.exc_text = None
        return True


class NoValues(logging.Filter):
    """Leaves of messages and faults what may be told; what comes afterwards finds nothing else."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redactor.scrubbed(_message(record)), ()
        # By two names: structlog's formatter empties the first before it asks us.
        if record.exc_info and record.exc_info[1]:
            record.exc_text = record.fault = redactor.fault(record.exc_info[1])
        elif not hasattr(record, "fault"):
            record.exc_text = None
        record.exc_info = record.stack_info = None
        return True


def _message(record: logging.LogRecord) -> str:
    """Never raises: a filter that did would break whoever only wanted to say something."""
    try:
        if isinstance(record.msg, BaseException):
            return redactor.named(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_argument(each) for each in record.args)
        return record.getMessage()
    except Exception as error:  # a message and its arguments that do not fit, a text that cannot be made
        return f"a line could not be written: {redactor.kind_of(error)}"


def _argument(value: object) -> object:
    return redactor.named(value) if isinstance(value, BaseException) else value


def route_of(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "(no route)"


# --- how a line is written ------------------------------------------------------------------------------


def is_json() -> bool:
    """LOG_FORMAT, or else what suits the place: people read development's, programs production's."""
    chosen = env.one_of("LOG_FORMAT", ("auto", "text", "json"))
    if chosen == "auto":
        return env.one_of("MODE", ("production", "development")) == "production"
    return chosen == "json"


def formatter(as_json: bool | None = None) -> logging.Formatter:
    """For a handler behind the filters above. None: as the environment says."""
    shape = JSONRenderer(_dumps) if (is_json() if as_json is None else as_json) else _as_text
    return ProcessorFormatter(processors=[_keys, shape])


def _keys(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """The keys of a line, in their order; those without a value are left out."""
    record: logging.LogRecord = event["_record"]
    line: dict[str, object] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": record.msg,
        "request_id": current(),
        **getattr(record, "asked", {}),
        "exception": getattr(record, "fault", ""),
    }
    return {key: line[key] for key in KEYS if line.get(key)}


def _dumps(line: EventDict, **_: object) -> str:
    return json.dumps(line, default=str)


def _as_text(_logger: Any, _method: str, line: EventDict) -> str:
    # Nobody begins a line of their own with a line break in what they sent.
    event = str(line["event"]).translate(_CONTROLS)
    request_id = f" [{line['request_id']}]" if "request_id" in line else ""
    fault = f"\n{line['exception']}" if "exception" in line else ""
    return f"{line['time']} {line['level'].upper()} {line['logger']}: {event}{request_id}{fault}"


def dress(handler: logging.Handler) -> None:
    """Make somebody else's handler (gunicorn's) one of ours."""
    handler.setFormatter(formatter())
    for each in (RoutesOnly, NoValues):
        if not any(isinstance(there, each) for there in handler.filters):
            handler.addFilter(each())


def watch_faults() -> None:
    """What nobody caught ends in the log as well, instead of a bare traceback with its values on stderr."""
    log = logging.getLogger("onetimeshare")

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            log.critical("a process ends by a fault", exc_info=(kind, error, trace))

    def tell_of_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
            log.critical("a thread ends by a fault", exc_info=args.exc_value)

    sys.excepthook, threading.excepthook = tell, tell_of_thread


CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "onetimeshare.logs.formatter"}},
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
