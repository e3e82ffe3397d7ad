"""One thread for all slow readers: each gets its bytes, while its lease is open and somebody reads."""

import errno
import os
import secrets
import socket
import time
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.models.functions import Now

from shares import outgoing, slowreaders
from shares.errors import StoreAway
from shares.models import Lease
from shares.services import fetch as fetching
from shares.services.burn import revoke
from shares.services.claim import claim
from shares.services.fetch import fetch
from shares.slowreaders import Reader, SlowReaders, _Watch, slow_readers
from tests.builders import a_claim_of, a_large_share

PATIENCE_SECONDS = 20
BYTES = 12 * 1024**2  # more than the kernel keeps for a connection of this machine


@pytest.fixture(scope="module")
def blob():
    return os.urandom(BYTES)


@pytest.fixture
def sources(blob, tmp_path, monkeypatch):
    """From where the same bytes come: a file, and what is none."""
    monkeypatch.setattr(fetching, "LOOK_BYTES", 2 * BYTES)  # no lease is looked at
    path = tmp_path / "blob"
    path.write_bytes(blob)
    blocks = (blob[at : at + 1024**2] for at in range(0, BYTES, 1024**2))
    made = {"file": outgoing._File(path.open("rb"), 0, BYTES), "blocks": outgoing._Blocks(blocks)}
    yield made
    made["file"].close()


@pytest.fixture
def line():
    """The two ends of a connection: ours, and the reader's."""
    ours, theirs = socket.socketpair()
    theirs.settimeout(PATIENCE_SECONDS)
    with ours, theirs:
        yield ours, theirs


def reader(line, source, *, sent_bytes=0, lease_id=0, begun_at=None):
    return Reader(line, source, lease_id, begun_at or time.monotonic(), sent_bytes)


def all_that_comes(line):
    said = bytearray()
    while piece := line.recv(1024**2):
        said += piece
    return bytes(said)


def leaves(readers):
    """Waits until the thread has nobody left."""
    until = time.monotonic() + PATIENCE_SECONDS
    while readers._thread and time.monotonic() < until:
        time.sleep(0.01)
    assert readers._thread is None


@pytest.mark.parametrize("kind", ["file", "blocks"])
def test_a_slow_reader_gets_all_of_it_and_the_thread_leaves_with_the_last(sources, line, blob, kind):
    readers = SlowReaders()
    readers.take(reader(line[0], sources[kind]))
    time.sleep(0.2)

    assert all_that_comes(line[1]) == blob
    leaves(readers)


def test_who_comes_after_the_thread_has_left_is_served(sources, line, blob):
    readers = SlowReaders()
    ours, theirs = socket.socketpair()
    readers.take(reader(ours, outgoing._Blocks(iter([b"short"]))))
    assert all_that_comes(theirs) == b"short"
    theirs.close()
    leaves(readers)

    readers.take(reader(line[0], sources["file"]))

    assert all_that_comes(line[1]) == blob


def test_a_blob_that_cannot_be_closed_ends_nobody_elses(sources, line, blob, caplog):
    class Stuck:
        is_file = False

        def send(self, line):
            return 0

        def close(self):
            raise RuntimeError("its own line is broken")

    readers = SlowReaders()
    ours, theirs = socket.socketpair()
    theirs.settimeout(PATIENCE_SECONDS)
    with ours, theirs:
        readers.take(reader(line[0], sources["file"]))
        readers.take(reader(ours, Stuck()))

        assert theirs.recv(1) == b""
        assert all_that_comes(line[1]) == blob
        leaves(readers)
    assert "a blob was not closed" in caplog.text


def test_a_reader_who_goes_and_a_blob_that_breaks_off_end_nobody_elses(sources, line, blob):
    def broken():
        yield b"a little"
        raise StoreAway

    readers = SlowReaders()
    ours, theirs = socket.socketpair()
    theirs.close()
    readers.take(reader(ours, outgoing._Blocks(iter([b"to nobody"] * 9))))
    ours, theirs = socket.socketpair()
    readers.take(reader(ours, outgoing._Blocks(broken())))
    readers.take(reader(line[0], sources["file"]))

    assert all_that_comes(theirs) == b"a little"
    assert all_that_comes(line[1]) == blob
    theirs.close()


def test_no_piece_is_larger_than_what_leases_are_watched_for(sources, line, monkeypatch):
    monkeypatch.setattr(outgoing.os, "sendfile", lambda line, file, at, wanted: wanted)

    assert sources["file"].send(line[0]) == fetching.AT_ONCE_BYTES


def test_a_blob_shorter_than_its_share_breaks_off(line, tmp_path):
    (tmp_path / "cut").write_bytes(b"cut")
    source = outgoing._File((tmp_path / "cut").open("rb"), 0, 4)

    SlowReaders().take(reader(line[0], source))

    assert all_that_comes(line[1]) == b"cut"


def test_a_thread_that_ends_by_a_fault_takes_its_readers_along_and_the_next_gets_another(
    sources, line, blob, monkeypatch, caplog
):
    def broken():
        raise OSError(errno.EMFILE, "Too many open files")

    readers = SlowReaders()
    ours, theirs = socket.socketpair()
    theirs.settimeout(PATIENCE_SECONDS)
    with theirs, monkeypatch.context() as meanwhile:
        meanwhile.setattr(slowreaders.selectors, "DefaultSelector", broken)
        readers.take(reader(ours, outgoing._Blocks(iter([b"to nobody"]))))

        assert theirs.recv(1) == b""
        leaves(readers)
    assert "slow readers were let go" in caplog.text

    readers.take(reader(line[0], sources["file"]))
    assert all_that_comes(line[1]) == blob


def test_where_no_thread_is_left_the_answer_breaks_off_and_the_next_is_served(
    sources, line, blob, monkeypatch
):
    def none_left(thread):
        raise RuntimeError("can't start new thread")

    ours, theirs = socket.socketpair()
    theirs.settimeout(PATIENCE_SECONDS)
    with theirs, monkeypatch.context() as meanwhile:
        meanwhile.setattr(slowreaders.threading.Thread, "start", none_left)
        with pytest.raises(ConnectionResetError):
            outgoing._hand_over(reader(ours, outgoing._Blocks(iter([b"to nobody"]))))
    assert ours.fileno() == -1

    slow_readers.take(reader(line[0], sources["file"]))
    assert all_that_comes(line[1]) == blob


def test_where_there_is_no_room_the_slowest_gives_way(sources, line, blob, monkeypatch):
    monkeypatch.setattr(slowreaders, "MOST_FILES", 1)
    readers = SlowReaders()
    readers.take(reader(line[0], sources["file"], sent_bytes=1000))
    time.sleep(0.2)
    ours, theirs = socket.socketpair()
    theirs.settimeout(PATIENCE_SECONDS)
    another = outgoing._File(open(sources["file"]._file.name, "rb"), 0, BYTES)  # noqa: SIM115 - closed there

    readers.take(reader(ours, another))

    with theirs:
        assert all_that_comes(theirs) == blob
    assert 0 < len(all_that_comes(line[1])) < BYTES


def test_a_process_that_ends_waits_for_them_and_not_for_ever(sources, line, blob):
    readers = SlowReaders()
    readers.take(reader(line[0], sources["file"]))
    begun = time.monotonic()

    readers.finish(0.2)
    assert 0.2 <= time.monotonic() - begun < PATIENCE_SECONDS
    all_that_comes(line[1])
    readers.finish(PATIENCE_SECONDS)

    assert readers._thread is None


def test_what_the_server_does_with_a_connection_that_was_taken_from_it_harms_nobody(line):
    ours, theirs = line
    taken = outgoing._taken_from_the_server(ours)

    ours.setblocking(True)
    assert ours.recv(1) == b""
    ours.shutdown(socket.SHUT_WR)
    ours.close()

    with taken:
        taken.sendall(b"still there")
    assert all_that_comes(theirs) == b"still there"


# --- their leases -----------------------------------------------------------------------------------


@pytest.fixture
def due(monkeypatch):
    monkeypatch.setattr(fetching, "LOOK_SECONDS", 0)


def under_a_lease(line):
    sent, secret = a_large_share(), secrets.token_bytes(32)
    claim(a_claim_of(sent, secret))
    found = fetch(sent.id, secret)
    return sent, reader(line, outgoing._Blocks(iter(())), lease_id=found.lease_id)


@pytest.mark.django_db
def test_who_reads_under_a_lease_that_has_ended_is_cut_off_and_nobody_else(line, due):
    sent, revoked = under_a_lease(line[0])
    _, other = under_a_lease(line[1])
    watch = _Watch()
    assert watch.ended(iter([revoked, other])) == []

    revoke(sent.id, sent.manage_token)

    assert watch.ended(iter([revoked, other])) == [revoked]


@pytest.mark.django_db
@pytest.mark.parametrize(("since", "is_seen"), [(7 * 1024**2, False), (7 * 1024**2 + 1, True)])
def test_leases_are_looked_at_before_one_reader_may_have_more_than_eight_mebibytes(line, since, is_seen):
    sent, revoked = under_a_lease(line[0])
    revoke(sent.id, sent.manage_token)
    revoked.since_look_bytes = since

    assert _Watch().ended(iter([revoked])) == ([revoked] if is_seen else [])


@pytest.mark.django_db
def test_a_lease_moves_on_while_its_slow_reader_is_served(line, due, monkeypatch):
    monkeypatch.setattr(fetching, "EXTEND_SECONDS", 0)
    _, slow = under_a_lease(line[0])
    Lease.objects.update(ends_at=Now() + timedelta(seconds=5))

    assert _Watch().ended(iter([slow])) == []

    assert not Lease.objects.filter(ends_at__lt=Now() + timedelta(seconds=800)).exists()


@pytest.mark.django_db
def test_who_takes_nothing_for_five_minutes_is_let_go(line, due):
    _, slow = under_a_lease(line[0])
    slow.moved_at -= 299
    assert _Watch().ended(iter([slow])) == []

    slow.moved_at -= 2

    assert _Watch().ended(iter([slow])) == [slow]


def test_where_nobody_can_tell_whether_a_lease_is_open_all_break_off(line, due, monkeypatch):
    def away(lease_ids, *, extend):
        raise OperationalError

    monkeypatch.setattr(fetching, "still_open", away)
    slow = reader(line[0], outgoing._Blocks(iter(())))

    assert _Watch().ended(iter([slow])) == [slow]
