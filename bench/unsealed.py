"""A large blob by the calls of the exchange; whoever sends it reads, seals and opens nothing."""

import base64
import http.client
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

from bench import cpu, servers
from tests.faults import client
from tests.faults.client import send
from tests.faults.envelopes import Envelope, b64, seal

MIB = 1024**2
AT_ONCE = 2
Work = Callable[[], "Run"]


@dataclass(frozen=True)
class Run:
    """Seconds on the wall, and what the process took."""

    seconds: float
    said: str = ""
    memory_bytes: int = 0
    cpu_seconds: float = 0.0


@dataclass(frozen=True)
class Large:
    """An upload that was begun: a blob of *size* bytes in *parts* parts."""

    envelope: Envelope
    size: int
    part_size: int
    parts: int


def begin(product: servers.Server, size: int) -> Large:
    envelope = seal(b"")
    deposit = {name: said for name, said in envelope.deposit().items() if name != "blob"}
    made = send(product.url, client.api("POST", "", said=deposit | {"size": size}))
    assert made.status == 201, made
    return Large(envelope, size, made.json["part_size"], made.json["parts"])


def put(server: servers.Server, large: Large, path: str = "", wanted: int = 204) -> Run:
    """All parts, two at a time, to the product or, at *path*, to whatever else takes them."""
    path = path or f"{client.API}/{large.envelope.id}/parts"
    block = os.urandom(large.part_size)
    last = large.size - (large.parts - 1) * large.part_size
    blocks = {length: _part(block[:length]) for length in {large.part_size, last}}
    numbers = iter(range(large.parts))
    lock = threading.Lock()

    def lane() -> None:
        line = http.client.HTTPConnection("127.0.0.1", server.port)
        while True:
            with lock:
                n = next(numbers, None)
            if n is None:
                return line.close()
            data, headers = blocks[large.part_size if n < large.parts - 1 else last]
            headers = headers | {"Authorization": f"Bearer {b64(large.envelope.manage_token)}"}
            line.request("PUT", f"{path}/{n}", data, headers)
            answer = line.getresponse()
            assert answer.status == wanted, answer.read()
            answer.read()

    return timed(lambda: _together(lane))


def complete(product: servers.Server, large: Large) -> bytes:
    """Ready, and claimed; the lease secret."""
    lease = os.urandom(32)
    assert send(product.url, client.complete(large.envelope)).status == 200
    assert send(product.url, client.claim(replace(large.envelope, blob=b""), lease)).status == 200
    return lease


def get(server: servers.Server, large: Large, lease: bytes = b"", path: str = "") -> Run:
    """The whole blob, thrown away as it comes."""
    path = path or f"{client.API}/{large.envelope.id}/blob"

    def fetch() -> None:
        line = http.client.HTTPConnection("127.0.0.1", server.port)
        line.request("GET", path, headers={"Authorization": f"Bearer {b64(lease)}"})
        answer, room, came = line.getresponse(), bytearray(MIB), 0
        while got := answer.readinto(room):
            came += got
        assert came == large.size, came
        line.close()

    return timed(fetch)


def burn(product: servers.Server, large: Large, lease: bytes) -> None:
    send(product.url, client.burn(large.envelope, lease))


def timed(work: Callable[[], None]) -> Run:
    began = time.perf_counter()
    work()
    return Run(time.perf_counter() - began)


def costing(server: servers.Server, work: Work) -> Run:
    """What the server's processes took for it, too."""
    used = cpu.seconds(server.pid)
    run = work()
    return Run(run.seconds, cpu_seconds=cpu.seconds(server.pid) - used)


def _part(data: bytes) -> tuple[bytes, dict[str, str]]:
    digest = base64.b64encode(sha256(data).digest()).decode()
    return data, {"Repr-Digest": f"sha-256=:{digest}:"}


def _together(lane: Callable[[], None]) -> None:
    threads = [threading.Thread(target=lane) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
