"""R13 and R14: a full disk and senders who leave in the middle: nothing half is ever kept or shown."""

import os
import random
from contextlib import suppress

import pytest

from tests.faults import client
from tests.faults.client import Ask, send
from tests.faults.counts import count
from tests.faults.envelopes import seal, unb64
from tests.faults.twins import assert_red
from tests.faults.wire import break_off, comes_true, form, head, open_line, post_form, put, say_and_watch

MIB = 1024**2
DISK_MIB, RESERVE_BYTES = 64, 4 * MIB
SMALL_DISK = {
    **{"STORAGE_RESERVE_BYTES": str(RESERVE_BYTES), "UPLOAD_SECONDS": "1"},
    "ANONYMOUS_SHARES_A_DAY": "10000",  # counted, and never used up
}
SPENT = "SELECT coalesce(sum(shares), 0) FROM shares_allowance"
UNFINISHED = "SELECT count(*) FROM shares_share WHERE state = 'uploading'"
ALL = "SELECT count(*) FROM shares_share"
READY = "SELECT count(*) FROM shares_share WHERE state = 'ready'"


def opens(url, envelope):
    """Claim and fetch it, as a recipient."""
    lease = os.urandom(32)
    given = send(url, client.claim(envelope, lease)).json
    blob = unb64(given["blob"]) if given.get("blob") else send(url, client.fetch(envelope, lease)).body
    return envelope.open(unb64(given["wrapped_key"]), unb64(given["meta"]), blob) == envelope.plain


# --- R13 --------------------------------------------------------------------------------------------


def fill(rig):
    """Twenty senders with 8 MiB each, by PUT and by form, and some for what is left; their statuses."""
    statuses = []
    for size, senders in ((8 * MIB, 20), (MIB, 8), (80_000, 14)):
        data = os.urandom(size)
        requests = [request_of("put", data), request_of("form", data)]
        statuses += [say_and_watch(rig.urls[0], requests[n % 2]) for n in range(senders)]
    return statuses


def a_full_disk_is_refused_and_leaves_nothing(rig):
    before = rig.sql(SPENT)[0][0]
    statuses = fill(rig)
    assert set(statuses) == {201, 507}
    assert rig.sql(SPENT)[0][0] - before == statuses.count(201), "a share that was refused is counted"
    assert rig.incoming() == []
    assert rig.sql(UNFINISHED) == [(0,)]
    assert rig.tmpfs.free_bytes() >= RESERVE_BYTES
    return statuses.count(507)


def a_full_disk_in_the_middle_of_parts_is_refused(rig):
    envelope = seal(os.urandom(20 * MIB))
    size = send(rig.urls[0], client.create(envelope)).json["part_size"]
    assert send(rig.urls[0], client.part(envelope, 0, size)).status == 204
    fill(rig)

    refused = say_and_watch(rig.urls[0], part_request(envelope, 1, size))
    at_create = send(rig.urls[0], client.create(seal(os.urandom(20 * MIB))))

    assert refused == 507
    assert (at_create.status, at_create.code) == (507, "store_full")
    assert rig.sql("SELECT n FROM shares_part WHERE done") == [(0,)]
    assert rig.sql("SELECT count(*) FROM shares_part") == [(1,)]
    comes_true(1.2, lambda: False)
    rig.sweep()
    assert rig.incoming() == []
    assert rig.sql(UNFINISHED) == [(0,)]


def what_is_there_still_opens_and_small_shares_are_still_taken(rig, waiting):
    fill(rig)

    small = client.leave(rig.urls[0], seal(os.urandom(1000)))
    by_form = send(rig.urls[0], post_form(text="a password"))
    by_put = send(rig.urls[0], put("key.txt", b"a key"))

    assert (by_form.status, by_put.status) == (201, 201)
    assert [opens(rig.urls[0], envelope) for envelope in (*waiting, small)] == [True] * 3
    assert send(rig.urls[0], Ask("GET", "/accounts/login")).status == 200


def small_disk(make_rig, twin=""):
    return make_rig(masters=1, tmpfs_mib=DISK_MIB, environ=SMALL_DISK, twin=twin)


@pytest.mark.promise("R13")
def test_a_full_disk_answers_507_and_keeps_nothing_half(make_rig, figure):
    rig = small_disk(make_rig)
    waiting = [client.leave(rig.urls[0], seal(os.urandom(size))) for size in (1000, 5 * MIB)]

    refused = a_full_disk_is_refused_and_leaves_nothing(rig)
    what_is_there_still_opens_and_small_shares_are_still_taken(rig, waiting)
    figure("R13", f"a disk of {DISK_MIB} MiB: {refused} uploads told 507, 0 files and 0 rows of them left")


@pytest.mark.promise("R13")
def test_a_disk_that_fills_between_two_parts_answers_507(make_rig):
    a_full_disk_in_the_middle_of_parts_is_refused(small_disk(make_rig))


@pytest.mark.twin("R13")
@pytest.mark.parametrize(
    "twin", ["full_disk_unnamed", pytest.param("nothing_is_abandoned", marks=pytest.mark.full)]
)
def test_a_full_disk_that_is_not_cleaned_up_after_is_noticed(make_rig, twin):
    assert_red(small_disk(make_rig, twin), a_full_disk_is_refused_and_leaves_nothing)


@pytest.mark.twin("R13")
@pytest.mark.full
def test_a_part_that_ignores_the_reserve_is_noticed(make_rig):
    assert_red(small_disk(make_rig, "parts_take_the_reserve"), a_full_disk_in_the_middle_of_parts_is_refused)


# --- R14 --------------------------------------------------------------------------------------------


def request_of(way, data):
    """A whole upload by that way, as bytes."""
    if way == "form":
        body, kind = form(("logs.bin", data))
        return head("POST", "/", Content_Type=kind, Content_Length=len(body)) + body
    if way == "chunked":
        pieces = [data[at : at + 70_000] for at in range(0, len(data), 70_000)]
        body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
        return head("PUT", "/logs.bin", Transfer_Encoding="chunked") + body
    return head("PUT", "/logs.bin", Content_Length=len(data)) + data


def part_request(envelope, n, size):
    asked = client.part(envelope, n, size)
    return head("PUT", asked.path, **asked.headers, Content_Length=len(asked.body)) + asked.body


def leave_in_the_middle(url, request, offset, *, reset):
    """Say *offset* bytes of *request*, then go: by a reset, or as one who thinks he has said it all."""
    with open_line(url) as line, suppress(OSError):
        line.sendall(request[:offset])
        if reset:
            break_off(line)


def senders_who_leave_are_forgotten_at_once(rig, aborts):
    data = os.urandom(2 * MIB + 12_345)
    before = rig.sql(READY)

    for n in range(aborts):
        request = request_of(("put", "chunked", "form")[n % 3], data)
        least = request.index(b"\r\n\r\n") + 4  # all of the head, so that an upload begins
        leave_in_the_middle(rig.urls[0], request, random.randrange(least, len(request)), reset=n % 2)

    # A reset may overtake the head; of the others, what is no form has begun by its head alone.
    begun = sum(n % 3 < 2 and n % 2 == 0 for n in range(aborts))
    assert comes_true(10, lambda: rig.sql(ALL)[0][0] >= begun)
    assert comes_true(2, lambda: rig.incoming() == [] and rig.sql(UNFINISHED) == [(0,)])
    assert rig.sql(READY) == before
    assert "Traceback" not in rig.logs()


def a_part_cut_short_is_no_part(rig, aborts):
    envelope = seal(os.urandom(2 * MIB))
    size = send(rig.urls[0], client.create(envelope)).json["part_size"]
    request = part_request(envelope, 0, size)

    for n in range(aborts):
        least = len(request) - len(envelope.blob)
        leave_in_the_middle(rig.urls[0], request, random.randrange(least, len(request)), reset=n % 2)

    nothing = "SELECT count(*) FROM shares_part WHERE share_id = %s"
    assert comes_true(5, lambda: rig.sql(nothing, envelope.id) == [(0,)])
    assert send(rig.urls[0], client.complete(envelope)).json["missing"] == [0]
    assert send(rig.urls[0], client.claim(envelope, os.urandom(32))).code == "not_ready"
    assert send(rig.urls[0], client.part(envelope, 0, size)).status == 204
    assert send(rig.urls[0], client.complete(envelope)).status == 200
    assert opens(rig.urls[0], envelope)


@pytest.mark.promise("R14")
def test_a_sender_who_leaves_in_the_middle_leaves_nothing(make_rig, figure):
    # A quarter of the threads carry plaintext, and here all come at once.
    rig = make_rig(masters=1, environ={"WEB_THREADS": "800"})
    senders_who_leave_are_forgotten_at_once(rig, aborts := count(20, 200))
    figure("R14", f"{aborts} uploads broken off at random bytes: 0 shares, 0 bytes left")


@pytest.mark.promise("R14")
def test_a_part_that_breaks_off_can_be_sent_again(rig):
    a_part_cut_short_is_no_part(rig, count(5, 50))


@pytest.mark.promise("R14")
def test_what_a_killed_worker_was_taking_is_swept_away(make_rig, figure):
    rig = make_rig(masters=1)
    uploads = [request_of(way, os.urandom(4 * MIB)) for way in ("put", "form", "chunked")]
    lines = [open_line(rig.urls[0]) for _ in uploads]
    for line, request in zip(lines, uploads, strict=True):
        line.sendall(request[: 3 * MIB])
    assert comes_true(5, lambda: len(rig.incoming()) == 3)

    for pid in rig.masters[0].worker_pids:
        rig.kill_9(pid)
    for line in lines:
        line.close()
    left_lying = len(rig.incoming())
    rig.sweep()

    assert left_lying == 3, "the worker cleaned up: it was not killed"
    assert rig.incoming() == []
    assert rig.sql(UNFINISHED) == [(0,)]
    assert rig.sql(READY) == [(0,)]
    figure("R14", f"a worker killed with {left_lying} uploads under way: 0 bytes left after one sweep")


@pytest.mark.twin("R14")
@pytest.mark.parametrize(
    "twin", ["a_cut_body_is_a_short_one", pytest.param("nothing_is_abandoned", marks=pytest.mark.full)]
)
def test_an_upload_that_outlives_its_sender_is_noticed(make_rig, twin):
    many = {"WEB_THREADS": "800"}
    assert_red(
        make_rig(masters=1, twin=twin, environ=many),
        lambda rig: senders_who_leave_are_forgotten_at_once(rig, 9),
    )
