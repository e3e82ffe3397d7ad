"""Plain doors: a body that hardly comes is ended, and slow lines hold only a few of the threads."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse

from shares import plaindoors
from shares.errors import Busy, TooSlow
from shares.plaindoors import Hold, _Paced, plain_door, room_to_send

WINDOW_SECONDS = 1.0
pytestmark = pytest.mark.django_db  # an answer that ends looks after Django's connections
ENOUGH_BYTES = int(plaindoors.LEAST_BYTES_PER_SECOND * WINDOW_SECONDS)


@pytest.fixture(autouse=True)
def _two_threads(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    monkeypatch.setattr(plaindoors, "_threads", threading.BoundedSemaphore(2))
    monkeypatch.setattr(plaindoors, "AT_ONCE_SECONDS", 0.1)
    settings.SLOW_WINDOW_SECONDS = WINDOW_SECONDS


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Ours, and the sender's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def a_request(size: int | None, **headers: str) -> HttpRequest:
    request = HttpRequest()
    request.META = {"CONTENT_LENGTH": "" if size is None else str(size), **headers}
    return request


def read(paced: _Paced, size: int) -> int:
    """So many bytes, as gunicorn reads: until they are there."""
    came = 0
    while came < size and (data := paced.recv(size - came)):
        came += len(data)
    return came


def drip(theirs: socket.socket, pieces: int, size: int, pause_seconds: float) -> threading.Thread:
    def send() -> None:
        for _ in range(pieces):
            theirs.sendall(bytes(size))
            time.sleep(pause_seconds)

    thread = threading.Thread(target=send)
    thread.start()
    return thread


def test_a_body_that_drips_is_ended_and_one_that_never_comes_as_well(line):
    ours, theirs = line
    thread = drip(theirs, pieces=8, size=1, pause_seconds=WINDOW_SECONDS / 4)

    with pytest.raises(TooSlow):
        read(_Paced(ours, None), 1000)
    thread.join()
    with pytest.raises(TooSlow):
        read(_Paced(ours, None), 1000)


def test_a_line_just_quick_enough_is_never_ended_however_long_it_takes(line):
    ours, theirs = line
    pieces = 12
    thread = drip(theirs, pieces, size=ENOUGH_BYTES, pause_seconds=WINDOW_SECONDS / 4)

    came = read(_Paced(ours, None), pieces * ENOUGH_BYTES)

    thread.join()
    assert came == pieces * ENOUGH_BYTES


def test_what_we_do_between_two_reads_is_not_the_senders_slowness(line):
    ours, theirs = line
    paced = _Paced(ours, None)
    theirs.sendall(b"first")
    assert paced.recv(5) == b"first"

    time.sleep(1.2 * WINDOW_SECONDS)
    theirs.sendall(b"again")

    assert paced.recv(5) == b"again"


def test_a_line_that_keeps_us_waiting_takes_a_thread_and_without_one_it_is_ended(line):
    ours, theirs = line
    others = [Hold(), Hold()]
    others[0].take()
    waiting = Hold()
    thread = drip(theirs, pieces=3, size=ENOUGH_BYTES, pause_seconds=WINDOW_SECONDS / 2)
    read(_Paced(ours, waiting), 3 * ENOUGH_BYTES)
    thread.join()

    with pytest.raises(Busy):
        others[1].take()
    with pytest.raises(Busy):
        read(_Paced(ours, others[1]), 1)
    waiting.release()
    others[1].take()


@pytest.mark.parametrize("much", [a_request(65537), a_request(None, HTTP_TRANSFER_ENCODING="chunked")])
def test_much_is_refused_before_it_is_read_where_no_thread_is_left_and_little_is_not(much):
    @plain_door
    def door(request: HttpRequest) -> HttpResponse:
        return HttpResponse("taken")

    answers = [door(much), door(much)]

    with pytest.raises(Busy):
        door(much)
    assert door(a_request(65536)).content == b"taken"
    answers[0].close()
    assert door(much).content == b"taken"


def test_a_door_that_raised_holds_nothing():
    @plain_door
    def door(request: HttpRequest) -> HttpResponse:
        raise ValueError

    for _ in range(5):
        with pytest.raises(ValueError):
            door(a_request(65537))


def test_something_large_is_not_taken_where_no_thread_could_send_it():
    holding = [Hold(), Hold()]
    for hold in holding:
        hold.take()
    request = a_request(0)
    request.plain_hold = Hold()

    room_to_send(request, lambda: plaindoors.SMALL_BYTES)
    with pytest.raises(Busy):
        room_to_send(request, lambda: plaindoors.SMALL_BYTES + 1)
    holding[0].release()
    room_to_send(request, lambda: pytest.fail("nobody needs to know"))
