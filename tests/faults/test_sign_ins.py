"""R29 for accounts: however many sign in at once, a process takes the memory of one hash."""

import re
from pathlib import Path

import pytest

from tests.faults.client import Ask, form, race, send
from tests.faults.twins import assert_red

AT_ONCE = 12
ONE_HASH_MIB = 64
AROUND_MIB = 40  # what threads and their lines to Postgres take beside it
CSRF = "c" * 32
AS_SERVED = {"HASHED_AS_SERVED": "yes"}


def signs_in(n):
    fields = {"login": f"{n}@example.org", "password": f"guess {n}", "csrfmiddlewaretoken": CSRF}
    return form("/accounts/login", fields, Cookie=f"csrf={CSRF}", Accept="text/html")


def peak_mib(pid):
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) // 1024


def sign_ins_take_the_memory_of_one(rig):
    (worker,) = rig.masters[0].worker_pids
    send(rig.urls[0], Ask("GET", "/accounts/login", {"Accept": "text/html"}))  # all is loaded once
    before = peak_mib(worker)

    replies = race([(rig.urls[0], signs_in(n)) for n in range(AT_ONCE)])

    statuses = {reply.status for reply in replies}
    assert statuses <= {200, 503}, statuses
    assert 200 in statuses
    assert all(reply.headers["Retry-After"] for reply in replies if reply.status == 503)
    rise = peak_mib(worker) - before
    assert rise <= ONE_HASH_MIB + AROUND_MIB, f"the process grew by {rise} MiB"


@pytest.mark.promise("R29")
def test_however_many_sign_in_at_once_a_process_grows_by_one_hash(make_rig, figure):
    sign_ins_take_the_memory_of_one(make_rig(masters=1, environ=AS_SERVED))
    figure("R29", f"{AT_ONCE} sign-ins at once: one process grew by at most {ONE_HASH_MIB + AROUND_MIB} MiB")


@pytest.mark.twin("R29")
def test_hashing_at_once_is_noticed(make_rig):
    twin = make_rig(masters=1, environ=AS_SERVED, twin="hashes_at_once")

    said = assert_red(twin, sign_ins_take_the_memory_of_one)

    assert "grew by" in said
