"""A name for each request, in every line of the log it causes and in the head of its answer.

A proxy of ours may have given it one (`X-Request-ID`), so that its lines and ours are found together.
"""

import os
import re
from contextvars import ContextVar
from typing import Any

from django.conf import settings

HEADER = "X-Request-ID"
# Hex digits and dashes, as nginx, Envoy and others make them: no token of ours and no word has that shape.
_SAFE = re.compile(r"[0-9A-Fa-f-]{16,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """Of the request this thread is answering; "" outside of one."""
    return _current.get()


def begin(head: dict[str, Any]) -> str:
    """Name the request that begins on this thread; *head* is its WSGI environment."""
    told = head.get("HTTP_X_REQUEST_ID")
    name = told if told and _came_by_our_proxies(head) and _SAFE.fullmatch(told) else os.urandom(8).hex()
    _current.set(name)
    return name


def end() -> None:
    """The thread goes on to somebody else's request."""
    _current.set("")


def _came_by_our_proxies(head: dict[str, Any]) -> bool:
    """Whether the head passed through as many hands as are ours (onetimeshare/addresses.py)."""
    hops = settings.TRUSTED_PROXY_COUNT
    told = head.get("HTTP_X_FORWARDED_FOR", "")
    return bool(hops and told) and told.count(",") + 1 >= hops
