"""What HTTP libraries will not send or tell: raw bytes, bodies that stop half-way, answers that break off."""

import http.client
import select
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from tests.faults.client import Ask, Reply, send
from tests.faults.envelopes import b64

BOUNDARY = "line"


def open_line(url: str, seconds: float = 10) -> socket.socket:
    place = urlsplit(url)
    return socket.create_connection((place.hostname, place.port), timeout=seconds)


def talk(url: str, request: bytes, *, seconds: float = 5) -> bytes:
    """Say *request*, end our side, and give back all that comes."""
    said = b""
    with open_line(url, seconds) as line:
        try:
            line.sendall(request)
            with suppress(OSError):  # the other side may have ended it, with an answer to read
                line.shutdown(socket.SHUT_WR)
            while piece := line.recv(65536):
                said += piece
        except (TimeoutError, ConnectionError):
            return said
    return said


def say_and_watch(url: str, request: bytes) -> int:
    """The status, from one who stops sending as soon as there is an answer; curl does the same."""
    with open_line(url) as line:
        for at in range(0, len(request), 65536):
            if select.select([line], [], [], 0)[0]:
                break
            try:
                line.sendall(request[at : at + 65536])
            except ConnectionError:
                break
        try:
            return status_of(line.recv(65536))
        except ConnectionError:
            return 0


def status_of(said: bytes) -> int:
    """Of the last status line, since 100 Continue is no answer yet. 0: there was none."""
    lines = [line for line in said.split(b"\r\n") if line.startswith(b"HTTP/1.")]
    return int(lines[-1].split()[1]) if lines else 0


def head(method: str, path: str, **headers: object) -> bytes:
    """A request up to its body; `Content_Length=3` becomes a header."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def break_off(line: socket.socket) -> None:
    """Reset, as a cable that is pulled out never could and a dying process does."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def form(*files: tuple[str, bytes], **fields: str) -> tuple[bytes, str]:
    """A multipart form, and its Content-Type."""
    pieces = []
    for name, value in fields.items():
        pieces.append(_piece(f'name="{name}"', value.encode()))
    for name, data in files:
        pieces.append(_piece(f'name="file"; filename="{name}"', data))
    body = b"".join([*pieces, f"--{BOUNDARY}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={BOUNDARY}"


def _piece(words: str, data: bytes) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {words}\r\n\r\n".encode() + data + b"\r\n"


def put(name: str, data: bytes) -> Ask:
    return Ask("PUT", f"/{name}", {}, data)


def post_form(*files: tuple[str, bytes], **fields: str) -> Ask:
    body, kind = form(*files, **fields)
    return Ask("POST", "/", {"Content-Type": kind}, body)


def share_link(reply: Reply) -> str:
    """The link to send on, out of a plain answer."""
    return next(line.strip() for line in reply.body.decode().splitlines() if "/s/" in line)


def fetch_some(url: str, path: str, token: bytes, start: int) -> tuple[int, bytes]:
    """Status and what arrived of a range from *start* on, however it ended; 0: no answer."""
    line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    status, got = 0, bytearray()
    try:
        line.request("GET", path, None, {"Authorization": f"Bearer {b64(token)}", "Range": f"bytes={start}-"})
        answer = line.getresponse()
        status = answer.status
        while piece := answer.read1(65536):
            got += piece
    except (OSError, http.client.HTTPException):
        return status, bytes(got)
    finally:
        line.close()
    return status, bytes(got)


def timed(url: str, ask: Ask) -> tuple[Reply, float]:
    """The reply, and after how many seconds it came."""
    began = time.monotonic()
    reply = send(url, ask)
    return reply, time.monotonic() - began


def comes_true(seconds: float, look: Callable[[], bool]) -> bool:
    """Whether it does within so many seconds."""
    end = time.monotonic() + seconds
    while not look():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
