"""Whatever arrives from outside: it opens, or a SealingError says why not. Nothing else ever escapes."""

import base64
import json
import unicodedata
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sealing import keys, links
from sealing.encoding import b64, decode, encode, unb64
from sealing.envelope import FileEntry, Metadata, open_metadata, padme, seal_metadata, text_padding
from sealing.errors import MetadataInvalid, PasswordInvalid, SealingError
from sealing.names import safe_name
from sealing.split import PlainSplit
from sealing.stream import open_stream, plain_size
from tests.examples import TOLD, tried

FILE_KEY = b"0123456789abcdef"
SALT = bytes(16)
ID, SECRET = bytes(10), bytes(range(16))
LINK = "https://h/s/aaaqeayeaudaocaj#1caireeyuculbogazdinryhi6d4"
GOOD = '{"v":1,"kind":"files","files":[{"name":"a.txt","type":"","size":3}],"by":"client","note":"x"}'

any_text = st.text(st.characters(exclude_categories=()))  # lone surrogates too
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)
keys_of_metadata = st.sampled_from(["v", "kind", "files", "by", "note", "name", "type", "size"])
values_of_metadata = st.recursive(
    st.sampled_from([1, 0, -1, True, "text", "files", "client", "server", "a", "", None, 1.0, 2**53]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys_of_metadata, inner, max_size=8),
)


def damaged(good):
    """*good* with a few places cut out, written over or doubled."""

    def change(places):
        text = good
        for at, length, piece in places:
            text = text[:at] + piece + text[at + length :]
        return text

    piece = st.sampled_from([*'{}[]",:\\0123eE+-. /#\n=\0', "NaN", "\\ud800"]) | any_text
    place = st.tuples(st.integers(0, len(good)), st.integers(0, 6), piece)
    return st.lists(place, max_size=4).map(change)


def sealed_json(data):
    padded = data + bytes(-len(data) % 256)
    return SALT + keys.seal_once(keys.derive(FILE_KEY, SALT, b"ots1/meta"), padded)


@pytest.mark.promise("S2")
def test_any_text_is_a_link_or_refused(figure):
    @tried
    @given(any_text | damaged(LINK))
    def holds(text):
        with suppress(SealingError):
            link = links.parse(text)
            assert links.parse(link.url) == link

    holds()
    figure("S2", TOLD)


@pytest.mark.promise("S2")
def test_any_text_is_canonical_or_refused(figure):
    @tried
    @given(any_text | damaged("aaaqeayeaudaocaj"), st.integers(0, 40))
    def holds(text, length):
        with suppress(SealingError):
            assert encode(decode(text, length)) == text.lower()
        with suppress(SealingError):
            assert b64(unb64(text)) == text

    holds()
    figure("S2", TOLD)


@pytest.mark.promise("S2")
def test_bytes_survive_base32_and_base64url(figure):
    @tried
    @given(st.binary(max_size=70))
    def holds(data):
        assert decode(encode(data), len(data)) == decode(encode(data).upper(), len(data)) == data
        assert unb64(b64(data), len(data)) == data

    holds()
    figure("S2", TOLD)


@pytest.mark.promise("S2")
def test_any_bytes_are_metadata_or_refused(figure):
    @tried
    @given(
        any_json.map(json.dumps).map(str.encode)
        | values_of_metadata.map(json.dumps).map(str.encode)
        | damaged(GOOD).map(lambda text: text.encode(errors="surrogatepass"))
        | st.binary(max_size=600)
    )
    @example(b"[" * 60000)
    @example(b'{"x":' * 13000)
    @example(b'{"v":' + b"9" * 65000 + b"}")
    def holds(data):
        with suppress(SealingError):
            open_metadata(data, FILE_KEY)
        try:
            metadata = open_metadata(sealed_json(data), FILE_KEY)
        except MetadataInvalid:
            return
        assert open_metadata(seal_metadata(metadata, FILE_KEY), FILE_KEY) == metadata

    holds()
    figure("S2", TOLD)


entries = st.builds(FileEntry, any_text, any_text, st.integers(-2, 2**54))


@pytest.mark.promise("S2")
def test_metadata_comes_back_as_it_was_or_is_never_sealed(figure):
    @tried
    @given(
        kind=st.sampled_from(["text", "files"]),
        files=st.lists(entries, max_size=4).map(tuple),
        by=st.sampled_from(["client", "server"]),
        note=st.none() | any_text,
    )
    def holds(kind, files, by, note):
        metadata = Metadata(kind, files, by, note)
        try:
            sealed = seal_metadata(metadata, FILE_KEY)
        except MetadataInvalid:
            return
        assert len(sealed) % 256 == 32
        assert open_metadata(sealed, FILE_KEY) == metadata

    holds()
    figure("S2", TOLD)


@pytest.mark.promise("S2")
def test_any_bytes_are_a_wrapped_key_or_refused(figure):
    @tried
    @given(st.binary(max_size=60), st.integers(-1, 300), st.sampled_from([b"", bytes(32), bytes(31)]))
    def holds(wrapped, kdf, password_key):
        with pytest.raises(SealingError):
            keys.unwrap(wrapped, SECRET, ID, kdf, password_key)

    holds()
    figure("S2", TOLD)


@pytest.mark.promise("S2")
def test_any_bytes_are_a_blob_or_refused(figure):
    @tried
    @given(st.lists(st.binary(max_size=100)))
    def holds(pieces):
        with pytest.raises(SealingError):
            b"".join(open_stream(pieces, FILE_KEY))

    holds()
    figure("S2", TOLD)


@pytest.mark.promise("S2")
def test_any_number_is_a_size_or_refused(figure):
    @tried
    @given(st.integers())
    def holds(size):
        with suppress(SealingError):
            assert plain_size(size) >= 0

    holds()
    figure("S2", TOLD)


@pytest.mark.promise("S2")
def test_any_bytes_fit_their_sizes_or_are_refused(figure):
    @tried
    @given(st.lists(st.integers(0, 9), max_size=5), st.lists(st.binary(max_size=9), max_size=5))
    def holds(lengths, pieces):
        split = PlainSplit(lengths)
        with suppress(SealingError):
            for piece in pieces:
                split.feed(piece)
            split.finish()
            assert sum(map(len, pieces)) >= sum(lengths)

    holds()
    figure("S2", TOLD)


@pytest.mark.promise("S2")
def test_any_text_is_a_password_or_refused(figure, monkeypatch):
    monkeypatch.setattr(keys, "hash_secret_raw", lambda **given: given["secret"][:1] * 32)

    @tried
    @given(any_text | any_text.map(lambda text: text * 50))
    def holds(password):
        with suppress(PasswordInvalid):
            keys.password_keys(password, SECRET, ID)
            assert 1 <= len(unicodedata.normalize("NFC", password).encode()) <= 1024

    holds()
    figure("S2", TOLD)


def test_a_password_of_exactly_1024_bytes_is_used_however_it_was_typed():
    composed = "\u1f82" * 341 + "a"  # three bytes each, and a letter with three marks when taken apart
    apart = unicodedata.normalize("NFD", composed)

    same = keys.password_keys(composed, SECRET, ID)

    assert (len(composed.encode()), len(apart.encode())) == (1024, 2729)
    assert keys.password_keys(apart, SECRET, ID) == same
    assert keys.password_keys(composed[:-1] + "b", SECRET, ID) != same


@pytest.mark.promise("S2")
def test_a_safe_name_stays_in_its_folder(figure):
    hostile = st.lists(
        st.sampled_from(
            ["/", "\\", ".", "..", " ", "\0", "\r\n", "\u202e", "\ud800", "a", "é", "\U0001f511" * 70]
        )
        | any_text
    ).map("".join)

    @tried
    @given(any_text | hostile)
    def holds(name):
        safe = safe_name(name)
        components = safe.split("/")

        assert safe_name(safe) == safe
        assert all(component.strip(". ") for component in components)
        assert all(len(component.encode()) <= 255 for component in components)
        assert "\\" not in safe
        assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in safe)
        assert not set(safe) & set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

    holds()
    figure("S2", TOLD)


@pytest.mark.promise("S2")
def test_padding_only_ever_grows_and_hides_the_size(figure):
    @tried
    @given(st.integers(0, 2**53))
    def holds(size):
        assert size <= padme(size) <= size * 1.12
        assert padme(padme(size)) == padme(size)
        assert size <= text_padding(size) <= size + 1024
        assert text_padding(size) % 1024 == 0 < text_padding(size)

    holds()
    figure("S2", TOLD)


def keeps_dots(name):
    return name.replace("\0", "") or "file"


def reads_any_alphabet(text, length=None):
    try:
        return base64.urlsafe_b64decode(text + "==")
    except ValueError as error:
        raise SealingError from error


def forgets_the_note(metadata, key, seal=seal_metadata):
    return seal(replace(metadata, note=None), key)


@pytest.mark.twin("S2")
@pytest.mark.parametrize(
    ("name", "careless", "prove"),
    [
        ("safe_name", keeps_dots, test_a_safe_name_stays_in_its_folder),
        ("unb64", reads_any_alphabet, test_any_text_is_canonical_or_refused),
        ("seal_metadata", forgets_the_note, test_metadata_comes_back_as_it_was_or_is_never_sealed),
    ],
)
def test_a_careless_parser_is_noticed(monkeypatch, red, name, careless, prove):
    monkeypatch.setitem(globals(), name, careless)

    with pytest.raises(AssertionError):
        prove(lambda row, said: None)
    red(f"{careless.__name__.replace('_', ' ')}")
