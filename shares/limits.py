"""How often one network may ask, checked before a byte of the body is read, and told in every answer.

Windows are django-ratelimit's, in Redis. With Redis away, what only looks or claims stays open (the
five attempts are counted in Postgres), and what creates or logs in falls back to a small cap in
each process (docs/operations.md, "Redis away").
"""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
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
_CLOSED_WITHOUT_REDIS = ("create", "login", "report")
_RATE = re.compile(r"(\d+)/(\d*)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class Quota:
    """What one network may still ask of one kind, after the request that was just counted."""

    name: str
    limit: int
    window_seconds: int
    left: int
    reset_seconds: int

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers writes it since its eighth version."""
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.limit};w={self.window_seconds}',
            "RateLimit": f'"{self.name}";r={self.left};t={self.reset_seconds}',
        }


class ProcessCap:
    """At most so many in this process, whoever asks, in the minute that the first of them begins."""

    def __init__(self, a_minute: int) -> None:
        self._a_minute, self._lock = a_minute, threading.Lock()
        self._ends, self._count = 0.0, 0

    def admits(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if now >= self._ends:
                self._ends, self._count = now + 60, 0
            self._count += 1
            return self._count <= self._a_minute


_caps = {name: ProcessCap(CAP_A_MINUTE) for name in _CLOSED_WITHOUT_REDIS}


def check(name: str, request: HttpRequest, key: str = "") -> None:
    """Count this request for its network, or for *key*, and note on it what is left. Raises TooMany."""
    rate = getattr(settings, f"RATE_{name.upper()}")
    if not rate:
        return
    try:
        with redis_line():
            usage = get_usage(
                request, group=name, key=(lambda *_: key) if key else "ip", rate=rate, increment=True
            )
    except RedisAway:
        if name in _caps and not _caps[name].admits():
            raise TooMany(seconds=60) from None
        return
    if not usage:
        return
    quota = _quota(name, rate, usage)
    request.quota = quota  # type: ignore[attr-defined]
    if usage["should_limit"]:
        raise TooMany(seconds=quota.reset_seconds)


def _quota(name: str, rate: str, usage: dict[str, int]) -> Quota:
    limit, multiple, unit = _RATE.fullmatch(rate).groups()  # type: ignore[union-attr]
    return Quota(
        name,
        limit=int(limit),
        window_seconds=int(multiple or 1) * _SECONDS[unit],
        left=0 if usage["should_limit"] else int(limit) - usage["count"],
        reset_seconds=max(1, usage["time_left"]),
    )


def headers(request: HttpRequest) -> dict[str, str]:
    """What the answer says of the limit that counted this request; nothing where none did."""
    quota: Quota | None = getattr(request, "quota", None)
    return quota.headers() if quota else {}


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


def refuse_other_sites(request: HttpRequest) -> None:
    """Raises CrossSite: a browser says that another site's page makes it ask."""
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise CrossSite


def same_site_only(view: View) -> View:
    """Decorates a public form: no cookie protects it and none is needed, but other sites stay out."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method == "POST":
            refuse_other_sites(request)
        return view(request, *args, **kwargs)

    return inner  # type: ignore[return-value]
