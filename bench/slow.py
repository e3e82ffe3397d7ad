"""Claims beside fifty downloads whose lines carry 100 KiB a second: one host, the shipped settings.

Once behind nginx with the shipped recipe, which takes sealed bytes off the application's hands, and once
bare, where one thread of each process serves them all. With and without them by turns.
"""

import multiprocessing
import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from bench import cycle, servers, table, unsealed
from bench.load import Load, Result, Running
from tests.faults import client
from tests.faults.envelopes import b64
from tests.faults.nginx import SHIPPED, Nginx, without_tls
from tests.faults.wire import head

MIB = 1024**2
LINES, BYTES_A_TURN, TURN_SECONDS = 50, 10 * 1024, 0.1
BLOB_MIB = 16  # more than they read while we measure
USERS, PAUSE_SECONDS = 8, 0.2
ROUNDS, SECONDS = 3, 6.0
MOST_MS = 100
ROOM_BYTES = 32 * 1024  # what the reader's side of a line holds


def run(place: servers.Place, rounds: int = ROUNDS, seconds: float = SECONDS) -> bool:
    """True when the bar is reached everywhere and nothing went wrong."""
    product = place.serve("onetimeshare.wsgi:application", TRUSTED_PROXY_COUNT="1")
    fronts = {"bare": product.url}
    if shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"):
        fronts["nginx"] = _nginx(place, product).url
    else:
        print("nginx: not measured, it is not installed")
    results: dict[tuple[str, bool], Result] = {}
    read: list[int] = []
    for _ in range(rounds):
        for name, url in fronts.items():
            for is_slow in (False, True):
                found = results.setdefault((name, is_slow), Result())
                if is_slow:
                    with _slow_downloads(place, product, url) as got:
                        found.add(_claims(url, seconds))
                    read.append(got())
                else:
                    found.add(_claims(url, seconds))
    return _show(results, read)


def _nginx(place: servers.Place, product: servers.Server) -> Nginx:
    port = servers.free_port()
    front = Nginx(place.folder / "nginx", without_tls(SHIPPED.read_text(), port, product.port), port)
    front.start()
    place.stack.callback(front.stop)
    return front


def _claims(url: str, seconds: float) -> Result:
    load = Load(cycle.ours, url, USERS, seconds, pause_seconds=PAUSE_SECONDS)
    return Running(load, 1).result()


@contextmanager
def _slow_downloads(place: servers.Place, product: servers.Server, url: str) -> "Iterator[object]":
    """All lines are under way inside; afterwards what is yielded says how many bytes came on all of them."""
    large = unsealed.begin(product, BLOB_MIB * MIB)
    unsealed.put(product, large)
    lease = unsealed.complete(product, large)
    asked = head("GET", f"{client.API}/{large.envelope.id}/blob", Authorization=f"Bearer {b64(lease)}")
    stop = place.folder / "slow-downloads-stop"
    stop.unlink(missing_ok=True)
    spawn = multiprocessing.get_context("spawn")
    count = spawn.Value("q", 0)
    process = spawn.Process(target=_read_slowly, args=(url, asked, str(stop), count))
    process.start()
    time.sleep(3)  # imported, connected, and what the lines' buffers hold has come
    try:
        yield lambda: count.value
    finally:
        stop.touch()
        process.join()
        unsealed.burn(product, large, lease)


def _read_slowly(url: str, asked: bytes, stop: str, count: "object") -> None:
    place = urlsplit(url)

    def line() -> None:
        came = 0
        with socket.socket() as end:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, ROOM_BYTES)
            end.settimeout(60)
            end.connect((place.hostname, place.port))
            end.sendall(asked)
            while not os.path.exists(stop):
                began = time.monotonic()
                try:
                    got = len(end.recv(BYTES_A_TURN))
                except TimeoutError:
                    break
                came += got
                if not got:
                    break
                # A line that had to wait makes up for nothing.
                time.sleep(max(0.0, TURN_SECONDS * got / BYTES_A_TURN - (time.monotonic() - began)))
        with count.get_lock():  # type: ignore[attr-defined]
            count.value += came  # type: ignore[attr-defined]

    threads = [threading.Thread(target=line) for _ in range(LINES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _show(results: dict[tuple[str, bool], Result], read: list[int]) -> bool:
    rows, is_good = [], True
    for (name, is_slow), result in results.items():
        claims = [1000 * seconds for seconds in result.seconds.get("claim", [])]
        p95 = table.p95(claims) if claims else float("inf")
        bar = table.verdict(p95, MOST_MS, at_most=True) if is_slow else ""
        is_good &= not result.errors and (p95 <= MOST_MS or not bar)
        beside = f"{LINES} slow downloads" if is_slow else "nothing"
        rows.append((name, beside, table.middle(claims), p95, bar, len(claims), len(result.errors)))
    head_ = ("before the product", "beside", "claim p50, ms", "p95, ms", "bar", "claims", "errors")
    table.show("Slow: claims beside slow downloads", head_, rows)
    print(f"  each round they brought {min(read) / MIB:.0f} to {max(read) / MIB:.0f} MiB")
    for error in sorted({error for result in results.values() for error in result.errors})[:5]:
        print("  error:", error)
    return is_good
