"""A real gunicorn is watched: metrics of all its processes, also those that died; the doctor."""

import time

import pytest

from tests.faults.client import Ask, leave, send
from tests.faults.envelopes import seal
from tests.faults.rig import Rig
from tests.scraped import Told, read

TOKEN = "token-of-these-tests-1234567890-abc"
SHARES = 40


@pytest.fixture(scope="module")
def told(rigs):
    rig: Rig = rigs.make(masters=1, workers=2, environ={"METRICS_TOKEN": TOKEN})

    def ask() -> Told:
        reply = send(rig.urls[0], Ask("GET", "/metrics", {"Authorization": f"Bearer {TOKEN}"}))
        assert reply.status == 200
        return read(reply.body.decode())

    yield rig, ask
    rigs.drop(rig)


def test_no_count_is_lost_with_a_worker(told):
    rig, ask = told
    master = rig.masters[0]

    for _ in range(SHARES):
        leave(rig.urls[0], seal(b"a secret"))
    for pid in list(master.worker_pids):
        rig.kill_9(pid)
    master.wait_until_ready()
    until = time.monotonic() + 20
    while len(master.worker_pids) < 2 and time.monotonic() < until:
        time.sleep(0.1)
    for _ in range(SHARES):
        leave(rig.urls[0], seal(b"a secret"))

    for _ in range(4):  # whichever of them answers
        found = ask()
        assert found["events_total", "created"] == 2 * SHARES, rig.logs()
        assert found["bytes_total", "in"] > 0
        assert found["answers_total", "2xx"] >= 2 * SHARES
        assert found["answers_total", "5xx"] == 0


def test_the_doctor_finds_a_server_as_it_should_be_well(told):
    rig, _ = told
    rig.sweep()

    said = rig.manage("doctor")

    assert said.endswith("0 FAIL\n")
    assert "OK    proxy      no proxy on the way; it sees this doctor as 127.0.0.1" in said
