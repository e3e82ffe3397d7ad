"""Many visitors whose lines carry one byte in ten seconds, each with a socket of their own."""

import os
import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from urllib.parse import urlsplit

from tests.faults import client
from tests.faults.client import claim, leave, send
from tests.faults.envelopes import seal

DRIP_SECONDS = 10.0
WINDOW_BYTES = 2048  # what their side holds of an answer that they do not read


class SlowLines:
    """*count* connections to *url*: each says something, then a byte now and then, and reads so.

    begins: what the n-th line says. drip: what follows, byte by byte; b"" sends nothing more.
    """

    def __init__(self, url: str, count: int, begins: Callable[[int], bytes], drip: bytes = b"x") -> None:
        place = urlsplit(url)
        self._place = (str(place.hostname), int(place.port or 80))
        self._count, self._begins, self._drip = count, begins, drip
        self._lines: list[socket.socket] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "SlowLines":
        for n in range(self._count):
            line = socket.socket()
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW_BYTES)
            line.settimeout(5)
            with suppress(OSError):
                line.connect(self._place)
                line.sendall(self._begins(n))
            self._lines.append(line)
        self._thread.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._done.set()
        self._thread.join()
        for line in self._lines:
            line.close()

    def _run(self) -> None:
        while not self._done.wait(DRIP_SECONDS):
            for line in self._lines:
                line.setblocking(False)
                with suppress(OSError):
                    line.recv(1)
                with suppress(OSError):
                    line.send(self._drip)

    def answered(self, seconds: float) -> dict[int, bytes]:
        """What came on lines that were answered or ended within so long, by their number."""
        found: dict[int, bytes] = {}
        with selectors.DefaultSelector() as waiting:
            for n, line in enumerate(self._lines):
                waiting.register(line, selectors.EVENT_READ, n)
            until = time.monotonic() + seconds
            while waiting.get_map() and (left := until - time.monotonic()) > 0:
                for key, _ in waiting.select(left):
                    waiting.unregister(key.fileobj)
                    found[key.data] = self._taste(self._lines[key.data])
        return found

    @staticmethod
    def _taste(line: socket.socket) -> bytes:
        try:
            return line.recv(1024)
        except OSError:
            return b""


def seconds_of_a_claim(url: str) -> float:
    """A small share is left and claimed; how long both took, or for ever where nobody answered."""
    envelope = seal(b"quick")
    begun = time.monotonic()
    try:
        leave(url, envelope)
        assert send(url, claim(envelope, os.urandom(32))).status == 200
    except client.LineBroke:
        return float("inf")
    return time.monotonic() - begun
