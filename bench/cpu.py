"""How much processor time a server and all its children have used: what a busy client cannot hide."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def seconds(*roots: int | None) -> float:
    """User and system time of these processes and everything below them; 0 where there is no /proc."""
    children: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, rest = int(stat.parent.name), stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(rest[1]), []).append(pid)
        # utime, stime, and those of children that have ended and were waited for
        used[pid] = sum(map(int, rest[11:15])) / _TICKS
    pending, total = [root for root in roots if root], 0.0
    while pending:
        pid = pending.pop()
        total += used.get(pid, 0.0)
        pending += children.get(pid, [])
    return total
