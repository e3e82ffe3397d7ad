"""Numbers of several processes: none is lost with its process, none is read as another."""

import os
import threading

import pytest

from onetimeshare import tallies

COLUMN = 7  # of a layout of this file's own
LAYOUT = 4711


@pytest.fixture(autouse=True)
def own_layout():
    before = tallies._layout, tallies._start
    tallies.take_row(tallies.ROWS - 1)
    tallies.lay_out(LAYOUT)
    yield
    for row in range(tallies.ROWS):
        if tallies._memory[row * tallies.COLUMNS] == LAYOUT:
            tallies._memory[row * tallies.COLUMNS] = 0
    tallies._layout, tallies._start = before


def total():
    return tallies.totals(COLUMN + 1)[COLUMN]


def in_a_process(row, layout=LAYOUT, times=1000):
    """Count in a process of its own, which then dies without a word."""
    pid = os.fork()
    if not pid:
        tallies.take_row(row)
        tallies.lay_out(layout)
        for _ in range(times):
            tallies.add(COLUMN, 1)
        os._exit(9)
    return pid


def test_what_processes_counted_is_added_up_and_outlives_them():
    tallies.add(COLUMN, 1)

    for pid in [in_a_process(row) for row in (60, 61, 62)]:
        os.waitpid(pid, 0)
    assert total() == 3001

    os.waitpid(in_a_process(61), 0)  # whoever comes next goes on where the last one ended
    assert total() == 4001


def test_threads_lose_nothing():
    def count():
        for _ in range(20_000):
            tallies.add_both(COLUMN, 1, COLUMN - 1, 0.5)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert tallies.totals(COLUMN + 1)[COLUMN - 1 :] == [40_000, 80_000]


def test_rows_of_another_release_are_not_added_up_and_are_emptied_when_taken():
    os.waitpid(in_a_process(60, layout=LAYOUT + 1), 0)
    assert total() == 0

    os.waitpid(in_a_process(60, times=5), 0)
    assert total() == 5


def test_a_row_belongs_to_one_living_process():
    assert tallies.free_row(set()) == 1
    assert tallies.free_row({1, 2, 4}) == 3
    assert tallies.free_row(set(range(1, tallies.ROWS))) == 0


def test_there_is_room_for_all_that_is_counted():
    from onetimeshare import metrics

    assert metrics._WIDTH < tallies.COLUMNS - 1
