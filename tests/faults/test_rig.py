"""The rig itself: what everything else here relies on."""

import http.client
import socket
import time
from operator import itemgetter
from pathlib import Path

import pytest

from tests.faults.processes import RigError
from tests.faults.proxy import Proxy
from tests.faults.twins import assert_red


def ask(url: str, path: str = "/healthz") -> bytes:
    line = http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)
    try:
        line.request("GET", path)
        return line.getresponse().read()
    finally:
        line.close()


def says_ok(rig):
    assert ask(rig.urls[0]) != b"twin"


def test_the_rig_runs_the_product_in_several_processes_that_are_not_root(rig):
    pids = [pid for master in rig.masters for pid in (master.pid, *master.worker_pids)]

    uids = {Path(f"/proc/{pid}/status").read_text().partition("Uid:")[2].split()[0] for pid in pids}

    assert len(pids) >= 4
    assert "0" not in uids


def test_a_twin_replaces_its_function_in_the_running_product(make_rig):
    twin = make_rig(masters=1, twin="deaf_health")

    said = assert_red(twin, says_ok)

    assert "twin" in said


def test_a_check_that_crashes_is_not_red(make_rig):
    twin = make_rig(masters=1, twin="deaf_health")

    def crash(rig):
        raise KeyError

    with pytest.raises(KeyError):
        assert_red(twin, crash)
    with pytest.raises(pytest.fail.Exception):
        assert_red(twin, lambda rig: None)


def test_a_twin_without_its_function_keeps_the_product_from_starting(make_rig):
    with pytest.raises(RigError, match="was_renamed is not a function of the product"):
        make_rig(masters=1, twin="names_nothing")


def test_a_killed_worker_and_a_restart_leave_a_rig_that_answers(make_rig):
    rig = make_rig(masters=1)
    before = rig.masters[0].worker_pids[0]

    rig.kill_9(before)
    until = time.monotonic() + 20
    while not rig.masters[0].answers() and time.monotonic() < until:
        time.sleep(0.05)

    assert ask(rig.urls[0])
    assert before not in rig.masters[0].worker_pids
    rig.restart()
    assert ask(rig.urls[0])


def test_the_line_to_postgres_can_be_slow_silent_and_gone(make_rig):
    rig = make_rig(masters=1, front=("postgres", "valkey"))
    line = rig.lines["postgres"]
    fast = min((timed_look(rig) for _ in range(5)), key=itemgetter(1))  # the first one connects

    line.delay_seconds = 0.1
    slow = timed_look(rig)
    line.heal()
    line.black_hole = True
    silent = timed_look(rig)
    line.heal()
    line.refuse()
    refused = timed_look(rig)
    line.admit()
    until = time.monotonic() + 20
    while not (healed := timed_look(rig))[0] and time.monotonic() < until:
        time.sleep(0.1)

    assert [seen for seen, _ in (fast, slow, silent, refused, healed)] == [True, True, False, False, True]
    assert slow[1] > max(0.1, fast[1])
    assert silent[1] > 1
    assert rig.lines["valkey"].connections > 0


def timed_look(rig):
    """Whether the product reaches Postgres, and how many seconds it took to tell."""
    since = time.monotonic()
    return b'"postgres": true' in ask(rig.urls[0], "/readyz"), time.monotonic() - since


def test_a_line_cuts_a_reply_at_the_byte_that_was_asked_for(make_rig):
    rig = make_rig(masters=1)
    line = Proxy(("127.0.0.1", rig.masters[0].port)).start()
    line.cut_reply_at = 40

    with socket.create_connection(("127.0.0.1", line.port)) as caller:
        caller.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        got = b"".join(iter(lambda: caller.recv(4096), b""))
    line.stop()

    assert len(got) == 40
    assert line.cuts == 1


def test_a_small_disk_is_seen_by_the_product_only(make_rig):
    rig = make_rig(masters=1, tmpfs_mib=8)
    line = http.client.HTTPConnection(rig.urls[0].removeprefix("http://"), timeout=5)

    line.request("PUT", "/notes.txt", b"small")
    answer = line.getresponse()
    answer.read()
    line.close()

    assert answer.status == 201
    assert [path.stat().st_size for path in rig.blobs()] == [16 + 5 + 16]
    assert list(rig.shares.iterdir()) == []
    assert rig.tmpfs.free_bytes() < 8 * 1024**2
