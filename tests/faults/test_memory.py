"""S16: how often a worker's memory still holds what it opened for somebody a minute ago. A figure, no bar."""

import shutil
import subprocess
import time

import pytest

from tests.faults import client
from tests.faults.canaries import canary
from tests.faults.client import send
from tests.faults.counts import missing
from tests.faults.wire import put, share_link

WAIT_SECONDS = 60
DUMP_SECONDS = 120
SHARES = 5


def in_memory(pid, folder, marks):
    """How often each of *marks* is in a process' memory, itself unharmed by the look."""
    gcore = shutil.which("gcore") or missing("gcore (apt install gdb)")
    done = subprocess.run(
        [gcore, "-o", folder / "core", str(pid)], capture_output=True, timeout=DUMP_SECONDS, text=True
    )
    found = list(folder.glob("core*"))
    if not found:
        missing(f"leave to look into a process ({done.stderr.strip()[-200:]})")
    data = found[0].read_bytes()
    found[0].unlink()
    return [data.count(mark) for mark in marks]


@pytest.mark.promise("S16")
@pytest.mark.full
def test_what_a_worker_opened_a_minute_ago_is_counted_in_its_memory(make_rig, tmp_path, figure):
    rig = make_rig(masters=1, environ={"WEB_THREADS": "4"})
    url, [pid] = rig.urls[0], rig.masters[0].worker_pids
    marks = [canary().encode() for _ in range(SHARES + 1)]
    links = [share_link(send(url, put("notes.txt", mark))) for mark in marks]
    opened = []
    for link in links[1:]:
        opened.append(send(url, client.form(f"/s/{link.partition('#')[0][-16:]}", {"link": link})).body)
    assert opened == marks[1:]
    # The control: what a worker certainly still has is found.
    [known] = in_memory(pid, tmp_path, [b"gunicorn"])
    assert known

    time.sleep(WAIT_SECONDS)
    hits = in_memory(pid, tmp_path, marks)

    assert rig.masters[0].worker_pids == [pid]
    figure(
        "S16",
        f"copies in the worker's memory, {WAIT_SECONDS} s after the server sealed and opened {SHARES} short"
        f" contents: {sum(hits[1:])}; of one that it sealed and nobody opened: {hits[0]}",
    )
