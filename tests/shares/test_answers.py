"""What runs when an answer ends: whole, broken off, or never begun."""

import errno

import pytest

from shares.errors import StoreAway
from shares.responses import streamed

# The end of an answer looks after the connection that a test before may have left open.
pytestmark = pytest.mark.django_db


def blocks_that_fail():
    yield b"one"
    raise StoreAway


def test_an_answer_that_went_out_tells_that_it_was_whole_and_only_once():
    told = []
    answer = streamed([b"one", b"two"], 6, at_the_end=told.append)

    body = b"".join(answer.streaming_content)
    answer.close()

    assert (body, told) == (b"onetwo", [True])


def test_an_answer_that_never_began_still_ends():
    told = []
    answer = streamed((block for block in [b"one"]), 3, at_the_end=told.append)

    answer.close()

    assert told == [False]


def test_a_refusal_on_the_way_breaks_the_connection_off():
    told = []
    answer = streamed(blocks_that_fail(), 6, at_the_end=told.append)
    content = iter(answer.streaming_content)
    next(content)

    with pytest.raises(ConnectionResetError) as broken:
        next(content)
    answer.close()

    assert broken.value.errno == errno.ECONNRESET  # else gunicorn logs a fault of ours
    assert told == [False]
