"""R30: after a burn the bytes are nowhere, and once the day's key is erased no record of it opens."""

import base64
import os
import re
import subprocess
import time
from contextlib import suppress
from hashlib import sha256
from itertools import product
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from onetimeshare.engines.find import postgres_programs
from tests.faults import client
from tests.faults.client import send
from tests.faults.counts import count
from tests.faults.envelopes import hkdf, seal, unb64
from tests.faults.twins import assert_red
from tests.faults.wire import comes_true, post_form, put, share_link

SHARES = count(3, 30)
MARK_BYTES = 48
RECORD_BYTES = 4 + 12 + 48 + 16
APPENDED_SECONDS = 1.5  # Valkey writes its file once a second
LONG = re.compile(rb"\\\\x((?:[0-9a-f]{2}){200,})\b")
DUMPED = re.compile(rb"\\\\x([0-9a-f]{%d})\b" % (2 * RECORD_BYTES))


# --- what a thief holds -----------------------------------------------------------------------------


def files_of(*folders):
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def engine_files(rig):
    """All of Valkey's, and of Postgres' what this database shares or owns; other rigs have others."""
    [(own,)] = rig.sql("SELECT oid FROM pg_database WHERE datname = current_database()")
    foreign = [path for path in (rig.pair.root / "postgres" / "base").iterdir() if path.name != str(own)]
    return [path for path in files_of(rig.pair.root) if not set(foreign) & set(path.parents)]


def content_of(path):
    try:
        return path.read_bytes()
    except FileNotFoundError:  # a server drops and renames its own while we look
        return b""


def dump(rig):
    """A whole logical dump, made with the server's own program, server halves included."""
    done = subprocess.run(
        [postgres_programs(None) / "pg_dump", "--dbname", rig.database_url], capture_output=True, check=True
    )
    return done.stdout


def spellings(mark):
    """Raw, in hex, and in base64 at each of its three offsets."""
    yield mark
    yield mark.hex().encode()
    for skip in range(3):
        yield base64.b64encode(mark[skip : skip + 36])
        yield base64.urlsafe_b64encode(mark[skip : skip + 36])


def found_of(marks, contents):
    """Which of *marks* lie in any of *contents*, in any spelling."""
    mark_of = {text: mark for mark in marks for text in spellings(mark)}
    return {mark for content in contents for text, mark in mark_of.items() if text in content}


# --- R30, first half: the bytes ---------------------------------------------------------------------


def leave_and_take(rig):
    """Some of each kind, all of them taken; the envelopes, and marks of what was in them."""
    envelopes = [seal(os.urandom(size)) for size in (1000, 40_000, 300_000) * (SHARES // 3)]
    for envelope in envelopes:
        lease = os.urandom(32)
        client.leave(rig.urls[0], envelope)
        given = send(rig.urls[0], client.claim(envelope, lease)).json
        blob = (
            unb64(given["blob"]) if given["blob"] else send(rig.urls[0], client.fetch(envelope, lease)).body
        )
        assert envelope.open(unb64(given["wrapped_key"]), unb64(given["meta"]), blob) == envelope.plain
        assert send(rig.urls[0], client.burn(envelope, lease)).status == 204
    marks = [
        part for e in envelopes for part in (e.blob[:MARK_BYTES], e.blob[-MARK_BYTES:], e.plain[:MARK_BYTES])
    ]
    return envelopes, marks + leave_and_take_plainly(rig)


def leave_and_take_plainly(rig):
    """By the plain doors; the marks are in the plaintext, sealed by the server."""
    marks = [os.urandom(MARK_BYTES) for _ in range(2)]
    text = base64.b64encode(os.urandom(MARK_BYTES)).decode()
    left = [put("a.bin", marks[0] * 3000), post_form(("b.bin", marks[1] * 10)), post_form(text=text)]
    for ask in left:
        link = share_link(send(rig.urls[0], ask))
        opened = client.form("/s/" + link.partition("#")[0][-16:], {"link": link})
        assert send(rig.urls[0], opened).status == 200
    return [*marks, text.encode()[:MARK_BYTES]]


def nothing_of_it_is_left(rig):
    envelopes, marks = leave_and_take(rig)

    assert comes_true(5, lambda: rig.blobs() == [] and rig.incoming() == [])
    rig.sql("CHECKPOINT")
    time.sleep(APPENDED_SECONDS)
    known = {sha256(envelope.link_token).digest() for envelope in envelopes}
    files = [*engine_files(rig), *files_of(rig.folder)]
    in_files = found_of([*marks, *known], (content_of(path).rstrip(b"\0") for path in files))
    in_dump = found_of([*marks, *known], [dump(rig)])

    assert in_files & known, "not even a verifier was found: the search is blind"
    assert in_files - known == set()
    assert in_dump == known
    return len(marks)


@pytest.mark.promise("R30")
def test_after_a_burn_its_bytes_are_in_no_file_of_any_store(make_rig, figure):
    marks = nothing_of_it_is_left(make_rig(masters=1, own_engines=True))
    figure("R30", f"{marks} marks of what was burned: 0 in any file, WAL, append-only file or dump")


@pytest.mark.twin("R30")
def test_a_payload_that_passes_through_redis_is_noticed(make_rig):
    assert_red(make_rig(masters=1, own_engines=True, twin="payload_in_redis"), nothing_of_it_is_left)


# --- R30, second half: the keys ---------------------------------------------------------------------


def records_in(rig, *dumps):
    """Every run of bytes in heap, WAL and dumps that may be a sealed record."""
    found = {bytes.fromhex(digits.decode()) for text in dumps for digits in DUMPED.findall(text)}
    key_no = int(time.time() // 86400).to_bytes(4, "big")[:3]  # of today, tomorrow, and some others
    for path in engine_files(rig):
        data = content_of(path)
        for at in (match.start() for match in re.finditer(re.escape(key_no), data)):
            found.add(data[at : at + RECORD_BYTES])
    return {record for record in found if len(record) == RECORD_BYTES}


def metas_in(dumped):
    """What a dump holds that is long enough for the names of a share."""
    return {bytes.fromhex(digits.decode()) for digits in LONG.findall(dumped)}


def opened_by_a_thief(rig, envelopes, records, blobs=(), metas=()):
    """How many of the shares open with their link (and password), some record, blob and names, and any file
    in the folder of keys. Where the thief has no blobs or no names, he has the right ones from elsewhere.
    """
    keys = [content_of(path) for path in files_of(rig.sealkeys)]
    opened = set()
    for key in (ChaCha20Poly1305(hkdf(key, b"", b"ots1/seal-key/record")) for key in keys):
        for envelope, record in product(envelopes, records):
            with suppress(InvalidTag):
                half = key.decrypt(record[4:16], record[16:], b"ots1/seal" + envelope.raw_id)
                rest = product(metas or [envelope.meta], blobs or [envelope.blob])
                if any(opens(envelope, half, *some) for some in rest):
                    opened.add(envelope.id)
    return len(opened)


def opens(envelope, half, meta, blob):
    try:
        return envelope.open(half, meta, blob) == envelope.plain
    except InvalidTag:
        return False


def let_days_pass(rig):
    """The day's key gets the number of a day long past; then the sweep comes."""
    for path in rig.sealkeys.glob("*.key"):
        path.rename(path.with_name(f"{int(path.stem) - 10}.key"))
    rig.sweep()


def an_erased_key_closes_every_record(rig):
    sealed = [seal(os.urandom(500), guarded=n % 2 == 0) for n in range(SHARES)]
    envelopes = [client.leave(rig.urls[0], envelope) for envelope in sealed]
    old_dump, blobs = dump(rig), [content_of(path) for path in rig.blobs()]
    for envelope in envelopes:
        assert send(rig.urls[0], client.revoke(envelope)).status == 204
    rig.sql("CHECKPOINT")
    loot = (records_in(rig, old_dump), blobs, metas_in(old_dump))

    before = opened_by_a_thief(rig, envelopes, *loot)
    let_days_pass(rig)
    after = opened_by_a_thief(rig, envelopes, *loot)

    # The control: for as long as the key lives, the thief does open what was burned.
    assert before == SHARES, "the attack opens nothing: it proves nothing"
    assert after == 0, f"{after} shares still open"


def a_thief_finds_burned_records_on_the_disk(rig):
    """Heap and WAL alone, without any dump, give the records of burned shares away."""
    envelopes = [client.leave(rig.urls[0], seal(os.urandom(500))) for _ in range(SHARES)]
    for envelope in envelopes:
        assert send(rig.urls[0], client.revoke(envelope)).status == 204
    rig.sql("CHECKPOINT")
    return opened_by_a_thief(rig, envelopes, records_in(rig))


@pytest.mark.promise("R30")
def test_once_the_days_key_is_erased_no_record_opens(make_rig, figure):
    rig = make_rig(masters=1, own_engines=True)

    assert a_thief_finds_burned_records_on_the_disk(rig) > 0  # why keys are erased at all
    an_erased_key_closes_every_record(rig)
    figure("R30", f"{SHARES} shares whose key was erased: 0 open to a thief of all the rest")


@pytest.mark.twin("R30")
def test_keys_that_are_kept_are_noticed(make_rig):
    said = assert_red(make_rig(masters=1, twin="keys_are_kept"), an_erased_key_closes_every_record)

    assert "still open" in said


@pytest.fixture(autouse=True)
def _no_postgres_habits(monkeypatch):
    """libpq's own variables would bend the dump."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)
    assert Path(postgres_programs(None) / "pg_dump").exists()
