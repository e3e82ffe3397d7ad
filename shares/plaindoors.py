"""The doors through which plaintext flows: the form, `curl -T`, and what the server opens itself.

No proxy may keep their bytes on a disk, so none stands between a slow line and our threads here. Lines that
are slow, or have much to carry, hold at most a quarter of a process' threads, and a body that hardly comes
is ended. All other doors carry sealed bytes, which a proxy takes in first and then hands on at once
(docker/nginx.conf).
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest

from shares.errors import Busy, TooSlow
from shares.lines import unreader_of

View = TypeVar("View", bound=Callable[..., Any])
LEAST_BYTES_PER_SECOND = 16 * 1024
# What fits into the buffers of any line; it needs none of the threads below, unless it is awaited for long.
SMALL_BYTES = 64 * 1024
AT_ONCE_SECONDS = 1.0

_threads = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 4))


class Hold:
    """One request's right to a thread for as long as its line wants."""

    def __init__(self) -> None:
        self._threads, self._is_ours = _threads, False

    def take(self) -> None:
        """Repeatable. Raises Busy at once: who waited here would hold a thread as well."""
        if not self._is_ours and not self._threads.acquire(blocking=False):
            raise Busy
        self._is_ours = True

    def release(self) -> None:
        if self._is_ours:
            self._is_ours = False
            self._threads.release()


def plain_door(view: View) -> View:
    """Decorates a view: what its line holds is counted, until the answer has ended.

    Raises Busy before a byte of a large body is read.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        hold = request.plain_hold = Hold()  # type: ignore[attr-defined]
        if _brings_much(request):
            hold.take()
        try:
            response = view(request, *args, **kwargs)
        except BaseException:
            hold.release()
            raise
        response._resource_closers.append(hold.release)
        return response

    return inner  # type: ignore[return-value]


def _brings_much(request: HttpRequest) -> bool:
    stated = request.META.get("CONTENT_LENGTH") or ""
    return (
        int(stated) > SMALL_BYTES if stated.isdecimal() else bool(request.META.get("HTTP_TRANSFER_ENCODING"))
    )


def room_to_send(request: HttpRequest, size_bytes: Callable[[], int]) -> None:
    """Before a share is taken, to be sent. Raises Busy where there is no thread for a large one.

    size_bytes: asked only where no thread is free, so that small ones go on.
    """
    hold: Hold = request.plain_hold  # type: ignore[attr-defined]
    try:
        hold.take()
    except Busy:
        if size_bytes() > SMALL_BYTES:
            raise


@contextmanager
def paced(request: HttpRequest) -> Iterator[None]:
    """While the body is read inside: raises TooSlow below 16 KiB a second, over 30 s of waiting.

    Raises Busy where it has to be awaited and no thread is free for that.
    """
    unreader = unreader_of(request.META.get("wsgi.input"))
    if unreader is None:  # not gunicorn: a test's client, or a server that bounds its lines itself
        yield
        return
    line = unreader.sock
    unreader.sock = _Paced(line, getattr(request, "plain_hold", None))
    try:
        yield
    finally:
        unreader.sock = line
        with suppress(OSError):  # closed meanwhile
            line.settimeout(None)


class _Paced:
    """A socket that gives up on a sender who hardly sends. Our own work between two reads costs nobody."""

    def __init__(self, line: socket.socket, hold: Hold | None) -> None:
        self._line, self._hold = line, hold
        self._waited, self._came, self._is_awaited = 0.0, 0, False

    def recv(self, size: int) -> bytes:
        while (data := self._wait(size)) is None:
            pass
        return data

    def _wait(self, size: int) -> bytes | None:
        """Up to *size* bytes; None where it is time to look at the clock."""
        begun = time.monotonic()
        window = settings.SLOW_WINDOW_SECONDS
        until = window if self._is_awaited else min(AT_ONCE_SECONDS, window)
        self._line.settimeout(max(0.001, until - self._waited))
        data = None
        with suppress(TimeoutError):
            data = self._line.recv(size)
        self._waited += time.monotonic() - begun
        self._came += len(data or b"")
        if self._waited >= until and not self._is_awaited:
            self._is_awaited = True
            if self._hold:
                self._hold.take()
        if self._waited >= window:
            if self._came < LEAST_BYTES_PER_SECOND * window:
                raise TooSlow
            self._waited, self._came = 0.0, 0
        return data
