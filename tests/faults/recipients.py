"""Recipients who go all the way to the plaintext, whichever door they take, and what they ended with."""

import asyncio
import itertools
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.faults import client
from tests.faults.client import Reply, Sender
from tests.faults.envelopes import Envelope, unb64

API, CURL, PAGE = "api", "curl", "page"
# As the promise has it: most by the API, the other doors always among them.
DOORS = (API, API, CURL, API, PAGE)
# A refusal that says "later" is not an answer yet.
PATIENCE = 60
PAUSE_SECONDS = 0.05


@dataclass(frozen=True)
class Ended:
    """How one recipient ended: with plaintext, or with the refusal they got."""

    door: str
    plain: bytes | None = field(repr=False)
    status: int = 0


async def take(send: Sender, url: str, envelope: Envelope, door: str, lease: bytes = b"") -> Ended:
    """Try to get the plaintext, trying again while the server says "later"."""
    lease = lease or os.urandom(32)
    ask = {
        API: client.claim(envelope, lease),
        CURL: client.curl_open(envelope),
        PAGE: client.page_open(envelope, lease),
    }[door]
    reply = await _patiently(send, url, ask)
    if reply.status != 200:
        return Ended(door, None, reply.status)
    if door != API:
        return Ended(door, reply.body)
    said = reply.json
    if said["wrapped_key"] is None or said["meta"] is None:
        return Ended(door, None, 200)  # a claim without keys opens nothing
    blob = unb64(said["blob"]) if said["blob"] else b""
    if not blob:
        fetched = await _patiently(send, url, client.fetch(envelope, lease))
        if fetched.status != 200:
            return Ended(door, None, fetched.status)
        blob = fetched.body
    return Ended(door, envelope.open(unb64(said["wrapped_key"]), unb64(said["meta"]), blob))


async def _patiently(send: Sender, url: str, ask: client.Ask) -> Reply:
    for _ in range(PATIENCE):
        reply = await send(url, ask)
        if reply.status != 503:
            return reply
        await asyncio.sleep(PAUSE_SECONDS)
    raise AssertionError("the server said 'later' for ever")


def race_for(
    urls: Sequence[str], envelopes: Iterable[Envelope], recipients: int, *, at_once: int = 4
) -> list[list[Ended]]:
    """For each envelope, how so many recipients ended who came at the same moment, by all doors.

    at_once: so many envelopes are raced for side by side.
    """

    async def work(send: Sender) -> list[list[Ended]]:
        lanes = asyncio.Semaphore(at_once)

        async def one(n: int, envelope: Envelope) -> list[Ended]:
            # Another place comes first each time, so that every door has its chance.
            places = itertools.islice(itertools.cycle(itertools.product(DOORS, urls)), n, n + recipients)
            async with lanes:
                return await asyncio.gather(*(take(send, url, envelope, door) for door, url in places))

        return await asyncio.gather(*(one(n, envelope) for n, envelope in enumerate(envelopes)))

    ended: list[list[Ended]] = client.together(work)
    return ended


def leave_all(urls: Sequence[str], envelopes: Sequence[Envelope], **terms: int) -> None:
    """Leave them, a few at a time."""

    async def work(send: Sender) -> None:
        lanes = asyncio.Semaphore(8)

        async def one(url: str, envelope: Envelope) -> None:
            async with lanes:
                made = await send(url, client.create(envelope, **terms))
                assert made.status == 201, made
                for n in range(made.json["parts"] or 0):
                    sent = await send(url, client.part(envelope, n, made.json["part_size"]))
                    assert sent.status == 204, sent
                if made.json["state"] == "uploading":
                    assert (await send(url, client.complete(envelope))).status == 200

        await asyncio.gather(*(one(url, e) for url, e in zip(itertools.cycle(urls), envelopes, strict=False)))

    client.together(work)
