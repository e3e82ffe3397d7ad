"""Broken envelopes and answers: nothing that is not authentic gets a name, or is burned, or crashes."""

import json
import os
import random
import struct
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from ots import Client, OtsError, StateFolder, Target, save
from ots.errors import Damaged, Refused, ServerStrange
from sealing.stream import SEALED_CHUNK_BYTES, is_valid_size
from tests.faults.counts import count
from tests.ots.hostile import SOON, Answer, Envelope, Hostile, ranged, sealed

CONTENTS = os.urandom(200_000)
CHUNK = SEALED_CHUNK_BYTES


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    made = tmp_path / "inbox"
    made.mkdir()
    return made


@pytest.fixture
def envelope(hostile: Hostile) -> Envelope:
    return sealed(hostile.url, CONTENTS, ["a.bin", "b.bin"], [150_000, 50_000])


def opened(envelope: Envelope, inbox: Path) -> None:
    """Each time by somebody who knows nothing of earlier tries."""
    state = StateFolder(Path(tempfile.mkdtemp(dir=inbox.parent)))
    with (
        Client(folder=state) as client,
        client.open(envelope.link) as opening,
    ):
        save(opening, Target(inbox))
        opening.done()


def mutants(blob: bytes) -> Iterator[tuple[str, bytes]]:
    """Cut, longer, flipped, swapped, twice, missing, of another share: each another blob."""
    chance = random.Random(7)
    chunks = [blob[:16], *(blob[at : at + CHUNK] for at in range(16, len(blob), CHUNK))]
    borders = [16 + n * CHUNK for n in range(len(chunks))]
    for cut in {0, 1, 15, 16, 17, 31, 32, 33, *(b + d for b in borders for d in (-17, -16, -1, 0, 1, 16))}:
        if 0 <= cut < len(blob):
            yield f"cut to {cut}", blob[:cut]
    for tail in (b"\0", b"\0" * 16, b"\0" * 17, blob, blob[16:], chunks[-1], os.urandom(CHUNK)):
        yield f"{len(tail)} more", blob + tail
    for n in range(1, len(chunks)):
        yield f"without chunk {n}", b"".join(chunks[:n] + chunks[n + 1 :])
        yield f"chunk {n} twice", b"".join(chunks[: n + 1] + chunks[n:])
        for m in range(n + 1, len(chunks)):
            swapped = chunks.copy()
            swapped[n], swapped[m] = swapped[m], swapped[n]
            yield f"chunks {n} and {m} swapped", b"".join(swapped)
    while True:
        at = chance.choice(
            [chance.randrange(len(blob)), chance.choice(borders[:-1]) - chance.randrange(1, 16)]
        )
        at %= len(blob)
        bit = chance.randrange(8)
        yield f"bit {bit} of byte {at}", blob[:at] + bytes([blob[at] ^ 1 << bit]) + blob[at + 1 :]


@pytest.mark.parametrize("says_true_size", [True, False])
def test_no_mutated_blob_is_accepted(hostile: Hostile, envelope: Envelope, inbox: Path, says_true_size: bool):
    coming, done = mutants(envelope.blob), 0
    while done < count(60, 250):
        what, blob = next(coming)
        broken = replace(envelope, blob=blob)
        hostile.hands_out(broken)
        if says_true_size:
            told = {"size": len(envelope.blob)}
            hostile.answers[("GET", "status")] = Answer(200, envelope.status | told)
            hostile.answers[("POST", "claim")] = Answer(200, envelope.lease | told)
            hostile.answers[("GET", "blob")] = lambda asked, blob=blob: ranged(
                blob.ljust(len(envelope.blob), b"\0"), asked.headers["Range"]
            )
        if blob == envelope.blob or (says_true_size and len(blob) > len(envelope.blob)):
            continue

        with pytest.raises((Damaged, ServerStrange)) as refused:
            opened(broken, inbox)

        done += 1
        assert list(inbox.iterdir()) == [], what
        assert hostile.times("burn") == 0, what
        if isinstance(refused.value, ServerStrange):
            assert not is_valid_size(len(blob)), what


@pytest.mark.parametrize("name", ["meta", "wrapped_key", "kdf", "other link"])
def test_no_mutated_half_is_accepted(hostile: Hostile, envelope: Envelope, inbox: Path, name: str):
    chance = random.Random(name)
    for _ in range(count(10, 60)):
        broken = envelope
        if name == "other link":
            broken = replace(envelope, secret=os.urandom(16))
        elif name == "kdf":
            broken = replace(envelope, kdf=chance.choice([2, 7, 255, 2**53]))
        else:
            value: bytes = getattr(envelope, name)
            at = chance.randrange(len(value))
            changed = value[:at] + bytes([value[at] ^ 1 << chance.randrange(8)]) + value[at + 1 :]
            broken = replace(envelope, **{name: chance.choice([changed, value[:at], value + b"\0"])})
        hostile.hands_out(broken)

        with pytest.raises(OtsError):
            opened(broken, inbox)

        assert list(inbox.iterdir()) == []
        assert hostile.times("burn") == hostile.times("blob") == 0


def test_what_is_damaged_on_its_way_is_fetched_once_more(hostile: Hostile, envelope: Envelope, inbox: Path):
    hostile.hands_out(envelope)
    spoilt = bytearray(envelope.blob)
    spoilt[CHUNK + 100] ^= 1
    answers = iter([bytes(spoilt), envelope.blob])
    hostile.answers[("GET", "blob")] = lambda asked: ranged(next(answers), asked.headers["Range"])

    opened(envelope, inbox)

    assert (inbox / "a.bin").read_bytes() + (inbox / "b.bin").read_bytes() == CONTENTS
    assert (hostile.times("blob"), hostile.times("burn")) == (2, 1)


def test_bytes_after_the_contents_are_refused(hostile: Hostile, inbox: Path):
    liar = sealed(hostile.url, CONTENTS, ["a.bin"], [len(CONTENTS) - 1])
    greedy = sealed(hostile.url, CONTENTS, ["a.bin"], [len(CONTENTS) + 1])
    for envelope in (liar, greedy):
        hostile.hands_out(envelope)

        with pytest.raises(Damaged):
            opened(envelope, inbox)

        assert list(inbox.iterdir()) == []
        assert hostile.times("burn") == 0


STRANGE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"<html>",
    b"[" * 100_000,
    b'{"code": 7}',
    b'{"size": 1e400, "state": "ready"}',
    json.dumps({"state": "\x1b[31m", "size": -1}).encode(),
    b'{"part_size": 1, "parts": 99999999, "state": "uploading"}',
    b'{"state": "ready", "x": "' + b"y" * 2_000_000 + b'"}',
    struct.pack(">200I", *range(200)),
]


@pytest.mark.parametrize("status", [200, 201, 302, 403, 404, 410, 413, 500])
def test_strange_answers_are_errors_of_ours(hostile: Hostile, envelope: Envelope, inbox: Path, status: int):
    """No patience for a proxy's 500 here: the first wait is the end."""
    headers = {"Location": "http://169.254.169.254/"} if status == 302 else {}
    for said in STRANGE:
        for call in (("GET", "status"), ("POST", "claim"), ("GET", "blob")):
            hostile.hands_out(envelope)
            hostile.answers[call] = Answer(status, said, headers | {"Retry-After": "3600"})

            with pytest.raises(OtsError):
                opened(envelope, inbox)

            assert hostile.times("burn") == 0
            assert list(inbox.iterdir()) in ([], [inbox / f".{envelope.link.split('/s/')[1][:16]}.ots"])


def test_every_field_of_every_answer_may_be_anything(hostile: Hostile, envelope: Envelope, inbox: Path):
    values = (None, -1, 2**70, 1.5, "", "x", "AA", [], {}, True, SOON, "\ud800", "9" * 5000, [[]] * 50)
    for call, said in ((("GET", "status"), envelope.status), (("POST", "claim"), envelope.lease)):
        for name in said:
            for value in values:
                hostile.hands_out(envelope)
                hostile.answers[call] = Answer(200, said | {name: value})
                with suppress(OtsError):
                    opened(envelope, inbox)
                for path in inbox.iterdir():
                    if not path.name.startswith("."):
                        assert CONTENTS.count(path.read_bytes()) == 1
                        path.unlink()


def test_refusals_may_say_anything(hostile: Hostile, envelope: Envelope):
    for code in ("gone", "locked", "wrong_password", "too_large", "unknown", "a\x1b[31mb", "x" * 10_000):
        for details in ({}, {"ended_at": 7, "opened_at": "x", "attempts_left": "9", "max_bytes": None}):
            hostile.hands_out(envelope)
            hostile.answers[("POST", "claim")] = Answer(400, {"code": code, "message": [1], **details})

            with Client() as client, pytest.raises(Refused):
                client.open(envelope.link)
