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


def memory_bytes(root: int, *, at_most: bool = False) -> int:
    """Of this process and its children together: now, or (each for itself) at most so far."""
    name, pages = ("VmHWM:", 0) if at_most else ("VmRSS:", 0)
    for task in (root, *_children(root)):
        for line in Path(f"/proc/{task}/status").read_text().splitlines():
            if line.startswith(name):
                pages += int(line.split()[1])
    return pages * 1024


def _children(root: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{root}/task/{root}/children").read_text().split()]
