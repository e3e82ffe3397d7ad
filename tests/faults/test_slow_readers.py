"""R17: slow readers of large sealed blobs hold nobody up, whatever stands before us; each gets its bytes."""

import http.client
import os
import secrets
import socket
import time
from contextlib import ExitStack, contextmanager
from hashlib import sha256

import pytest

from tests.faults import client
from tests.faults.client import claim, fetch, leave, send
from tests.faults.counts import IS_FULL, count
from tests.faults.envelopes import seal
from tests.faults.nginx import SHIPPED, Nginx, without_tls
from tests.faults.processes import free_port
from tests.faults.slowlines import seconds_of_a_claim
from tests.faults.twins import assert_red
from tests.faults.wire import head, open_line

MIB = 1024**2
WINDOW_BYTES = 128 * 1024
# More than the kernel and a proxy of little room keep for a connection of this machine.
BLOB_BYTES = count(16, 64) * MIB
LINES, THREADS, WORKERS, ROUNDS = count(64, 200), count(8, 32), count(1, 2), count(10, 40)
MOST_SECONDS = 1.0
SHARE_OF_CLAIMS = 0.95 if IS_FULL else 0.8  # of a few, the last says more about the machine than about us
SETTLE_SECONDS = count(1, 4)
PATIENCE_SECONDS = 4
ENVIRON = {"WEB_THREADS": str(THREADS), "TRUSTED_PROXY_COUNT": "0"}


@pytest.fixture(scope="module")
def rig_of_few_threads(rigs):
    made = rigs.make(masters=1, workers=WORKERS, environ=ENVIRON)
    yield made
    rigs.drop(made)


@pytest.fixture
def nginx():
    """Puts the shipped recipe before a rig, with 1 MiB of room on its disk instead of 1 GiB."""
    with ExitStack() as until_the_end:

        def nginx(rig):
            port, folder = free_port(), rig.folder / f"nginx-{secrets.token_hex(4)}"
            text = SHIPPED.read_text().replace("temp_file_size 1024m", "temp_file_size 1m")
            front = Nginx(folder, without_tls(text, port, rig.masters[0].port), port).start()
            until_the_end.callback(front.stop)
            return front.url

        yield nginx


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(client, "SECONDS", PATIENCE_SECONDS)


def claimed(url):
    """A large share under a lease of one's own."""
    envelope, lease = seal(os.urandom(BLOB_BYTES)), os.urandom(32)
    leave(url, envelope)
    assert send(url, claim(envelope, lease)).status == 200
    return envelope, lease


@contextmanager
def slow_readers(url, envelope, lease, lines):
    """So many connections that ask for the blob and read nothing yet."""
    asked = fetch(envelope, lease)
    with ExitStack() as open_lines:
        yield [open_lines.enter_context(slow_line(url, asked)) for _ in range(lines)]


def slow_line(url, asked):
    line = open_line(url, seconds=30)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW_BYTES)  # and it stays as it is
    line.sendall(head("GET", asked.path, **asked.headers))
    return line


def reads_on(line):
    """The status, and what came until the other side ended it, whole or not."""
    answer = http.client.HTTPResponse(line)
    answer.begin()
    came = bytearray()
    try:
        while piece := answer.read(MIB):
            came += piece
    except http.client.IncompleteRead as error:
        came += error.partial
    except ConnectionError:
        pass
    return answer.status, bytes(came)


def holds_nobody_up(url, read_to_the_end=LINES):
    envelope, lease = claimed(url)
    digest = sha256(envelope.blob).digest()
    with slow_readers(url, envelope, lease, LINES) as lines:
        time.sleep(
            SETTLE_SECONDS
        )  # whatever stands between has taken over what it keeps: work, and not waiting
        claims = []
        while len(claims) < ROUNDS and float("inf") not in claims:
            claims.append(seconds_of_a_claim(url))
        claims.sort()
        print(f"{LINES} slow readers: claims {claims[len(claims) // 2]:.4f} s, at most {claims[-1]:.4f} s")
        assert claims[int(SHARE_OF_CLAIMS * len(claims))] <= MOST_SECONDS
        for line in lines[:read_to_the_end]:  # one goes on, and the others are as slow as before
            status, came = reads_on(line)
            assert (status, sha256(came).digest()) == (200, digest)


@pytest.mark.promise("R17")
def test_slow_readers_hold_nobody_up_and_each_gets_its_bytes(rig_of_few_threads):
    holds_nobody_up(rig_of_few_threads.urls[0])

    assert "Traceback" not in rig_of_few_threads.logs()


def test_a_line_that_a_blob_goes_over_serves_no_other_request(rig_of_few_threads):
    """We close it after the last byte; a proxy that thinks it open would lose the next form over it."""
    url = rig_of_few_threads.urls[0]
    envelope, lease = claimed(url)

    fetched, looked = send(url, fetch(envelope, lease)), send(url, client.status(envelope))

    assert (fetched.status, len(fetched.body)) == (200, len(envelope.blob))
    assert fetched.headers["Connection"] == "close"
    assert looked.headers["Connection"] == "keep-alive"


@pytest.mark.promise("R17")
def test_neither_do_they_behind_a_proxy_that_keeps_less_than_they_ask_for(rig_of_few_threads, nginx):
    # Who takes nothing for 30 s is cut off by nginx, and resumes: so long the last of many would wait here.
    holds_nobody_up(nginx(rig_of_few_threads), read_to_the_end=32)


def a_revoke_cuts_them_off(rig):
    url = rig.urls[0]
    envelope, lease = claimed(url)
    with slow_readers(url, envelope, lease, 1) as (line,):
        time.sleep(0.5)  # the thread that made the answer has handed it over
        assert send(url, client.revoke(envelope)).status == 204
        time.sleep(6)

        _, came = reads_on(line)

    assert 0 < len(came) < len(envelope.blob)


@pytest.mark.promise("R17")
def test_a_slow_reader_is_cut_off_once_the_share_is_revoked(rig_of_few_threads):
    a_revoke_cuts_them_off(rig_of_few_threads)


@pytest.mark.twin("R17")
@pytest.mark.full
def test_a_server_whose_threads_wait_for_slow_readers_is_found_out(make_rig):
    rig = make_rig(masters=1, workers=WORKERS, environ=ENVIRON, twin="slow_readers_are_waited_for")

    assert_red(rig, lambda rig: holds_nobody_up(rig.urls[0]))


@pytest.mark.twin("R17")
@pytest.mark.full
def test_a_server_that_serves_slow_readers_after_their_lease_is_found_out(make_rig):
    rig = make_rig(masters=1, environ=ENVIRON, twin="slow_readers_keep_their_leases")

    assert_red(rig, a_revoke_cuts_them_off)


@pytest.mark.full
def test_a_stopping_server_lets_slow_readers_end(make_rig):
    rig = make_rig(masters=1, workers=1, environ=ENVIRON)
    envelope, lease = claimed(rig.urls[0])
    with slow_readers(rig.urls[0], envelope, lease, 3) as lines:
        time.sleep(0.5)
        rig.masters[0].ask_to_stop()
        time.sleep(1)

        assert {reads_on(line) for line in lines} == {(200, envelope.blob)}
    rig.masters[0].stop()
