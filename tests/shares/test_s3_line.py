"""The line to S3: how long it is waited for, and what becomes of a download when it breaks."""

import os
import subprocess
import sys
import threading
import time

import pytest

from shares.errors import StoreAway
from shares.storage import s3client
from tests.s3 import S3

MiB = 1024**2


@pytest.fixture
def far(bucket, line):
    """The bucket behind that line."""
    return S3(line.url, prefix=bucket.prefix).storage()


def put(store, data=b"sealed bytes"):
    name = store.new_name()
    with store.kept(name, data):
        return name


# --- its waits ----------------------------------------------------------------------------------------


def test_an_s3_that_never_answers_is_waited_for_once_and_then_left_alone(bucket, line):
    far = S3(line.url, prefix=bucket.prefix).storage(patience_seconds=0.3)
    name = put(far)
    line.black_hole = True
    began = time.monotonic()

    with pytest.raises(StoreAway):
        far.size(name)
    waited = time.monotonic() - began
    for _ in range(20):
        with pytest.raises(StoreAway):
            far.size(name)
    more = time.monotonic() - began - waited

    assert 0.5 < waited < 5  # two tries
    assert more < 0.5
    line.heal()
    time.sleep(s3client.REST_SECONDS)
    assert far.size(name) == 12


def test_a_connection_that_died_unnoticed_costs_no_request(far, line):
    name = put(far)
    line.drop()

    assert far.size(name) == 12


@pytest.mark.usefixtures("fresh_client")
def test_threads_share_one_client_and_it_is_made_once(bucket, monkeypatch):
    store, seen = bucket.storage(), []
    threads = [threading.Thread(target=lambda: seen.append(store._s3)) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 8
    assert len(set(map(id, seen))) == 1
    monkeypatch.setattr(os, "getpid", lambda: 1)
    assert store._s3 is not seen[0]  # in a forked process


def test_whoever_keeps_blobs_in_a_folder_never_loads_boto3():
    script = (
        "import sys, onetimeshare.wsgi; from shares.storage import share_storage; share_storage().look();"
        "print([name for name in ('boto3', 'botocore') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


# --- a download's broken line -------------------------------------------------------------------------


def test_a_line_that_breaks_is_taken_up_again_where_it_broke(far, line):
    data = os.urandom(8 * MiB)
    name = put(far, data)
    line.cut_reply_at = 1_500_000

    got = b""
    for block in far.read(name, 3, len(data)):
        got += block

    assert got == data[3:]
    assert line.cuts == 5  # each after a block and more


def test_a_line_that_breaks_at_once_again_and_again_is_given_up(far, line):
    name = put(far, os.urandom(4 * MiB))
    line.cut_reply_at = 900  # not even a block comes through

    with pytest.raises(StoreAway):
        b"".join(far.read(name, 0, 4 * MiB))

    assert line.cuts == 3


def test_a_blob_that_was_cut_short_is_never_read_as_a_whole_one(bucket):
    store = bucket.storage()
    name = put(store, b"short")

    with pytest.raises(StoreAway):
        b"".join(store.read(name, 0, 12))
