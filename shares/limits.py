"""How often one network may ask, checked before a byte of the body is read.

Windows are django-ratelimit's, in Redis. With Redis away, what only looks or claims stays open (the
five attempts are counted in Postgres), and what creates or logs in falls back to a small cap in
each process (docs/operations.md, "Redis away").
"""

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django_ratelimit.core import get_usage

from shares.errors import CrossSite, LengthMissing, TooLarge, TooMany
from shares.redis_line import RedisAway, redis_line

View = TypeVar("View", bound=Callable[..., Any])
CAP_A_MINUTE = 30
# The create call: two fields of at most 64 KiB in base64, and a few short ones.
MAX_JSON_BYTES = 256 * 1024
_CLOSED_WITHOUT_REDIS = ("create", "login")


class ProcessCap:
    """At most so many a minute in this process, whoever asks."""

    def __init__(self, a_minute: int) -> None:
        self._a_minute, self._lock = a_minute, threading.Lock()
        self._window, self._count = 0, 0

    def admits(self) -> bool:
        with self._lock:
            window = int(time.monotonic() // 60)
            if window != self._window:
                self._window, self._count = window, 0
            self._count += 1
            return self._count <= self._a_minute


_caps = {name: ProcessCap(CAP_A_MINUTE) for name in _CLOSED_WITHOUT_REDIS}


def check(name: str, request: HttpRequest) -> None:
    """Count this request. Raises TooMany."""
    rate = getattr(settings, f"RATE_{name.upper()}")
    if not rate:
        return
    try:
        with redis_line():
            usage = get_usage(request, group=name, key="ip", rate=rate, increment=True)
    except RedisAway:
        if name in _caps and not _caps[name].admits():
            raise TooMany(seconds=60) from None
        return
    if usage and usage["should_limit"]:
        raise TooMany(seconds=max(1, usage["time_left"]))


def limited(name: str, method: str = "") -> Callable[[View], View]:
    """Decorates a view: RATE_{name} applies, to one *method* only if it is given."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not method or request.method == method:
                check(name, request)
            return view(request, *args, **kwargs)

        return inner  # type: ignore[return-value]

    return decorate


def json_body(view: View) -> View:
    """Decorates an API view: a body of stated, small length. Raises LengthMissing, TooLarge."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        refuse_large_body(request, MAX_JSON_BYTES)
        return view(request, *args, **kwargs)

    return inner  # type: ignore[return-value]


def refuse_large_body(request: HttpRequest, max_bytes: int) -> int:
    """The stated length. Raises LengthMissing for a chunked body, TooLarge before a byte is read."""
    stated = request.META.get("CONTENT_LENGTH") or ""
    if not stated.isdecimal():
        if request.META.get("HTTP_TRANSFER_ENCODING"):
            raise LengthMissing
        return 0
    if int(stated) > max_bytes:
        raise TooLarge(max_bytes)
    return int(stated)


def same_site_only(view: View) -> View:
    """Decorates a public form: no cookie protects it and none is needed, but other sites stay out."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
            raise CrossSite
        return view(request, *args, **kwargs)

    return inner  # type: ignore[return-value]
