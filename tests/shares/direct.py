"""What tests of the direct mode share: calls for leave, and what is done with it."""

import hashlib
from datetime import timedelta

import httpx2

from sealing.encoding import b64
from shares.models import Part
from shares.values import PART_BYTES
from tests.builders import an_envelope, part_of
from tests.shares.exchange import API, SECRET, call, fields_of

SIZE, LARGE = 100_000, PART_BYTES + 70_000


def left(size=SIZE):
    """A share whose parts are still to come."""
    sent = an_envelope(size=size, inline=False)
    assert call("POST", API, body=fields_of(sent)).status_code == 201
    return sent


def digest_of(sent, n):
    return hashlib.sha256(part_of(sent, n)).digest()


def ask(sent, n=0, digest=None):
    body = {"digest": b64(digest or digest_of(sent, n))}
    return call("POST", f"{API}/{sent.id}/parts/{n}/direct", sent.manage_token, body)


def put(leave, data):
    return httpx2.put(leave["url"], content=data, headers=leave["headers"]).status_code


def is_stale():
    """A minute has gone by since somebody said that they would send it."""
    Part.objects.update(written_since=Part.objects.get().written_since - timedelta(seconds=61))


def send_past_us(sent, n=0):
    leave = ask(sent, n).json()
    assert put(leave, part_of(sent, n)) == 200
    assert ask(sent, n).json() == {"url": None, "headers": {}, "seconds": 0}


def complete(sent):
    return call("POST", f"{API}/{sent.id}/complete", sent.manage_token)


def ask_range(sent, start, stop, secret=SECRET):
    return call("POST", f"{API}/{sent.id}/blob/direct", secret, {"start": start, "stop": stop})


def read(leave, **headers):
    return httpx2.get(leave["url"], headers=leave["headers"] | headers)
