"""Sealed bytes on their way out: the kernel sends a file by itself, and no thread waits for a slow reader.

gunicorn would write them, in the thread that has made the answer, for as long as the reader wants. So it
writes the headers only; the bytes go past it, and a connection that makes us wait is taken from it.
"""

import os
import select
import socket
import threading
import time
from collections.abc import Generator, Iterator
from typing import BinaryIO

from django.conf import settings
from django.http import HttpRequest

from onetimeshare.watched import LAST_ANSWER
from shares.errors import StoreAway
from shares.lines import broken_off
from shares.services import fetch
from shares.slowreaders import Reader, Source, slow_readers

# How long an answer may wait for its reader in all; what is taken earns more, so that a fast one never waits
# too long.
WAIT_SECONDS = 0.2
FAST_BYTES_A_SECOND = 64 * 1024**2

# Threads that wait so; when hundreds of slow readers come at once, nobody queues behind their 0.2 s.
_waiting = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 4))


def sealed(request: HttpRequest, found: fetch.Fetch, start: int, stop: int) -> Iterator[bytes]:
    """What the server is to iterate over: bytes *start* to *stop* of the blob, while the lease is open."""
    line = request.META.get("gunicorn.socket")
    # A test's client, or a server of another kind, or one that encrypts: bytes go through its own writes.
    if type(line) is not socket.socket:
        return fetch.sealed_bytes(found, start, stop)
    # Once all has gone out we close the line, and a proxy that would send its next request then has lost it.
    request.META[LAST_ANSWER]()
    file = fetch.sealed_file(found)
    source: Source = _File(file, start, stop) if file else _Blocks(fetch.unwatched_bytes(found, start, stop))
    return _past_the_server(line, source, found.lease_id)


class _File:
    is_file = True

    def __init__(self, file: BinaryIO, start: int, stop: int) -> None:
        self._file, self._at, self._stop = file, start, stop

    def send(self, line: socket.socket) -> int:
        if self._at == self._stop:
            return 0
        wanted = min(self._stop - self._at, fetch.AT_ONCE_BYTES)
        sent = os.sendfile(line.fileno(), self._file.fileno(), self._at, wanted)
        if not sent:
            raise StoreAway("The blob is shorter than its share says.")
        self._at += sent
        return sent

    def close(self) -> None:
        self._file.close()


class _Blocks:
    is_file = False

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._rest = blocks, memoryview(b"")

    def send(self, line: socket.socket) -> int:
        if not self._rest:
            self._rest = memoryview(next(self._blocks, b""))
        if not self._rest:
            return 0
        sent = line.send(self._rest)
        self._rest = self._rest[sent:]
        return sent

    def close(self) -> None:
        if isinstance(self._blocks, Generator):
            self._blocks.close()


def _past_the_server(line: socket.socket, source: Source, lease_id: int) -> Iterator[bytes]:
    """Yield nothing at all, once: the server writes the headers. What follows is written here.

    Raises LeaseOver and StoreAway, and OSError where the reader has gone: the answer breaks off.
    """
    yield b""
    begun_at, patience, sent_bytes = time.monotonic(), WAIT_SECONDS, 0
    watch = fetch.Watch(lease_id)
    line.setblocking(False)
    try:
        while True:
            try:
                sent = source.send(line)
            except BlockingIOError:
                if patience <= 0:
                    _hand_over(Reader(_taken_from_the_server(line), source, lease_id, begun_at, sent_bytes))
                    return
                patience -= _wait(line, patience)
            else:
                if not sent:
                    break
                sent_bytes += sent
                patience = min(WAIT_SECONDS, patience + sent / FAST_BYTES_A_SECOND)
                watch.went_out(sent)
    except BaseException:
        source.close()
        raise
    finally:
        line.setblocking(True)
    source.close()


def _hand_over(reader: Reader) -> None:
    try:
        slow_readers.take(reader)
    except RuntimeError as error:  # no thread is left
        reader.close()
        raise broken_off() from error


def _wait(line: socket.socket, most_seconds: float) -> float:
    """Until *line* takes more; how long that was, in seconds. Where many wait already: as if it were over."""
    if not _waiting.acquire(blocking=False):
        return most_seconds
    try:
        begun = time.monotonic()
        poll = select.poll()
        poll.register(line, select.POLLOUT)
        poll.poll(most_seconds * 1000)
        return time.monotonic() - begun
    finally:
        _waiting.release()


def _taken_from_the_server(line: socket.socket) -> socket.socket:
    """The connection, for us alone. What the server holds becomes another one, whose far end is closed.

    Its `line` stays open under the same number, so all that it still does with it, closing too, harms nobody.
    """
    try:
        ours = line.dup()
        here, far = socket.socketpair()
        with here, far:
            os.dup2(here.fileno(), line.fileno(), inheritable=False)
    except OSError as error:  # no file is left to open
        raise broken_off() from error
    return ours
