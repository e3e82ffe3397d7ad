"""R7 and R8: a broken download goes on where it stopped, and a lease ends when it says."""

import os
import random
import time
from functools import partial
from hashlib import sha256

import pytest

from tests.faults import client
from tests.faults.client import send
from tests.faults.counts import count
from tests.faults.envelopes import seal, unb64
from tests.faults.proxy import Proxy
from tests.faults.twins import assert_red
from tests.faults.wire import comes_true, fetch_some

BIG_BYTES = count(16, 64) * 1024**2
CUTS = 20
LEASE_SECONDS = 2
SHORT_LEASE = {"LEASE_SECONDS": str(LEASE_SECONDS)}


def claimed(rig, plain):
    """An envelope, its lease secret, and what the claim gave."""
    envelope, lease = client.leave(rig.urls[0], seal(plain)), os.urandom(32)
    taken = send(rig.urls[0], client.claim(envelope, lease))
    assert taken.status == 200
    return envelope, lease, taken.json


def blob_path(envelope):
    return f"{client.API}/{envelope.id}/blob"


def blob_file(rig, envelope):
    """Where its blob lies."""
    [(name,)] = rig.sql("SELECT storage_name FROM shares_share WHERE id = %s", envelope.id)
    return next(path for path in rig.blobs() if path.name == name)


def has_its_half(rig, envelope):
    return rig.sql("SELECT 1 FROM shares_serverhalf WHERE share_id = %s", envelope.id) != []


# --- R7 ---------------------------------------------------------------------------------------------


def comes_back_whole_over(line, rig, size, *, cuts, restart=False):
    """Fetch over *line*, which breaks again and again at random bytes; half-way the server goes too."""
    plain = os.urandom(size)
    envelope, lease, given = claimed(rig, plain)
    got = bytearray()
    for left in range(cuts, -1, -1):
        if restart and left == cuts // 2:
            rig.restart()
        if restart and left == cuts // 4:
            for pid in rig.masters[0].worker_pids:
                rig.kill_9(pid)
            assert comes_true(20, rig.masters[0].answers)
        rest = len(envelope.blob) - len(got)
        line.cut_reply_at = random.randrange(1, max(2, 2 * rest // (left + 1))) if left else None
        status, piece = fetch_some(line.url, blob_path(envelope), lease, len(got))
        assert status in (0, 206)
        got += piece
    assert line.cuts >= cuts / 2, "the line was hardly ever cut: this proved nothing"
    assert sha256(got).hexdigest() == sha256(envelope.blob).hexdigest()
    opened = envelope.open(unb64(given["wrapped_key"]), unb64(given["meta"]), bytes(got))
    assert sha256(opened).hexdigest() == sha256(plain).hexdigest()


@pytest.fixture
def line_to():
    """A line to a rig's first door, that can be cut."""
    lines = []

    def line_to(rig):
        lines.append(Proxy(("127.0.0.1", rig.masters[0].port)).start())
        return lines[-1]

    yield line_to
    for line in lines:
        line.stop()


@pytest.mark.promise("R7")
def test_a_download_that_breaks_twenty_times_comes_back_whole(make_rig, line_to, figure):
    rig = make_rig(masters=1, workers=2)

    line = line_to(rig)
    comes_back_whole_over(line, rig, BIG_BYTES, cuts=CUTS, restart=True)

    figure("R7", f"{BIG_BYTES // 1024**2} MiB whole after {line.cuts} cuts, a restart and a kill")


@pytest.mark.twin("R7")
def test_a_product_that_ignores_ranges_is_noticed(make_rig, line_to):
    rig = make_rig(masters=1, twin="deaf_to_ranges")

    assert_red(rig, lambda rig: comes_back_whole_over(line_to(rig), rig, 1024**2, cuts=4))


# --- R8 ---------------------------------------------------------------------------------------------


def ends_by_itself(rig):
    envelope, lease, _ = claimed(rig, os.urandom(100_000))
    blob, fetch = blob_file(rig, envelope), client.fetch(envelope, lease, Range="bytes=0-99")
    assert send(rig.urls[0], fetch).status == 206

    time.sleep(LEASE_SECONDS + 0.5)

    late = send(rig.urls[0], fetch)
    assert (late.status, late.code) == (410, "lease_over")
    again = send(rig.urls[0], client.claim(envelope, lease))
    assert (again.status, again.code) == (410, "gone")
    rig.sweep()
    assert not blob.exists()
    assert rig.sql("SELECT state FROM shares_share WHERE id = %s", envelope.id) == [("burned",)]
    assert not has_its_half(rig, envelope)


def is_gone_soon_after_the_burn(rig, seconds=5):
    envelope, lease, _ = claimed(rig, os.urandom(100_000))
    blob = blob_file(rig, envelope)

    assert send(rig.urls[0], client.burn(envelope, lease)).status == 204

    assert comes_true(seconds, lambda: not blob.exists())
    assert send(rig.urls[0], client.fetch(envelope, lease)).status == 410
    assert not has_its_half(rig, envelope)


def a_request_moves_it(rig):
    envelope, lease, _ = claimed(rig, os.urandom(100_000))
    statuses = []

    for _ in range(4):
        time.sleep(LEASE_SECONDS / 2)
        statuses.append(send(rig.urls[0], client.fetch(envelope, lease, Range="bytes=0-99")).status)

    assert statuses == [206] * 4


@pytest.fixture(scope="module")
def short_leases(rigs):
    return rigs.make(masters=1, environ=SHORT_LEASE)


@pytest.mark.promise("R8")
def test_a_lease_without_requests_ends_and_the_sweep_removes_the_blob(short_leases, figure):
    ends_by_itself(short_leases)
    figure(
        "R8",
        f"a lease of {LEASE_SECONDS} s ended by itself, its blob with the next sweep",
    )


@pytest.mark.promise("R8")
def test_a_burn_removes_the_blob_within_five_seconds(short_leases, figure):
    is_gone_soon_after_the_burn(short_leases)
    figure("R8", "a blob was gone within 5 s of its burn")


@pytest.mark.promise("R8")
def test_each_request_for_the_blob_moves_the_end_of_its_lease(short_leases):
    a_request_moves_it(short_leases)


@pytest.mark.twin("R8")
@pytest.mark.parametrize(
    ("twin", "check"),
    [
        pytest.param("endless_lease", ends_by_itself, marks=pytest.mark.full),
        ("blob_stays", partial(is_gone_soon_after_the_burn, seconds=1)),
        pytest.param("lease_that_never_moves", a_request_moves_it, marks=pytest.mark.full),
    ],
)
def test_a_lease_that_does_not_keep_its_word_is_noticed(make_rig, twin, check):
    assert_red(make_rig(masters=1, twin=twin, environ=SHORT_LEASE), check)
