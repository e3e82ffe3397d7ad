"""Senders and recipients who do not give up while servers die, by what the exchange lets them repeat.

A `Ledger` keeps what was acknowledged, and who got plaintext of what: statuses are not believed.
"""

import itertools
import os
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from tests.faults import client
from tests.faults.client import Ask, LineBroke, Reply, send
from tests.faults.envelopes import Envelope, seal, unb64
from tests.faults.rig import Rig
from tests.faults.wire import fetch_some, put, share_link

LARGE_BYTES = 2_500_000  # three blocks of storage
LATER = {429, 502, 503}
PATIENCE_SECONDS = 40
PAUSE_SECONDS = 0.05
# A writer that died keeps its part for a minute: the row's time is moved, not the clock.
SILENT_WRITERS = "UPDATE shares_part SET written_since = written_since - interval '61 s' WHERE NOT done"
MARK = os.urandom(32)


@dataclass
class Ledger:
    """What a rig's users were told and given."""

    rig: Rig
    waiting: list[Envelope] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    known: dict[str, Envelope] = field(default_factory=dict)
    given: Counter[str] = field(default_factory=Counter)
    hosts: "itertools.cycle[str]" = field(init=False)

    def __post_init__(self) -> None:
        self.hosts = itertools.cycle(self.rig.urls)

    def insist(self, ask: Ask) -> Reply:
        """The first whole answer that does not say "later", from whichever host. Raises AssertionError."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            with suppress(LineBroke):
                reply = send(next(self.hosts), ask)
                if reply.code == "part_busy":
                    self.rig.sql(SILENT_WRITERS)
                elif reply.status not in LATER:
                    return reply
            time.sleep(PAUSE_SECONDS)
        raise AssertionError(f"the servers say 'later' for ever to {ask.method} {ask.path[-20:]}")

    # --- senders ------------------------------------------------------------------------------------

    def a_share(self, size: int = 700, *, password: str = "", guarded: bool = False) -> Envelope:
        """An envelope that waits; whoever got its acknowledgement can count on it."""
        envelope = seal(MARK * (size // len(MARK)), password, guarded=guarded)
        self.known[envelope.id] = envelope
        made = self.insist(client.create(envelope))
        assert made.status == 201, made
        if len(envelope.blob) > client.INLINE_BYTES:
            if made.json["state"] == "uploading":
                for n in range(made.json["parts"]):
                    sent = self.insist(client.part(envelope, n, made.json["part_size"]))
                    assert sent.status == 204, sent
            made = self.insist(client.complete(envelope))
        assert made.json["state"] == "ready", made
        return envelope

    def leaves(self, size: int) -> None:
        self.waiting.append(self.a_share(size))

    def puts(self, size: int) -> None:
        """By `curl -T`, again while the server says "later"; without an answer it counts as not left."""
        asked, until = put("notes.bin", MARK * (size // len(MARK))), time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                reply = send(next(self.hosts), asked)
            except LineBroke as broke:
                if str(broke) != ConnectionRefusedError.__name__:  # else nobody heard a word of it
                    return
            else:
                if reply.status not in LATER:
                    assert reply.status == 201, reply
                    self.links.append(share_link(reply))
                    return
            time.sleep(PAUSE_SECONDS)

    # --- recipients ---------------------------------------------------------------------------------

    def takes(self, envelope: Envelope) -> None:
        """By the API, to the end: claim, fetch what is missing, verify, burn."""
        lease = os.urandom(32)
        said = self.insist(client.claim(envelope, lease))
        if said.status != 200:
            assert said.status == 410, said
            return
        got = unb64(blob) if (blob := said.json["blob"]) else self._fetched(envelope, lease)
        plain = envelope.open(unb64(said.json["wrapped_key"]), unb64(said.json["meta"]), got)
        assert plain == envelope.plain, "other bytes arrived"
        self.given[envelope.id] += 1
        assert self.insist(client.burn(envelope, lease)).status == 204

    def _fetched(self, envelope: Envelope, lease: bytes) -> bytes:
        got, until = bytearray(), time.monotonic() + PATIENCE_SECONDS
        while len(got) < len(envelope.blob):
            assert time.monotonic() < until, "a fetch never ends"
            path = f"{client.API}/{envelope.id}/blob"
            status, piece = fetch_some(next(self.hosts), path, lease, len(got))
            assert status in {0, 206} | LATER, f"a fetch got {status}"
            got += piece if status == 206 else b""
            time.sleep(PAUSE_SECONDS if status != 206 else 0)
        return bytes(got)

    def opens_by_page(self, envelope: Envelope) -> None:
        """By the form that claims under a lease; may be repeated."""
        lease = os.urandom(32)
        self._opened(envelope, self.insist(client.page_open(envelope, lease)))

    def opens_by_curl(self, envelope: Envelope) -> None:
        """By the printed line, again and again; it may lose a share it had claimed, and says so."""
        self._opened(envelope, self.insist(client.curl_open(envelope)))

    def _opened(self, envelope: Envelope, reply: Reply) -> None:
        assert reply.status in (200, 410), reply
        if reply.status == 200:
            assert reply.body == envelope.plain, "other bytes arrived"
            self.given[envelope.id] += 1

    # --- in the end ---------------------------------------------------------------------------------

    def take_all_that_waits(self) -> None:
        for envelope in self.waiting:
            self.takes(envelope)
            assert self.given[envelope.id] == 1, "an acknowledged share was gone before anybody had it"
        for link in self.links:
            place = "/s/" + link.partition("#")[0][-16:]
            assert self.insist(client.form(place, {"link": link})).status == 200, "a left share was gone"
        self.waiting, self.links = [], []
