"""A part's body comes straight from the line below gunicorn; what gunicorn sees of it must stay true."""

import os
import socket
from types import SimpleNamespace

import pytest
from gunicorn.http.body import Body as GunicornsBody
from gunicorn.http.body import LengthReader
from gunicorn.http.unreader import SocketUnreader

from shares.errors import Malformed
from shares.uploads import Body

PART = os.urandom(3000)
NEXT = b"GET / HTTP/1.1\r\n"


@pytest.fixture
def line():
    """Both ends: the sender's, and the server's."""
    ends = socket.socketpair()
    ends[1].settimeout(2)  # who reads past the end fails, and does not wait
    yield ends
    for end in ends:
        end.close()


def body_of(server, size, *, came_with_the_head=b""):
    unreader = SocketUnreader(server)
    unreader.unread(came_with_the_head)
    raw = GunicornsBody(LengthReader(unreader, size))
    request = SimpleNamespace(META={"wsgi.input": raw, "CONTENT_LENGTH": str(size)})
    return Body(request), raw


def taken(body, room_bytes):
    room, found = memoryview(bytearray(room_bytes)), b""
    while count := body.readinto(room):
        found += room[:count]
    return found


@pytest.mark.parametrize("room_bytes", [7, 1000, 3000, 5000])
@pytest.mark.parametrize("with_the_head", [0, 5, 2999, 3000])
def test_a_part_ends_where_the_next_request_begins(line, room_bytes, with_the_head):
    sender, server = line
    sender.sendall(PART[with_the_head:] + NEXT)
    body, raw = body_of(server, len(PART), came_with_the_head=PART[:with_the_head])

    assert taken(body, room_bytes) == PART
    assert raw.read() == b""
    assert raw.reader.unreader.read() == NEXT


def test_a_next_request_that_came_with_the_head_stays(line):
    body, raw = body_of(line[1], len(PART), came_with_the_head=PART + NEXT)

    assert taken(body, 1000) == PART
    assert raw.reader.unreader.take_buffered() == NEXT


def test_what_is_left_of_a_part_gunicorn_can_pass_over(line):
    sender, server = line
    sender.sendall(PART + NEXT)
    body, raw = body_of(server, len(PART))

    body.readinto(memoryview(bytearray(1000)))

    assert raw.read() == PART[1000:]
    assert raw.reader.unreader.read() == NEXT


def test_a_line_that_breaks_is_not_the_end_of_a_part(line):
    sender, server = line
    sender.sendall(PART[:100])
    sender.close()
    body, _ = body_of(server, len(PART))

    with pytest.raises(Malformed):
        taken(body, 1000)


def test_a_body_that_somebody_began_to_read_goes_on_through_gunicorn(line):
    sender, server = line
    sender.sendall(PART)
    body, raw = body_of(server, len(PART))
    raw.buf.write(raw.reader.read(1000))

    assert taken(body, 700) == PART
