"""What the vectors say, the room does. The TypeScript twin reads the same files."""

import hashlib
import io
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sealing_vectors import (
    FOLDER,
    Stretched,
    dishonest_blob,
    drain,
    envelope,
    in_pieces,
    mutated,
    open_envelope,
    open_key,
    padded_json,
    pattern,
    read,
    text_of,
)

from sealing import links
from sealing.agefile import make_header
from sealing.encoding import b64, decode, unb64
from sealing.envelope import (
    FileEntry,
    Metadata,
    open_metadata,
    padme,
    seal_metadata,
    text_padding,
)
from sealing.errors import (
    EncodingInvalid,
    EnvelopeDamaged,
    LinkInvalid,
    LinkTooNew,
    MetadataInvalid,
    PasswordInvalid,
    SealingError,
)
from sealing.keys import derive, link_token, manage_token, password_keys, seal_once, unwrap, wrap
from sealing.names import safe_name
from sealing.split import PlainSplit
from sealing.stream import Opener, is_valid_size, open_stream, plain_size, seal, sealed_size

GOLDEN = read("golden.json")
LAW = GOLDEN["law"]
REFUSALS = read("refusals.json")
MUTANTS = read("mutants.json")
PASSWORD = GOLDEN["inputs"]["password"]

ID, LINK_SECRET, MANAGE_SECRET, FILE_KEY, PAYLOAD_NONCE, WRAP_SALT, META_SALT = (
    bytes.fromhex(GOLDEN["inputs"][name])
    for name in ("id", "link_secret", "manage_secret", "file_key", "payload_nonce", "wrap_salt", "meta_salt")
)


def named(cases):
    return [pytest.param(case, id=case["name"]) for case in cases]


def split_all(sizes, pieces):
    split = PlainSplit(sizes)
    for piece in pieces:
        split.feed(piece)
    return split.finish()


# --- golden ---------------------------------------------------------------------------------------


def test_a_link_is_written_and_read_as_the_law_says():
    link = links.Link("https://h", "share", ID, LINK_SECRET)

    assert link.url == LAW["link"]
    assert links.parse(LAW["link"]) == link
    assert links.Link("https://h", "manage", ID, MANAGE_SECRET).url == GOLDEN["manage_link"]


def test_tokens_come_out_as_the_law_says():
    assert link_token(LINK_SECRET, ID).hex() == LAW["link_token"]
    assert manage_token(MANAGE_SECRET, ID).hex() == GOLDEN["manage_token"]


@pytest.mark.parametrize("name", ["password", "same_password"])
def test_a_password_becomes_the_same_keys_however_its_accents_were_typed(name):
    keys = password_keys(GOLDEN["inputs"][name], LINK_SECRET, ID)

    assert keys.token.hex() == LAW["password_token"]
    assert keys.key.hex() == LAW["password_key"]


@pytest.mark.parametrize("kdf", [0, 1])
def test_a_file_key_is_wrapped_as_the_law_says(kdf):
    password_key = bytes.fromhex(LAW["password_key"]) if kdf else b""

    wrapped = wrap(FILE_KEY, LINK_SECRET, ID, password_key, WRAP_SALT)

    assert wrapped == WRAP_SALT + bytes.fromhex(LAW[f"sealed_key_kdf_{kdf}"])
    assert unwrap(wrapped, LINK_SECRET, ID, kdf, password_key) == FILE_KEY


@pytest.mark.parametrize(("length", "digest"), LAW["blob_sha256"].items())
def test_a_blob_comes_out_as_the_law_says(length, digest):
    plain = pattern(int(length))

    blob = b"".join(seal(io.BytesIO(plain), FILE_KEY, PAYLOAD_NONCE))

    assert hashlib.sha256(blob).hexdigest() == digest
    assert b"".join(open_stream([blob], FILE_KEY)) == plain


def test_metadata_comes_out_as_the_law_says():
    files = (FileEntry("a.txt", "text/plain", 3), FileEntry("b/ü.bin", "", 0))
    metadata = Metadata("files", files, "client")

    sealed = seal_metadata(metadata, FILE_KEY, META_SALT)

    assert len(sealed) == LAW["meta_sealed_bytes"]
    assert hashlib.sha256(sealed).hexdigest() == LAW["meta_sha256"]
    assert open_metadata(sealed, FILE_KEY) == metadata


def test_an_age_header_comes_out_as_it_always_has():
    identity, ephemeral = (
        X25519PrivateKey.from_private_bytes(bytes.fromhex(GOLDEN["inputs"][name]))
        for name in ("age_identity", "age_ephemeral")
    )

    header, secret = make_header(FILE_KEY, identity, ephemeral)

    assert {"header": header.decode(), "identity": secret} == GOLDEN["age_file"]


def test_sizes_and_paddings_come_out_as_they_always_have():
    assert [[n, padme(n)] for n, _ in GOLDEN["padme"]] == GOLDEN["padme"]
    assert [[n, text_padding(n)] for n, _ in GOLDEN["text_padding"]] == GOLDEN["text_padding"]
    assert [[n, sealed_size(n)] for n, _ in GOLDEN["sizes"]] == GOLDEN["sizes"]
    assert [[plain_size(n), n] for _, n in GOLDEN["sizes"]] == GOLDEN["sizes"]


def test_names_and_texts_come_out_as_they_always_have():
    assert [[name, safe_name(name)] for name, _ in GOLDEN["names"]] == GOLDEN["names"]
    assert [[data, b64(bytes.fromhex(data))] for data, _ in GOLDEN["base64url"]] == GOLDEN["base64url"]
    assert all(unb64(text).hex() == data for data, text in GOLDEN["base64url"])


def test_the_vectors_hold_the_figures_of_the_law():
    page = (FOLDER.parent.parent / "docs" / "envelope.md").read_text()
    figures = [value for value in LAW.values() if isinstance(value, str)] + list(LAW["blob_sha256"].values())

    assert len(figures) == 14
    assert [figure for figure in figures if figure not in page] == []


def test_the_vectors_are_what_their_makers_make():
    make = [sys.executable, str(FOLDER / "make.py"), "--check"]

    outcome = subprocess.run(
        make, env={"PYTHONPATH": str(Path(links.__file__).parent.parent)}, capture_output=True
    )

    assert (outcome.returncode, outcome.stderr) == (0, b"")


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", named(REFUSALS["streams"]))
@pytest.mark.parametrize("piece", [1000, 65552, 10**9])
def test_a_broken_blob_is_refused_and_only_a_prefix_of_the_truth_gets_out(case, piece):
    blob = dishonest_blob(case, FILE_KEY, PAYLOAD_NONCE)
    released = bytearray()

    with pytest.raises(EnvelopeDamaged):
        drain(open_stream(in_pieces(blob, piece), FILE_KEY), released)

    truth = b"".join(pattern(length) for _, length, _ in case["chunks"])
    assert truth.startswith(released)
    assert len(released) % 65536 == 0


@pytest.mark.parametrize("size", REFUSALS["sizes"])
def test_a_size_no_blob_has_is_refused(size):
    assert not is_valid_size(size)
    with pytest.raises(EnvelopeDamaged):
        plain_size(size)


@pytest.mark.parametrize("case", named(REFUSALS["metadata"]))
def test_metadata_is_refused_or_opened_as_its_vector_says(case):
    sealed = META_SALT + seal_once(derive(FILE_KEY, META_SALT, b"ots1/meta"), padded_json(case))

    if case["expect"] == "open":
        assert open_metadata(sealed, FILE_KEY).files
    else:
        with pytest.raises(MetadataInvalid):
            open_metadata(sealed, FILE_KEY)


def test_the_largest_metadata_vector_fills_its_room_to_the_last_byte():
    case = next(case for case in REFUSALS["metadata"] if case["name"] == "65 536 bytes")

    assert len(padded_json(case).rstrip(b"\0")) == 65536


@pytest.mark.parametrize(("text", "url"), REFUSALS["links"]["open"])
def test_a_pasted_link_is_read(text, url):
    assert links.parse(text).url == url


@pytest.mark.parametrize("text", REFUSALS["links"]["refuse"])
def test_what_is_not_a_whole_link_is_refused(text):
    with pytest.raises(LinkInvalid):
        links.parse(text)


@pytest.mark.parametrize("text", REFUSALS["links"]["too_new"])
def test_a_link_of_a_later_version_asks_for_an_update(text):
    with pytest.raises(LinkTooNew):
        links.parse(text)


@pytest.mark.parametrize(("text", "length"), REFUSALS["base32"])
def test_base32_that_is_not_canonical_is_refused(text, length):
    with pytest.raises(EncodingInvalid):
        decode(text, length)


@pytest.mark.parametrize(("text", "length"), REFUSALS["base64url"])
def test_base64url_that_is_not_canonical_is_refused(text, length):
    with pytest.raises(EncodingInvalid):
        unb64(text, length)


@pytest.mark.parametrize("parts", REFUSALS["passwords"])
def test_a_password_that_is_empty_too_long_or_not_text_is_refused(parts):
    with pytest.raises(PasswordInvalid):
        password_keys(text_of(parts), LINK_SECRET, ID)


@pytest.mark.parametrize("case", named(REFUSALS["split"]))
@pytest.mark.parametrize("piece", [1, 2, 1000])
def test_plaintext_that_does_not_fit_its_sizes_is_refused(case, piece):
    pieces = in_pieces(bytes.fromhex(case["plain"]), piece)

    with pytest.raises(EnvelopeDamaged):
        split_all(case["sizes"], pieces)


def test_a_counter_beyond_its_limit_is_refused():
    with pytest.raises(SealingError) as refusal:
        Opener(FILE_KEY, PAYLOAD_NONCE, start_chunk=2**32)

    assert refusal.value.code == "stream_too_long"


# --- mutants --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stretched():
    return Stretched()


@pytest.fixture(scope="module")
def envelopes(stretched):
    def whole(base):
        fields = base | {"wrapped_key": bytes.fromhex(base["wrapped_key"])}
        return envelope(base, open_key(fields, stretched))

    return {base["name"]: whole(base) for base in MUTANTS["bases"]}


def test_at_least_300_mutants_must_be_refused():
    assert sum(mutant["expect"] == "refuse" for mutant in MUTANTS["mutants"]) >= 300


@pytest.mark.promise("S4")
@pytest.mark.parametrize("mutant", MUTANTS["mutants"], ids=lambda m: f"{m['base']}-{m['field']}-{m['op']}")
def test_a_mutant_is_refused_and_only_a_prefix_of_the_truth_gets_out(mutant, envelopes, stretched):
    whole = envelopes[mutant["base"]]
    fields = mutated(whole, mutant)
    truth = whole["plain"][: sum(whole["sizes"])]
    released = bytearray()

    if mutant["expect"] == "open":
        assert b"".join(open_envelope(fields, stretched)) == truth
        return
    assert fields[mutant["field"]] != whole[mutant["field"]]
    with pytest.raises(SealingError):
        drain(open_envelope(fields, stretched), released)

    assert truth.startswith(released)
