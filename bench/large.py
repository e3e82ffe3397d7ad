"""A large blob that its owner sealed, up and down, beside the same gunicorn without any of our code.

Up: the same parts to an app that writes each into a file and syncs it. Down: Django's FileResponse.
"""

import os
from functools import partial

from bench import cpu, servers, table, unsealed
from bench.unsealed import MIB, Large, Run

SIZE_MIB = int(os.environ.get("BENCH_LARGE_MIB", "1024"))
ROUNDS = 3
PUT_BAR, GET_BAR = 0.6, 0.7
MEMORY_BAR_MB = 16
MB = 10**6


def run(place: servers.Place, size_mib: int = SIZE_MIB, rounds: int = ROUNDS) -> bool:
    """Interleaved rounds, medians; True when all bars are reached."""
    folder = place.folder / "floor"
    folder.mkdir()
    with (folder / "large.bin").open("wb") as file:
        for _ in range(size_mib):
            file.write(os.urandom(MIB))
    writes = place.serve("bench.floor:writes_bytes", FLOOR_FOLDER=str(folder))
    reads = place.serve("bench.floor:file_response()", FLOOR_FILE=str(folder / "large.bin"))
    product = place.product()
    _there_and_back(product, MIB)
    before = cpu.memory_bytes(product.pid)
    runs: dict[tuple[str, str], list[Run]] = {}
    for _ in range(rounds):
        large, runs_of_round = _there_and_back(product, size_mib * MIB)
        to_floor = partial(unsealed.put, writes, large, "/floor", 200)
        from_floor = partial(unsealed.get, reads, large, path="/")
        runs_of_round["up", "floor"] = unsealed.costing(writes, to_floor)
        runs_of_round["down", "floor"] = unsealed.costing(reads, from_floor)
        for name, each in runs_of_round.items():
            runs.setdefault(name, []).append(each)
        for part in folder.glob("*"):
            if part.name != "large.bin":
                part.unlink()
    grown = (cpu.memory_bytes(product.pid, at_most=True) - before) / MB
    return _show(runs, size_mib, grown)


def _there_and_back(product: servers.Server, size: int) -> tuple[Large, dict[tuple[str, str], Run]]:
    large = unsealed.begin(product, size)
    up = unsealed.costing(product, lambda: unsealed.put(product, large))
    lease = unsealed.complete(product, large)
    down = unsealed.costing(product, lambda: unsealed.get(product, large, lease))
    unsealed.burn(product, large, lease)
    return large, {("up", "ours"): up, ("down", "ours"): down}


def _show(runs: dict[tuple[str, str], list[Run]], size_mib: int, grown_mb: float) -> bool:
    rows, is_good = [], grown_mb <= MEMORY_BAR_MB
    for way, bar in (("up", PUT_BAR), ("down", GET_BAR)):
        ours, floor = (table.middle([each.seconds for each in runs[way, of]]) for of in ("ours", "floor"))
        costs = [table.middle([each.cpu_seconds for each in runs[way, of]]) for of in ("ours", "floor")]
        is_good &= floor / ours >= bar
        speeds = (size_mib * MIB / MB / ours, size_mib * MIB / MB / floor)
        rows.append((way, *speeds, floor / ours, table.verdict(floor / ours, bar), *costs))
    head = ("way", "MB/s", "floor, MB/s", "to floor", "bar", "server CPU s", "floor's")
    table.show(f"Large: {size_mib} MiB, sealed by its owner", head, rows)
    verdict = table.verdict(grown_mb, MEMORY_BAR_MB, at_most=True)
    print(f"all processes of the server grew by {grown_mb:.1f} MB at most ({verdict})")
    return is_good
