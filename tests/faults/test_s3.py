"""R7, R13 and R14 on S3: two hosts without a byte of their own, before a server that checks signatures."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.faults import client
from tests.faults.client import send
from tests.faults.counts import count
from tests.faults.envelopes import seal, unb64
from tests.faults.proxy import Proxy
from tests.faults.test_bytes import BIG_BYTES, CUTS, comes_back_whole_over
from tests.faults.twins import assert_red
from tests.faults.wire import comes_true, head, open_line, post_form, put, timed
from tests.s3 import as_process

MIB = 1024**2
PATIENCE_SECONDS = count(1, 5)
# Two tries, what lies between them, and a machine that does much else.
ENOUGH_SECONDS = 2 * PATIENCE_SECONDS + 6
# The sweep as it looks ten minutes later.
LATER = {"TWIN": "s3_nothing_is_young"}
LIVING = "SELECT count(*) FROM shares_share WHERE NOT ended"


@pytest.fixture(scope="module")
def server():
    with as_process() as started:
        yield started


@pytest.fixture(scope="module")
def line(server):
    """Between the hosts and S3."""
    host, port = server.url.removeprefix("http://").split(":")
    proxy = Proxy((host, int(port))).start()
    yield proxy
    proxy.stop()


@pytest.fixture
def s3(server):
    return server


@pytest.fixture(scope="module")
def hosts(rigs, server, line):
    """Two gunicorns over one Postgres, one Valkey and one bucket."""
    environ = replace(server, url=line.url).environ | {"S3_PATIENCE_SECONDS": str(PATIENCE_SECONDS)}
    return rigs.make(masters=2, environ=environ)


def test_what_check_storage_tries_works(hosts):
    said = hosts.manage("check_storage")

    assert "FAILED" not in said
    assert said.count("    ok  ") == 5


def test_a_share_that_every_call_leads_to_another_host(hosts, s3):
    here, there = hosts.urls
    envelope, lease, before = seal(os.urandom(20 * MIB)), os.urandom(32), s3.keys()
    made = send(here, client.create(envelope)).json
    parts = [client.part(envelope, n, made["part_size"]) for n in range(made["parts"])]
    with ThreadPoolExecutor() as both:
        statuses = [reply.status for reply in both.map(send, [here, there, here], parts)]
    assert statuses == [204] * 3

    assert send(there, client.complete(envelope)).status == 200
    given = send(here, client.claim(envelope, lease)).json
    first = send(there, client.fetch(envelope, lease, Range=f"bytes=0-{9 * MIB}"))
    rest = send(here, client.fetch(envelope, lease, Range=f"bytes={9 * MIB + 1}-"))

    assert (first.status, rest.status) == (206, 206)
    opened = envelope.open(unb64(given["wrapped_key"]), unb64(given["meta"]), first.body + rest.body)
    assert opened == envelope.plain
    assert send(there, client.burn(envelope, lease)).status == 204
    assert (s3.keys(), s3.uploads()) == (before, [])
    assert list(hosts.shares.rglob("*")) == []  # nothing on either host


# --- R7 -----------------------------------------------------------------------------------------------


@pytest.fixture
def line_to():
    lines = []

    def line_to(rig):
        lines.append(Proxy(("127.0.0.1", rig.masters[0].port)).start())
        return lines[-1]

    yield line_to
    for each in lines:
        each.stop()


@pytest.mark.promise("R7")
def test_a_download_from_s3_that_breaks_twenty_times_comes_back_whole(hosts, line_to, figure):
    broken = line_to(hosts)
    comes_back_whole_over(broken, hosts, BIG_BYTES, cuts=CUTS, restart=True)

    figure("R7", f"{BIG_BYTES // MIB} MiB from S3 whole after {broken.cuts} cuts, a restart and a kill")


@pytest.mark.promise("R7")
def test_a_download_goes_on_although_the_line_to_s3_breaks_too(hosts, line, line_to):
    line.cut_reply_at = 3 * MIB
    cuts = line.cuts

    comes_back_whole_over(line_to(hosts), hosts, BIG_BYTES, cuts=3)

    assert line.cuts > cuts
    line.heal()


@pytest.mark.twin("R7")
@pytest.mark.full
def test_a_store_that_gives_other_bytes_than_were_asked_for_is_noticed(make_rig, server, line_to):
    rig = make_rig(masters=1, twin="s3_reads_from_the_start", environ=server.environ)

    assert_red(rig, lambda rig: comes_back_whole_over(line_to(rig), rig, MIB, cuts=4))


def ready(hosts):
    return [send(url, client.Ask("GET", "/readyz")).status for url in hosts.urls]


# --- R13: S3 away -------------------------------------------------------------------------------------


@pytest.mark.promise("R13")
def test_every_door_says_so_soon_while_s3_swallows_what_it_is_sent(hosts, s3, line, figure):
    waiting = client.leave(hosts.urls[0], seal(os.urandom(300_000)))
    small = client.leave(hosts.urls[0], seal(b"a password"))
    keys, living = sorted(s3.keys()), hosts.sql(LIVING)
    asked = [
        client.create(seal(b"x")),
        client.create(seal(os.urandom(300_000))),
        put("notes.txt", b"x"),
        put("large.bin", bytes(9 * MIB)),
        post_form(text="x"),
        post_form(("notes.txt", b"x")),
        client.claim(small, os.urandom(32)),
    ]

    line.black_hole = True
    with ThreadPoolExecutor(len(asked)) as crowd:
        answered = list(crowd.map(lambda ask: timed(hosts.urls[0], ask), asked))
    away = ready(hosts)
    line.refuse()  # what it swallowed is lost for good
    line.heal()
    line.admit()

    assert [reply.status for reply, _ in answered] == [503] * len(asked)
    assert max(seconds for _, seconds in answered) < ENOUGH_SECONDS
    assert away == [503, 503]
    assert hosts.sql(LIVING) == living
    assert comes_true(
        5, lambda: all(send(url, client.Ask("GET", "/readyz")).status == 200 for url in hosts.urls)
    )
    hosts.sweep()
    assert (sorted(s3.keys()), s3.uploads()) == (keys, [])
    assert send(hosts.urls[0], client.claim(small, os.urandom(32))).status == 200
    assert send(hosts.urls[0], client.revoke(waiting)).status == 204
    figure("R13", f"{len(asked)} doors without S3: {len(asked)} × 503, nothing left lying")


# --- R14: a host that dies ----------------------------------------------------------------------------


@pytest.mark.promise("R14")
def test_what_a_killed_worker_was_sending_is_removed_once_it_is_old(hosts, s3):
    hosts.sweep(), hosts.manage("purge_shares", **LATER)
    before, living = sorted(s3.keys()), hosts.sql(LIVING)
    master = hosts.masters[1]
    with open_line(master.url) as sender:
        sender.sendall(head("PUT", "/large.bin", Content_Length=20 * MIB) + bytes(9 * MIB))
        assert comes_true(10, lambda: len(s3.uploads()) == 1)
        for pid in master.worker_pids:
            hosts.kill_9(pid)
    assert comes_true(20, master.answers)

    hosts.sweep()
    assert len(s3.uploads()) == 1  # its writer might live on another host
    hosts.sql("UPDATE shares_share SET created_at = now() - interval '11 minutes' WHERE state = 'uploading'")
    hosts.manage("purge_shares", **LATER)

    assert (sorted(s3.keys()), s3.uploads(), hosts.sql(LIVING)) == (before, [], living)
