"""Numbers that the processes of one gunicorn keep together: memory of their master, theirs from the fork on.

Each process adds to a row of its own, so nobody waits for another and no number is lost; whoever is asked
adds the rows up. A worker that dies leaves its row as it was, and the next one goes on with it. No file, and
nothing to clean up; with the master they begin at 0 again, as Prometheus expects. Without a master (commands,
tests) there is one row.
"""

import mmap
import threading

ROWS = 64  # processes at once, those of a restart that still finish included
COLUMNS = 1024
_BYTES = 8

_memory = memoryview(mmap.mmap(-1, ROWS * COLUMNS * _BYTES)).cast("d")
_lock = threading.Lock()
_layout = 0.0
_start = 0


def lay_out(fingerprint: int) -> None:
    """What our columns mean. Rows of another meaning (the release before) are not added up."""
    global _layout
    _layout = float(fingerprint)
    _claim_row()


def take_row(row: int) -> None:
    """This process writes row *row* from now on."""
    global _start
    _start = row * COLUMNS
    _claim_row()


def free_row(taken: set[int]) -> int:
    """The lowest row but 0 that is not taken; 0, which others may have too, when there are too many."""
    return next((row for row in range(1, ROWS) if row not in taken), 0)


def add(column: int, value: float) -> None:
    with _lock:
        _memory[_start + 1 + column] += value


def add_both(column: int, value: float, other: int, other_value: float) -> None:
    """Two at once: whoever adds them up never sees one without the other, but for a moment."""
    with _lock:
        _memory[_start + 1 + column] += value
        _memory[_start + 1 + other] += other_value


def totals(count: int) -> list[float]:
    """The first *count* columns, over all rows that mean what ours do."""
    sums = [0.0] * count
    for start in range(0, ROWS * COLUMNS, COLUMNS):
        if _memory[start] == _layout:
            row = _memory[start + 1 : start + 1 + count].tolist()
            sums = [total + value for total, value in zip(sums, row, strict=True)]
    return sums


def _claim_row() -> None:
    if _layout and _memory[_start] != _layout:
        _memory[_start : _start + COLUMNS] = memoryview(bytes(COLUMNS * _BYTES)).cast("d")
        _memory[_start] = _layout
