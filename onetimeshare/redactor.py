"""What of a message or a fault may stand in a log: what our code says, and never what it was given.

The message of an exception repeats values (`invalid literal for int(): 'hunter2'`), and Postgres repeats
whole rows. Of a fault its kinds and our own lines of code are told, and its words only where they are about
code. The patterns below are the last net, for words that somebody wrote into a message all the same.
"""

import re
import traceback
from collections.abc import Iterator

import psycopg
from django.core.exceptions import AppRegistryNotReady, ImproperlyConfigured
from django.core.management.base import SystemCheckError
from django.db import DataError, Error
from django.template import TemplateDoesNotExist

REMOVED = "[removed]"
# Their words name types, attributes, modules, settings and templates: things of ours.
_ABOUT_CODE = (
    ArithmeticError,
    AttributeError,
    ImportError,
    MemoryError,
    NameError,
    NotImplementedError,
    RecursionError,
    TypeError,
    AppRegistryNotReady,
    ImproperlyConfigured,
    SystemCheckError,
    TemplateDoesNotExist,
)
_NAMES = r"(?:[\w-]*[_-])?(?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key|session(?:id)?|csrf\w*|link)"
_PATTERNS = (
    # A header to its end: a cookie line holds several.
    (
        re.compile(r"(?i)\b((?:proxy-)?authorization|(?:set-)?cookie)(['\"]?\s*[:=]\s*)[^\n]+"),
        rf"\1\2{REMOVED}",
    ),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w+/=.~-]+"), rf"\1 {REMOVED}"),
    (re.compile(rf"(?i)\b({_NAMES})(['\"]?\s*[:=]\s*)(['\"]?)[^\s'\",;&]+"), rf"\1\2\3{REMOVED}"),
    # user:password@host, and whatever a link carries behind "#".
    (re.compile(r"(//)[^\s/@]+@"), rf"\1{REMOVED}@"),
    (re.compile(r"#[A-Za-z0-9_-]{16,}"), f"#{REMOVED}"),
    # The path of a share, the query of anything.
    (re.compile(r"/(s|m|report|api/v1/shares|api/v1/own)/[^\s'\"?#<]+"), rf"/\1/{REMOVED}"),
    (re.compile(r"(/[^\s'\"?]*)\?[^\s'\"]+"), rf"\1?{REMOVED}"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), REMOVED),
)


def scrubbed(text: str) -> str:
    """*text* without what looks like a secret, a share's path, a query or somebody's address."""
    for pattern, kept in _PATTERNS:
        text = pattern.sub(kept, text)
    return text


def kind_of(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def told(error: BaseException) -> str:
    """What of its words may be said; "" where nothing may."""
    if isinstance(error, DataError | psycopg.DataError):
        return "(a value)"
    if isinstance(error, Error | psycopg.Error):
        # Which constraint, which table; the row follows in the lines below.
        return str(error).partition("\n")[0]
    if isinstance(error, OSError):
        return error.strerror or ""
    return str(error) if isinstance(error, _ABOUT_CODE) else ""


def named(error: BaseException) -> str:
    said = scrubbed(told(error))
    return f"{kind_of(error)}: {said}" if said else kind_of(error)


def fault(error: BaseException) -> str:
    """The whole of it as a traceback is written, the first cause first."""
    return "\n".join(_told_chain(error))


def _told_chain(error: BaseException) -> Iterator[str]:
    chain, seen = [error], {id(error)}
    while (earlier := _earlier(chain[-1])) is not None and id(earlier) not in seen:
        seen.add(id(earlier))
        chain.append(earlier)
    for each in reversed(chain):
        frames = "".join(traceback.format_tb(each.__traceback__))
        yield f"Traceback (most recent call last):\n{frames}{named(each)}"
        if each is not error:
            yield "\nafter which:\n"


def _earlier(error: BaseException) -> BaseException | None:
    if error.__cause__ is not None:
        return error.__cause__
    return None if error.__suppress_context__ else error.__context__
