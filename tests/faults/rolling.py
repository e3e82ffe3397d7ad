"""Slow transfers that go on while hosts come and go, by clients who do what the exchange allows, no more."""

import asyncio
import contextlib
import itertools
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.faults import client
from tests.faults.client import Ask, Reply
from tests.faults.envelopes import Envelope, seal, unb64

PIECE = 65536
LATER = {429, 502, 503}
PAUSE_SECONDS = 0.05
PATIENCE_SECONDS = 90


def small_buffers(address: tuple[Any, ...]) -> socket.socket:
    """A line on which little is under way: what a server has sent, its reader nearly has."""
    family, kind, protocol, _, _ = address
    line = socket.socket(family=family, type=kind, proto=protocol)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE)
    line.setblocking(False)
    return line


@dataclass
class Crowd:
    """What senders and recipients saw."""

    urls: list[str]
    breaks: int = 0
    arrived: list[Envelope] = field(default_factory=list)
    left: list[Envelope] = field(default_factory=list)
    links: list[tuple[str, bytes]] = field(default_factory=list)
    strange: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._turns = itertools.count()
        self.is_over = False

    def _next_url(self) -> str:
        """As a balancer would: another host each time."""
        return self.urls[next(self._turns) % len(self.urls)]

    async def run(self, work: Iterable[Awaitable[None]]) -> None:
        line = aiohttp.TCPConnector(limit=0, force_close=True, socket_factory=small_buffers)
        limit = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
        async with aiohttp.ClientSession(connector=line, timeout=limit, auto_decompress=False) as self._line:
            await asyncio.gather(*work)

    async def ask(self, ask: Ask, seconds: float = 0) -> Reply:
        """The first whole answer that does not say "later", from whichever host; the body goes slowly."""
        while True:
            url, headers = self._next_url() + ask.path, {**ask.headers, "Content-Length": str(len(ask.body))}
            with contextlib.suppress(aiohttp.ClientError, OSError):
                body = _slowly(ask.body, seconds) if seconds else ask.body
                async with self._line.request(ask.method, url, headers=headers, data=body) as answer:
                    reply = Reply(answer.status, dict(answer.headers), await answer.read())
                if reply.status not in LATER and reply.code != "part_busy":
                    return reply
            await asyncio.sleep(PAUSE_SECONDS)

    async def receive(self, envelope: Envelope, bytes_per_second: int) -> None:
        """Claim, then fetch slowly, going on wherever it broke."""
        lease, got = os.urandom(32), bytearray()
        said = (await self.ask(client.claim(envelope, lease))).json
        while len(got) < len(envelope.blob):
            fetch = client.fetch(envelope, lease, Range=f"bytes={len(got)}-")
            with contextlib.suppress(aiohttp.ClientError, OSError):
                async with self._line.get(self._next_url() + fetch.path, headers=fetch.headers) as answer:
                    if answer.status != 206:
                        self.strange |= {answer.status} - LATER
                        await asyncio.sleep(PAUSE_SECONDS)
                        continue
                    while piece := await answer.content.read(PIECE):
                        got += piece
                        await asyncio.sleep(len(piece) / bytes_per_second)
            self.breaks += len(got) < len(envelope.blob)
        assert got == envelope.blob, "other bytes arrived"
        opened = envelope.open(unb64(said["wrapped_key"]), unb64(said["meta"]), bytes(got))
        assert opened == envelope.plain
        self.arrived.append(envelope)
        assert (await self.ask(client.burn(envelope, lease))).status == 204

    async def leave(self, size: int, seconds: float) -> None:
        """One share after the other, each on its way for so long, until it is over."""
        while not self.is_over:
            envelope = seal(os.urandom(size))
            made = await self.ask(client.create(envelope))
            assert made.status == 201, made
            sent = await self.ask(client.part(envelope, 0, made.json["part_size"]), seconds)
            assert sent.status == 204, sent
            done = await self.ask(client.complete(envelope))
            assert done.json["state"] == "ready", done
            self.left.append(envelope)

    async def put(self, size: int, seconds: float) -> None:
        """The same by `curl -T`: what breaks off begins anew."""
        while not self.is_over:
            plain = os.urandom(size)
            made = await self.ask(Ask("PUT", "/notes.bin", {}, plain), seconds)
            assert made.status == 201, made
            link = next(line.strip() for line in made.body.decode().splitlines() if "/s/" in line)
            self.links.append((link, plain))

    async def until(self, work: Callable[[], None]) -> None:
        """*work*, a blocking call, in a thread of its own; then nobody begins anything more."""
        await asyncio.to_thread(work)
        self.is_over = True


async def _slowly(body: bytes, seconds: float) -> AsyncIterator[bytes]:
    pieces = [body[at : at + PIECE] for at in range(0, len(body), PIECE)]
    for piece in pieces:
        yield piece
        await asyncio.sleep(seconds / len(pieces))
