"""R17: two hundred lines of one byte in ten seconds hold nobody up behind the proxies we ship.

The twins here are recipes: a proxy that buffers nothing, and no proxy at all. Readers of large sealed blobs
need none (test_slow_readers.py).
"""

import os
import secrets
import statistics
import time

import pytest

from tests.faults import caddy, client
from tests.faults.caddy import Caddy
from tests.faults.client import API, Ask, api, claim, fetch, leave, send
from tests.faults.counts import IS_FULL, count
from tests.faults.envelopes import b64, seal
from tests.faults.nginx import SHIPPED, Nginx, without_tls
from tests.faults.processes import free_port
from tests.faults.slowlines import SlowLines, seconds_of_a_claim
from tests.faults.twins import assert_red
from tests.faults.wire import head, status_of

MIB = 1024**2
PART_BYTES = 8 * MIB
# What both proxies take over whole (Caddy no more than that), and the kernel on its own does not.
BLOB_BYTES = 8 * MIB
LINES = count(40, 200)
THREADS = count(8, 32)
WORKERS = count(1, 2)
ROUNDS = count(8, 30)
# Shares are left and claimed beside the slow ones within this, and hardly slower than alone.
MOST_SECONDS = 1.0
SHARE_OF_CLAIMS = 0.95 if IS_FULL else 0.5  # of a few, the last says more about the machine than about us
TIMES_ALONE = 10
PATIENCE_SECONDS = 4
SETTLE_SECONDS = count(1, 12)


ENVIRON = {"WEB_THREADS": str(THREADS), "TRUSTED_PROXY_COUNT": "1", "SLOW_WINDOW_SECONDS": "3"}


@pytest.fixture(scope="module")
def slow_rig(rigs):
    made = rigs.make(masters=1, workers=WORKERS, environ=ENVIRON)
    yield made
    rigs.drop(made)


@pytest.fixture
def before(slow_rig):
    """Puts a proxy with a recipe before a rig."""
    made = []

    def before(proxy, rig=slow_rig):
        folder = rig.folder / f"proxy-{secrets.token_hex(4)}"
        made.append(proxy(rig.masters[0].port, folder).start())
        return made[-1]

    yield before
    for each in made:
        each.stop()


def nginx(upstream, folder, text=None):
    port = free_port()
    return Nginx(folder, without_tls(text or SHIPPED.read_text(), port, upstream), port)


def nginx_that_buffers_nothing(upstream, folder):
    text = SHIPPED.read_text().replace("proxy_request_buffering on", "proxy_request_buffering off")
    return nginx(upstream, folder, text.replace("proxy_buffering on", "proxy_buffering off"))


def caddy_that_buffers_nothing(upstream, folder):
    text = caddy.SHIPPED.read_text().replace("request_buffers", "# request").replace("response_buffers", "# ")
    return Caddy(upstream, folder, text)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(client, "SECONDS", PATIENCE_SECONDS)


# --- what slow lines say, on which door ---------------------------------------------------------------


def slow_heads(url):
    return SlowLines(url, LINES, lambda n: b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")


def slow_parts(url):
    """Sealed parts that hardly come, each another one of an upload that is really there."""
    envelope = seal(b"so many parts")
    said = {**envelope.deposit(), "size": LINES * PART_BYTES}
    del said["blob"]
    assert send(url, api("POST", "", said=said)).status == 201
    names = {
        "Authorization": f"Bearer {b64(envelope.manage_token)}",
        "Repr_Digest": "sha-256=:" + "A" * 43 + "=:",
        "Content_Length": PART_BYTES,
    }
    return SlowLines(url, LINES, lambda n: head("PUT", f"{API}/{envelope.id}/parts/{n}", **names) + b"sealed")


def slow_claims(url):
    """Forms with a link and a password that hardly come."""
    names = {"Content_Length": 200, "Content_Type": "application/x-www-form-urlencoded"}
    return SlowLines(url, LINES, lambda n: head("POST", "/s/" + "a" * 16, **names) + b"link=")


def slow_readers(url):
    """Fetches of one sealed blob under one lease, hardly read."""
    envelope, lease = seal(os.urandom(BLOB_BYTES)), os.urandom(32)
    leave(url, envelope)
    assert send(url, claim(envelope, lease)).status == 200
    asked = fetch(envelope, lease)
    return SlowLines(url, LINES, lambda n: head("GET", asked.path, **asked.headers), drip=b"")


def slow_plain_bodies(url):
    """Plaintext that no proxy may keep: it reaches the application as slowly as it comes."""
    return SlowLines(url, LINES, lambda n: head("PUT", f"/{n}.txt", Content_Length=MIB) + b"plain")


# --- others, meanwhile ------------------------------------------------------------------------------


def holds_nobody_up(url, lines, settle_seconds=0.5):
    alone = [seconds_of_a_claim(url) for _ in range(ROUNDS)]
    with lines(url) as slow:
        time.sleep(settle_seconds)  # all of them have reached whom they can reach
        beside = []
        while len(beside) < ROUNDS and float("inf") not in beside[-2:]:
            beside.append(seconds_of_a_claim(url))
        ended = slow.answered(0.2)

    medians = f"alone {statistics.median(alone):.4f} s, beside {statistics.median(beside):.4f} s"
    print(f"{LINES} {lines.__name__}: {medians}")
    assert sorted(beside)[int(SHARE_OF_CLAIMS * len(beside))] <= MOST_SECONDS
    assert statistics.median(beside) <= TIMES_ALONE * statistics.median(alone)
    return ended


@pytest.mark.promise("R17")
@pytest.mark.parametrize("lines", [slow_heads, slow_parts, slow_claims, slow_readers])
@pytest.mark.parametrize("proxy", [nginx, Caddy])
def test_slow_lines_behind_a_shipped_proxy_hold_nobody_up(before, proxy, lines, figure):
    # The proxy takes over a gigabyte first, as fast as we make it: that is work, and not waiting.
    holds_nobody_up(before(proxy).url, lines, SETTLE_SECONDS if lines is slow_readers else 0.5)
    figure(
        "R17",
        f"{LINES} lines of a byte in 10 s: p95 of claims beside at most {MOST_SECONDS:.0f} s",
    )


@pytest.mark.parametrize("proxy", [nginx, Caddy])
def test_a_shipped_proxy_names_each_request_and_the_application_takes_its_name(before, proxy):
    front, forged = before(proxy), "f" * 32

    for path in ("/", f"{API}/{'a' * 16}", f"/s/{'a' * 16}"):
        headers = send(front.url, Ask("GET", path, {"X-Request-ID": forged})).headers
        (said,) = (value for name, value in headers.items() if name.lower() == "x-request-id")

        assert len(said) == {nginx: 32, Caddy: 36}[proxy]  # our own have 16 digits
        assert said != forged


def plaintext_holds_a_quarter(url):
    ended = holds_nobody_up(url, slow_plain_bodies)

    assert len(ended) >= LINES - WORKERS * THREADS // 4
    assert {status_of(said) for said in ended.values()} <= {503, 408}


@pytest.mark.promise("R17")
@pytest.mark.parametrize("proxy", [nginx, Caddy])
def test_plaintext_on_slow_lines_holds_a_quarter_of_the_threads(before, proxy):
    plaintext_holds_a_quarter(before(proxy).url)


@pytest.mark.promise("R17")
def test_plaintext_never_lies_on_the_disk_of_the_proxy_and_sealed_parts_do(before):
    front = before(nginx)
    plain = SlowLines(front.url, 2, lambda n: head("PUT", f"/{n}.txt", Content_Length=4 * MIB) + bytes(MIB))
    asked = head("POST", "/s/" + "a" * 16, Content_Length=100_000)
    forms = SlowLines(front.url, 2, lambda n: asked + bytes(90_000))
    with plain, forms:
        time.sleep(0.5)
        of_plain = front.kept()
    part = head("PUT", f"{API}/{'a' * 16}/parts/0", Content_Length=PART_BYTES)
    with SlowLines(front.url, 2, lambda n: part + bytes(MIB)):
        time.sleep(0.5)
        of_parts = front.kept()

    assert of_plain == []
    assert of_parts != []


def is_ended_and_leaves_nothing(rig):
    asked, kept = head("PUT", "/slow.txt", Content_Length=MIB), rig.incoming()
    said = b"HTTP/1.1 503"
    while status_of(said) == 503:  # lines of the test before may not be let go of yet
        with SlowLines(rig.urls[0], 1, lambda n: asked + b"plain") as slow:
            said = slow.answered(10).get(0, b"HTTP/1.1 000 nothing came")

    assert status_of(said) == 408
    assert set(rig.incoming()) <= set(kept)


@pytest.mark.promise("R17")
def test_plaintext_that_hardly_comes_is_ended_and_leaves_nothing(slow_rig):
    is_ended_and_leaves_nothing(slow_rig)


@pytest.mark.twin("R17")
@pytest.mark.full
def test_a_product_that_counts_no_plain_lines_or_waits_for_ever_is_found_out(make_rig, before):
    rig = make_rig(masters=1, workers=WORKERS, environ=ENVIRON, twin="plaintext_takes_all")

    assert_red(rig, lambda rig: plaintext_holds_a_quarter(before(Caddy, rig).url))
    assert_red(rig, is_ended_and_leaves_nothing)


@pytest.mark.twin("R17")
@pytest.mark.parametrize(
    ("proxy", "lines"),
    [
        (caddy_that_buffers_nothing, slow_parts),
        pytest.param(nginx_that_buffers_nothing, slow_parts, marks=pytest.mark.full),
        pytest.param(None, slow_heads, marks=pytest.mark.full),
        pytest.param(None, slow_parts, marks=pytest.mark.full),
    ],
)
def test_without_a_proxy_that_buffers_they_hold_everybody_up(slow_rig, before, proxy, lines, red):
    url = before(proxy).url if proxy else slow_rig.urls[0]

    with pytest.raises(AssertionError):
        holds_nobody_up(url, lines, count(1, 5))
    red("a proxy that buffers nothing" if proxy else "no proxy")
