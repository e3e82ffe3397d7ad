"""What tests of the plain doors share: leaving, opening and managing as `curl` and as a browser."""

import pytest
from django.test import Client

from sealing.encoding import encode
from shares.models import Share
from shares.storage import share_storage
from tests.builders import Fields, body_of, links_in

HTML = {"Accept": "text/html,application/xhtml+xml"}


def left(response):
    """The two links of an answer in text."""
    assert response.status_code == 201, response.content
    return links_in(response.content.decode())


def opened(response, **fields):
    """What the link of an answer opens to."""
    link, _ = left(response)
    answer = Client().post(link.url.partition("#")[0], {"link": link.url, **fields})
    return answer, body_of(answer)


def nothing_was_left():
    living = Share.objects.living().count()
    blobs = [*share_storage().list_names(), *share_storage().list_unfinished()]
    return (living, blobs) == (0, [])


class Unreadable:
    """A body that nobody may read."""

    def read(self, *args):
        pytest.fail("the body was read")

    readline = read


def share_of(link):
    return encode(link.share_id)


def curl(link, **fields):
    return Client().post(f"/s/{share_of(link)}", {"link": link.url, **fields})


def browser(link_, **fields):
    return Client().post(f"/s/{share_of(link_)}", {"link": link_.url, **fields}, headers=HTML)


def manage(link, action="", **headers):
    return Client().post(f"/m/{share_of(link)}", {"link": link.url, "action": action}, headers=headers)


def facts_of(link):
    """The hidden fields of the second form."""
    page = browser(link)
    assert page.status_code == 200
    return Fields(page.content.decode()).found
