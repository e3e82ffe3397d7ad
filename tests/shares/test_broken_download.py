"""What the sender hears of a download by `curl`: that all of it went out, or that it did not."""

import os
import re

import pytest

# More than the blocks in which storage is read, so that the answer can break off between two.
LARGE = os.urandom(3 * 1024**2)


@pytest.fixture
def left(client, transactional_db):
    """A large share's link, and a look at what happened to it."""
    answer = client.put("/backup.tar", LARGE, content_type="application/octet-stream").content.decode()
    link, manage = (re.search(rf"http\S+/{letter}/\S+#\S+", answer)[0] for letter in "sm")

    def told():
        return client.post(manage.split("#")[0], {"link": manage}).content.decode()

    return link, told


def test_a_download_that_breaks_off_is_not_told_as_received(client, left):
    link, told = left
    answer = client.post(link.split("#")[0], {"link": link})
    next(answer.streaming_content)

    answer.close()

    assert "received whole" not in told().lower()
    assert "Nobody confirmed that all of it arrived" in told()


def test_a_download_that_went_out_whole_is_told_as_received(client, left):
    link, told = left

    got = b"".join(client.post(link.split("#")[0], {"link": link}).streaming_content)

    assert got == LARGE
    assert "received whole" in told()


def test_a_download_that_breaks_off_is_the_last_one(client, left):
    link, told = left
    answer = client.post(link.split("#")[0], {"link": link})
    next(answer.streaming_content)
    answer.close()

    again = client.post(link.split("#")[0], {"link": link})

    assert again.status_code == 410
    assert told().count("Destroyed: the server's half") == 1
