"""R15: what is too large is refused before it is read, and a length that lies is a bad request."""

import os
from contextlib import suppress

import pytest

from tests.faults import client
from tests.faults.client import send
from tests.faults.corpus import AUTH, ID, SHARE
from tests.faults.envelopes import b64, seal
from tests.faults.twins import assert_red
from tests.faults.wire import form, head, open_line, say_and_watch, status_of, talk

MIB = 1024**2
LIMIT = 4 * MIB
SMALL = {"MAX_SHARE_BYTES": str(LIMIT)}
# What lies in sockets on both sides when the answer comes.
ON_THE_WAY = 6 * MIB
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
TOO_LARGE = {
    "put": head("PUT", "/logs.bin", Content_Length=LIMIT + 1),
    "put, absurd": head("PUT", "/logs.bin", Content_Length=10**18),
    "form": head("POST", "/", Content_Length=10**10, Content_Type=form(text="x")[1]),
    "part": head("PUT", f"{SHARE}/parts/0", Content_Length=8 * MIB + 1, Authorization=AUTH),
    "create": head("POST", "/api/v1/shares", Content_Length=300_000, Content_Type=JSON),
    "claim": head("POST", f"{SHARE}/claim", Content_Length=300_000, Content_Type=JSON, Authorization=AUTH),
    "open": head("POST", f"/s/{ID}", Content_Length=20_000, Content_Type=FORM),
    "manage": head("POST", f"/m/{ID}", Content_Length=20_000, Content_Type=FORM),
}


def nothing_is_kept(rig):
    assert rig.incoming() == []
    assert rig.blobs() == []
    assert rig.sql("SELECT count(*) FROM shares_share WHERE NOT ended") == [(0,)]


def is_refused_by_its_head_alone(rig, request):
    """Not one byte of the body is sent, and the answer is there."""
    with open_line(rig.urls[0], seconds=5) as line:
        line.sendall(request)
        try:
            said = line.recv(65536)
        except TimeoutError:
            said = b""
    assert status_of(said) == 413
    nothing_is_kept(rig)


def is_refused_at_the_limit(rig):
    """A body of no stated length, four times as long as allowed."""
    sent, said = 0, b""
    with open_line(rig.urls[0]) as line:
        line.sendall(head("PUT", "/logs.bin", Transfer_Encoding="chunked"))
        with suppress(ConnectionError):
            while sent < 4 * LIMIT:
                line.sendall(b"10000\r\n" + bytes(65536) + b"\r\n")
                sent += 65536
            line.sendall(b"0\r\n\r\n")
        with suppress(ConnectionError):
            said = line.recv(65536)
    assert LIMIT < sent <= LIMIT + ON_THE_WAY
    assert status_of(said) in (413, 0)  # 0: the reset was faster than the answer
    nothing_is_kept(rig)


@pytest.fixture(scope="module")
def narrow(rigs):
    return rigs.make(masters=1, environ=SMALL)


@pytest.mark.promise("R15")
@pytest.mark.parametrize("way", TOO_LARGE)
def test_a_stated_length_that_is_too_large_is_refused_before_the_body(narrow, way, figure):
    is_refused_by_its_head_alone(narrow, TOO_LARGE[way])
    figure("R15", f"{len(TOO_LARGE)} doors: 413 before the first byte of a body")


@pytest.mark.promise("R15")
def test_a_body_without_a_length_is_refused_where_it_crosses_the_limit(narrow):
    is_refused_at_the_limit(narrow)


@pytest.mark.promise("R15")
def test_a_body_one_byte_too_long_is_told_413(narrow):
    data = os.urandom(LIMIT + 1)
    chunked = head("PUT", "/logs.bin", Transfer_Encoding="chunked") + b"%x\r\n%s\r\n0\r\n\r\n" % (
        len(data),
        data,
    )
    body, kind = form(("logs.bin", data))
    by_form = head("POST", "/", Content_Type=kind, Content_Length=len(body)) + body

    assert [status_of(talk(narrow.urls[0], request)) for request in (chunked, by_form)] == [413, 413]
    nothing_is_kept(narrow)


@pytest.mark.promise("R15")
def test_a_body_of_exactly_the_limit_is_taken(narrow):
    request = head("PUT", "/logs.bin", Content_Length=LIMIT) + bytes(LIMIT)

    assert say_and_watch(narrow.urls[0], request) == 201

    narrow.sql("DELETE FROM shares_event")
    narrow.sql("DELETE FROM shares_serverhalf")
    narrow.sql("DELETE FROM shares_share")
    narrow.sweep()


def lying():
    """Bodies that are shorter than they say, or say it twice."""
    body, kind = form(("notes.txt", bytes(1000)))
    return {
        "put": head("PUT", "/n.bin", Content_Length=1000) + bytes(999),
        "form": head("POST", "/", Content_Type=kind, Content_Length=len(body) + 1) + body,
        "fields": head("POST", "/", Content_Type=FORM, Content_Length=20) + b"text=short",
        "create": head("POST", "/api/v1/shares", Content_Type=JSON, Content_Length=20) + b'{"id":',
        "two lengths": head("PUT", "/n.bin", Content_Length="5\r\nContent-Length: 6") + b"hello!",
        "both ways": head("PUT", "/n.bin", Content_Length=5, Transfer_Encoding="chunked") + b"0\r\n\r\n",
        "negative": head("PUT", "/n.bin", Content_Length=-1) + b"hello",
        "no number": head("PUT", "/n.bin", Content_Length="five") + b"hello",
    }


def is_a_bad_request(rig, request):
    assert status_of(talk(rig.urls[0], request)) == 400
    nothing_is_kept(rig)


@pytest.mark.promise("R15")
@pytest.mark.parametrize("way", lying())
def test_a_length_that_lies_is_a_bad_request_and_leaves_nothing(narrow, way, figure):
    is_a_bad_request(narrow, lying()[way])
    figure("R15", f"{len(lying())} kinds of lies about lengths: 400")


@pytest.mark.promise("R15")
def test_a_part_that_is_not_what_it_says_is_a_bad_request(rig):
    envelope = seal(os.urandom(100_000))
    size = send(rig.urls[0], client.create(envelope)).json["part_size"]
    good = client.part(envelope, 0, size)

    def part(body, **named):
        headers = {"Content_Length": len(body), **good.headers, **named}
        return status_of(talk(rig.urls[0], head("PUT", good.path, **headers) + body))

    assert part(good.body[:-1]) == 400  # honest, and too short
    assert part(good.body[:-1], Content_Length=len(good.body)) == 400
    assert part(good.body + b"x") == 400
    assert part(bytes(len(good.body))) == 400  # another digest
    assert part(good.body, **{"Repr-Digest": f"sha-256=:{b64(bytes(32))}:"}) == 400
    assert rig.sql("SELECT count(*) FROM shares_part WHERE share_id = %s", envelope.id) == [(0,)]
    assert part(good.body) == 204


@pytest.mark.twin("R15")
@pytest.mark.parametrize(
    ("twin", "check"),
    [
        ("lengths_are_not_looked_at", lambda rig: is_refused_by_its_head_alone(rig, TOO_LARGE["put"])),
        pytest.param("streams_without_an_end", is_refused_at_the_limit, marks=pytest.mark.full),
        ("a_cut_body_is_a_short_one", lambda rig: is_a_bad_request(rig, lying()["put"])),
        pytest.param(
            "a_cut_body_is_a_short_one",
            lambda rig: is_a_bad_request(rig, lying()["form"]),
            marks=pytest.mark.full,
        ),
    ],
)
def test_a_door_that_believes_lengths_is_noticed(make_rig, twin, check):
    assert_red(make_rig(masters=1, twin=twin, environ=SMALL), check)
