"""What the server seals and opens itself, beside the same bytes sealed by their owner, in one run.

Up: `PUT` and the form, beside parts. Down: what a link's form answers, beside an app that reads, opens by
the cipher alone, and sends; the blob and FileResponse, which the kernel copies by itself, stand with them.
"""

import http.client
import os
import re
from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from bench import floor, servers, table, unsealed, upload
from bench.unsealed import MIB, Run
from sealing.stream import sealed_size

SIZE_MIB = 512
ROUNDS = 3
BAR = 0.6
LINK = re.compile(rb"https?://\S+/s/[a-z2-7]{16}#[a-z0-9]+")
MB = 10**6


def run(place: servers.Place, size_mib: int = SIZE_MIB, rounds: int = ROUNDS) -> bool:
    """Interleaved rounds, medians; True when all bars are reached."""
    product, floors = place.product(), _floors(place, size_mib)
    _round(product, 16)
    runs: dict[str, list[Run]] = {}
    for _ in range(rounds):
        for name, each in _round(product, size_mib).items():
            runs.setdefault(name, []).append(each)
        for name, server in floors.items():
            take = partial(_take, server, "GET", "/", size_mib * MIB)
            runs.setdefault(name, []).append(unsealed.costing(server, take))
    return _show(runs, size_mib)


def _floors(place: servers.Place, size_mib: int) -> dict[str, servers.Server]:
    block = os.urandom(floor.CHUNK_BYTES)
    sealed = ChaCha20Poly1305(bytes(32)).encrypt(floor.NONCE, block, None)
    served = {}
    for name, app, chunk in (
        ("FileResponse", "file_response()", block),
        ("bare WSGI", "opens_bytes", sealed),
    ):
        path = place.folder / name
        with path.open("wb") as file:
            for _ in range(size_mib * MIB // floor.CHUNK_BYTES):
                file.write(chunk)
        served[name] = place.serve(f"bench.floor:{app}", FLOOR_FILE=str(path))
    return served


def _round(product: servers.Server, size_mib: int) -> dict[str, Run]:
    large, said = unsealed.begin(product, sealed_size(size_mib * MIB)), list[bytes]()
    runs = {"parts": unsealed.costing(product, lambda: unsealed.put(product, large))}
    lease = unsealed.complete(product, large)
    runs["blob"] = unsealed.costing(product, lambda: unsealed.get(product, large, lease))
    unsealed.burn(product, large, lease)

    def left(send: Callable[[servers.Server, int], bytes]) -> Run:
        work = partial(unsealed.timed, lambda: said.append(send(product, size_mib)))
        return unsealed.costing(product, work)

    runs |= {"form": left(upload.post_form), "PUT": left(upload.put)}
    link = LINK.findall(said[-1])[0].decode()
    path, form = "/s/" + link.partition("#")[0][-16:], urlencode({"link": link})
    runs["opened"] = unsealed.costing(product, lambda: _take(product, "POST", path, size_mib * MIB, form))
    return runs


def _take(server: servers.Server, method: str, path: str, size: int, form: str = "") -> Run:
    """The whole answer, thrown away as it comes."""

    def take() -> None:
        line = http.client.HTTPConnection("127.0.0.1", server.port)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "*/*"} if form else {}
        line.request(method, path, form or None, headers)
        answer, room, came = line.getresponse(), bytearray(MIB), 0
        while got := answer.readinto(room):
            came += got
        line.close()
        assert (answer.status, came) == (200, size), (answer.status, came)

    return unsealed.timed(take)


def _show(runs: dict[str, list[Run]], size_mib: int) -> bool:
    """Judged: how fast each is beside that one."""
    judged = {"PUT": "parts", "form": "parts", "opened": "bare WSGI"}
    ways = {"up": ("parts", "PUT", "form"), "down": ("FileResponse", "blob", "bare WSGI", "opened")}
    speed = {
        name: size_mib * MIB / MB / table.middle([each.seconds for each in each_run])
        for name, each_run in runs.items()
    }
    rows, is_good = [], True
    for way, names in ways.items():
        for name in names:
            cost = table.middle([each.cpu_seconds for each in runs[name]])
            beside = verdict = ""
            if name in judged:
                ratio = speed[name] / speed[judged[name]]
                is_good &= ratio >= BAR
                beside, verdict = f"{ratio:.2f} of {judged[name]}", table.verdict(ratio, BAR)
            rows.append((way, name, speed[name], beside, verdict, cost))
    head = ("way", "how", "MB/s", "beside", "bar", "server CPU s")
    table.show(f"Plain: {size_mib} MiB, sealed and opened by the server", head, rows)
    return is_good
