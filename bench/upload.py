"""Server-sealed uploads of one large file, beside an app that only writes the same bytes down."""

import os
import socket
import time
from collections.abc import Iterable
from urllib.parse import urlsplit

from bench import cpu, servers, table

MIB = 1024**2
SIZE_MIB = 200
ROUNDS = 3
PUT_BAR = 0.6
FORM_BAR = 0.4
BOUNDARY = b"----bench-boundary"
FORM_HEAD = (
    b"--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n"
)
FORM_TAIL = b"\r\n--" + BOUNDARY + b"--\r\n"


def run(place: servers.Place, rounds: int = ROUNDS, size_mib: int = SIZE_MIB) -> bool:
    """Interleaved rounds, medians; True when both bars are reached."""
    (place.folder / "floor").mkdir()
    floor = place.serve("bench.floor:writes_bytes", FLOOR_FOLDER=str(place.folder / "floor"))
    product = place.product()
    doors = {
        ("PUT", "bare WSGI"): lambda size: put(floor, size),
        ("PUT", "OneTimeShare"): lambda size: put(product, size),
        ("form", "bare WSGI"): lambda size: post_form(floor, size),
        ("form", "OneTimeShare"): lambda size: post_form(product, size),
    }
    for send in doors.values():
        send(16)
    speeds: dict[tuple[str, str], list[float]] = {}
    costs: dict[tuple[str, str], list[float]] = {}
    for _ in range(rounds):
        for door, send in doors.items():
            pid = floor.pid if door[1] == "bare WSGI" else product.pid
            used, began = cpu.seconds(pid), time.perf_counter()
            send(size_mib)
            speeds.setdefault(door, []).append(size_mib / (time.perf_counter() - began))
            costs.setdefault(door, []).append(cpu.seconds(pid) - used)
    return _show(speeds, costs, size_mib)


def _show(
    speeds: dict[tuple[str, str], list[float]], costs: dict[tuple[str, str], list[float]], size_mib: int
) -> bool:
    rows, is_good = [], True
    for (door, app), values in speeds.items():
        speed, base = table.middle(values), table.middle(speeds[(door, "bare WSGI")])
        bar = PUT_BAR if door == "PUT" else FORM_BAR
        is_ours = app == "OneTimeShare"
        is_good &= not is_ours or speed / base >= bar
        cost = table.middle(costs[(door, app)])
        judged = table.verdict(speed / base, bar) if is_ours else ""
        rows.append((door, app, speed, speed / base, judged, min(values), max(values), cost))
    head = ("door", "app", "MiB/s", "to floor", "bar", "slowest", "fastest", "server CPU s")
    table.show(f"Upload: {size_mib} MiB, sealed by the server", head, rows)
    return is_good


def put(server: servers.Server, size_mib: int) -> bytes:
    """What the server said."""
    return _send(server, b"PUT /large.bin HTTP/1.1\r\n", size_mib * MIB, _blocks(size_mib))


def post_form(server: servers.Server, size_mib: int) -> bytes:
    """The same."""
    head = b"POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=" + BOUNDARY + b"\r\n"
    size = len(FORM_HEAD) + size_mib * MIB + len(FORM_TAIL)
    return _send(server, head, size, (FORM_HEAD, *_blocks(size_mib), FORM_TAIL))


def _blocks(size_mib: int) -> Iterable[bytes]:
    block = os.urandom(MIB)
    return (block for _ in range(size_mib))


def _send(server: servers.Server, head: bytes, size: int, blocks: Iterable[bytes]) -> bytes:
    """One request over a connection of its own; anything but a 2xx answer is an error."""
    with socket.create_connection(("127.0.0.1", urlsplit(server.url).port), timeout=120) as line:
        line.sendall(head + b"Host: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % size)
        for block in blocks:
            line.sendall(block)
        answer = b""
        while part := line.recv(65536):
            answer += part
    if not answer.startswith(b"HTTP/1.1 2"):
        raise RuntimeError(f"the upload was refused: {answer[:300]!r}")
    return answer
