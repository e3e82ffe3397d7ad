"""One sweep over a million shares of which a tenth is due, with claims beside it."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg

from bench import cycle, million, servers, table
from bench.load import Load, Result, Running

USERS, PAUSE_SECONDS, IDLE_SECONDS = 8, 0.2, 15.0
MOST_HELD_MS, MOST_BATCH, MOST_SECONDS, MOST_SLOWER = 200, 1000, 600, 2.0
# Those with a row for every share; a small table may well be read whole.
TABLES = ("shares_share", "shares_serverhalf", "shares_event")


def run(place: servers.Place) -> bool:
    """True when every bar is reached and no claim went wrong."""
    began = time.perf_counter()
    million.fill(place.engines.database_url, place.folder / "data/shares")
    print(f"{million.ALL} shares, {million.DUE} of them due, made in {time.perf_counter() - began:.0f} s")
    product = place.product()
    idle = Running(
        Load(cycle.ours, product.url, USERS, IDLE_SECONDS, pause_seconds=PAUSE_SECONDS), 1
    ).result()
    scans = _sequential_scans(place)
    stop = place.folder / "swept"
    with ThreadPoolExecutor(1) as pool:
        load = Load(cycle.ours, product.url, USERS, 900.0, pause_seconds=PAUSE_SECONDS, stop_file=str(stop))
        beside = Running(load, 1)
        swept = pool.submit(_sweep, place, beside.begins)
        try:
            report = swept.result()
        finally:
            stop.touch()
        busy = beside.result()
    scans = {name: count - scans[name] for name, count in _sequential_scans(place).items()}
    return _show(report, idle, busy, scans)


def _sweep(place: servers.Place, begins: float) -> dict[str, Any]:
    time.sleep(max(0.0, begins - time.time()))
    report: dict[str, Any] = json.loads(place.run("-m", "bench.timed_sweep"))
    return report


def _sequential_scans(place: servers.Place) -> dict[str, int]:
    """How often each table was read from end to end: a sweep's cost must not follow what is stored."""
    with psycopg.connect(place.engines.database_url) as line:
        found = line.execute(
            "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname = ANY(%s)", [list(TABLES)]
        )
        return dict(found.fetchall())


def _show(report: dict[str, Any], idle: Result, busy: Result, scans: dict[str, int]) -> bool:
    times = [1000 * seconds for seconds, _ in report["held"]]
    held, slowest_step = 1000 * max(report["held"])[0], max(report["held"])[1]
    idle_p95, busy_p95 = (1000 * table.p95(result.seconds["claim"]) for result in (idle, busy))
    slower = busy_p95 / idle_p95
    done = sum(count for name, count in report["counts"].items() if not name.startswith("blobs"))
    judged = [
        ("total s", report["seconds"], MOST_SECONDS),
        ("longest transaction ms", held, MOST_HELD_MS),
        ("largest batch", max(report["batches"]), MOST_BATCH),
        ("claim p95 beside it, to idle", slower, MOST_SLOWER),
        ("full table reads", sum(scans.values()), 0),
    ]
    rows = [(name, float(figure), table.verdict(figure, most, at_most=True)) for name, figure, most in judged]
    rows += [
        ("transactions p50 / p95 ms", f"{table.middle(times):.0f} / {table.p95(times):.0f}", ""),
        ("the longest was of", slowest_step, ""),
        ("rows a second", done / report["seconds"], ""),
        ("claim p50 / p95 idle ms", f"{1000 * table.middle(idle.seconds['claim']):.1f} / {idle_p95:.1f}", ""),
        (
            "claim p50 / p95 beside ms",
            f"{1000 * table.middle(busy.seconds['claim']):.1f} / {busy_p95:.1f}",
            "",
        ),
        ("claims idle, beside", f"{len(idle.seconds['claim'])}, {len(busy.seconds['claim'])}", ""),
        ("errors", len(idle.errors) + len(busy.errors), ""),
    ]
    table.show("Sweep: a million shares, a tenth of them due", ("what", "figure", "bar"), rows)
    print("  swept:", ", ".join(f"{name} {count}" for name, count in report["counts"].items() if count))
    print("  full table reads:", {name: count for name, count in scans.items() if count} or "none")
    for error in sorted({*idle.errors, *busy.errors})[:5]:
        print("  error:", error)
    swept_all = done >= million.DUE
    if not swept_all:
        print(f"  only {done} of {million.DUE} were swept")
    return swept_all and not idle.errors and not busy.errors and all(f <= most for _, f, most in judged)
