"""One large file through `ots`, sealed and opened there, beside the same bytes unsealed.

The floor sends and fetches as many bytes by the same calls, two parts at a time, with nothing read, sealed,
hashed, opened or written: what the line, the server and its disk allow.
"""

import os
import subprocess
import sys
import time
from hashlib import sha256

from bench import servers, table, unsealed
from bench.unsealed import MIB, Run

MB = 10**6
SIZE_MIB = int(os.environ.get("BENCH_CLIENT_MIB", "1024"))
ROUNDS = 3
SPEED_BAR = 200
MEMORY_BAR_MB = 64
# Says on its last line how much memory and processor time its only child has taken.
WATCH = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print("used", used.ru_maxrss, used.ru_utime + used.ru_stime, file=sys.stderr)
sys.exit(done.returncode)
"""


def run(place: servers.Place, size_mib: int = SIZE_MIB, rounds: int = ROUNDS) -> bool:
    """Interleaved rounds, medians; True when all bars are reached."""
    product = place.product()
    inbox = place.folder / "inbox"
    inbox.mkdir()
    file = place.folder / "large.bin"
    with file.open("wb") as out:
        for _ in range(size_mib):
            out.write(os.urandom(MIB))
    digest = _digest(str(file))
    environ = place.environ | {"OTS_SERVER": product.url, "XDG_STATE_HOME": str(place.folder / "state")}
    runs: dict[str, list[Run]] = {}
    for _ in range(rounds):
        put, get = _floor(product, file.stat().st_size)
        sent = _ots(environ, "send", str(file))
        got = _ots(environ, "get", "-o", str(inbox / "large.bin"), sent.said.strip())
        assert _digest(str(inbox / "large.bin")) == digest, "what came is not what went"
        (inbox / "large.bin").unlink()
        for way, each in (("send", sent), ("send floor", put), ("get", got), ("get floor", get)):
            runs.setdefault(way, []).append(each)
    return _show(runs, file.stat().st_size)


def _ots(environ: dict[str, str], *words: str) -> Run:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", WATCH, sys.executable, "-m", "ots", *words],
        env=environ,
        capture_output=True,
        text=True,
    )
    took = time.perf_counter() - began
    assert done.returncode == 0, done.stderr
    memory, seconds = done.stderr.strip().rsplit("used ", 1)[1].split()
    return Run(took, done.stdout, int(memory) * 1024, float(seconds))


def _digest(path: str) -> str:
    held = sha256()
    with open(path, "rb") as file:
        while data := file.read(MIB):
            held.update(data)
    return held.hexdigest()


# --- the same bytes, unsealed ---------------------------------------------------------------------------


def _floor(product: servers.Server, plain_size: int) -> tuple[Run, Run]:
    large = unsealed.begin(product, _sealed(plain_size))
    sent = unsealed.put(product, large)
    lease = unsealed.complete(product, large)
    got = unsealed.get(product, large, lease)
    unsealed.burn(product, large, lease)
    return sent, got


def _sealed(size: int) -> int:
    return 16 + size + 16 * max(1, -(-size // 65536))


def _show(runs: dict[str, list[Run]], size: int) -> bool:
    rows, is_good = [], True
    for way in ("send", "get"):
        speed, floor = (
            size / MB / table.middle([each.seconds for each in runs[name]]) for name in (way, f"{way} floor")
        )
        memory = max(each.memory_bytes for each in runs[way]) / MB
        is_good &= speed >= SPEED_BAR and memory <= MEMORY_BAR_MB
        rows.append(
            (
                *(way, speed, table.verdict(speed, SPEED_BAR), floor, speed / floor),
                *(memory, table.verdict(memory, MEMORY_BAR_MB, at_most=True)),
                table.middle([each.cpu_seconds for each in runs[way]]),
            )
        )
    head = ("way", "MB/s", "bar", "unsealed, MB/s", "to floor", "memory, MB", "bar", "its CPU s")
    table.show(f"Client: {size // MIB} MiB through `ots`", head, rows)
    return is_good
