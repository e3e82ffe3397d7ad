"""Connections whose readers are slow: one thread of the process serves them all, as fast as each can read.

So a slow reader costs two open files and no thread, whether a proxy stands before us or not. Where more come
than there is room for, the slowest gives way: its claimant resumes, and then others are the slowest.
"""

import logging
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from onetimeshare import metrics
from shares.errors import ShareError
from shares.services import fetch

log = logging.getLogger("shares")

# Each holds a connection and a file; the others hold up to 1 MiB of a blob that is no file here.
MOST_FILES, MOST_STREAMS = 256, 64
# A line that takes nothing for so long has nobody at its end.
STILL_SECONDS = 300.0
TURN_SECONDS = 0.05


class Source(Protocol):
    """Bytes on their way out."""

    is_file: bool

    def send(self, line: socket.socket) -> int:
        """What *line* took now; 0 once all is sent. Raises BlockingIOError where it takes nothing yet."""
        ...

    def close(self) -> None: ...


@dataclass(eq=False)
class Reader:
    """One answer under a lease, and the connection it goes over, which is ours alone."""

    line: socket.socket
    source: Source
    lease_id: int
    begun_at: float
    sent_bytes: int
    moved_at: float = field(default_factory=time.monotonic)
    since_look_bytes: int = 0

    def pace(self, now: float) -> float:
        """Bytes a second, since the answer began."""
        return self.sent_bytes / max(now - self.begun_at, 0.001)

    def close(self) -> None:
        try:
            self.source.close()
        except Exception:  # of one reader; the thread goes on with all others
            log.exception("a blob was not closed")
        with suppress(OSError):  # unread bytes of theirs would make the kernel throw ours away
            self.line.recv(64 * 1024)
        self.line.close()


class SlowReaders:
    """All slow readers of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._coming: list[Reader] = []
        self._thread: threading.Thread | None = None

    def take(self, reader: Reader) -> None:
        """From now on *reader* is served here, and closed when it has all, or its lease is over.

        Raises RuntimeError where no thread can be had: then it is still the caller's.
        """
        reader.line.setblocking(False)
        with self._lock:
            if self._thread is None:
                thread = threading.Thread(target=self._serve, name="slow readers", daemon=True)
                thread.start()
                self._thread = thread
            self._coming.append(reader)

    def finish(self, seconds: float) -> None:
        """The process ends: wait so long for those who are still here."""
        if thread := self._thread:
            thread.join(seconds)

    def _serve(self) -> None:
        here: list[Reader] = []
        try:
            with selectors.DefaultSelector() as ready:
                try:
                    self._serve_all(ready)
                finally:
                    here = list(_all_in(ready))
        except Exception:
            # A fault of ours, or no file is left to open: whoever comes next gets another thread.
            log.exception("slow readers were let go")
            with self._lock:
                here += self._coming
                self._coming, self._thread = [], None
            for reader in here:
                reader.close()

    def _serve_all(self, ready: selectors.BaseSelector) -> None:
        watch = _Watch()
        while self._let_in(ready):
            for key, _ in ready.select(TURN_SECONDS):
                if not _passes_on(key.data):
                    _let_go(ready, key.data)
            for reader in watch.ended(_all_in(ready)):
                _let_go(ready, reader)

    def _let_in(self, ready: selectors.BaseSelector) -> bool:
        """Whether anybody is here. Under the lock, so that nobody comes to a thread that has just left."""
        with self._lock:
            for reader in self._coming:
                here = list(_all_in(ready))
                if len(here) >= (MOST_FILES if reader.source.is_file else MOST_STREAMS):
                    now = time.monotonic()
                    _let_go(ready, min(here, key=lambda each: each.pace(now)))
                ready.register(reader.line, selectors.EVENT_WRITE, reader)
            self._coming.clear()
            if ready.get_map():
                return True
            self._thread = None
            return False


class _Watch:
    """Of the leases under which bytes flow: one statement for all of them."""

    def __init__(self) -> None:
        self._looked_at = self._extended_at = time.monotonic()

    def ended(self, readers: Iterator[Reader]) -> list[Reader]:
        """Who may go on no longer: within 8 MiB or 5 s after the lease's end, or after long silence."""
        now, here = time.monotonic(), list(readers)
        most = max((reader.since_look_bytes for reader in here), default=0)
        if not fetch.look_is_due(most, now - self._looked_at):
            return []
        self._looked_at = now
        try:
            is_due = now - self._extended_at >= fetch.EXTEND_SECONDS
            still_open = fetch.still_open({reader.lease_id for reader in here}, extend=is_due)
        except Exception:
            # Nobody can say whether a lease was revoked: all break off, and resume once Postgres is there.
            log.warning("answers were broken off: leases cannot be looked at", exc_info=True)
            return here
        if is_due:
            self._extended_at = now
        for reader in here:
            reader.since_look_bytes = 0
        return [
            reader
            for reader in here
            if reader.lease_id not in still_open or now - reader.moved_at > STILL_SECONDS
        ]


def _all_in(ready: selectors.BaseSelector) -> Iterator[Reader]:
    return (key.data for key in ready.get_map().values())


def _let_go(ready: selectors.BaseSelector, reader: Reader) -> None:
    ready.unregister(reader.line)
    reader.close()


def _passes_on(reader: Reader) -> bool:
    """Give *reader* what it takes now. False: it has all, or is gone, or the blob is."""
    try:
        sent = reader.source.send(reader.line)
    except BlockingIOError:
        return True
    except OSError:
        return False
    except ShareError as error:
        log.warning("an answer was broken off: %s", error.code)
        return False
    except Exception:
        log.exception("an answer was broken off")
        return False
    metrics.went_out(sent)
    reader.sent_bytes += sent
    reader.since_look_bytes += sent
    reader.moved_at = time.monotonic()
    return sent > 0


slow_readers = SlowReaders()
