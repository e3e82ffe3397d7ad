"""The blob: any size, in any pieces, from any chunk on, in constant memory."""

import io
import itertools
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealing_vectors import pattern

from sealing.errors import (
    EnvelopeDamaged,
    EnvelopeTruncated,
    KeyLengthError,
    StreamEnded,
    StreamTooLong,
)
from sealing.split import PlainSplit
from sealing.stream import (
    CHUNK_BYTES,
    MAX_CHUNKS,
    NONCE_BYTES,
    SEALED_CHUNK_BYTES,
    Opener,
    Sealer,
    chunk_offset,
    is_valid_size,
    open_stream,
    plain_size,
    seal,
    sealed_size,
)
from tests.examples import TOLD, tried

FILE_KEY = b"0123456789abcdef"
NONCE = bytes(range(16))
MIB = 2**20

near_a_border = st.builds(lambda k, d: max(0, k * CHUNK_BYTES + d), st.integers(0, 3), st.integers(-3, 3))
sizes = st.one_of(st.integers(0, 300), near_a_border)
cuts = st.lists(st.one_of(st.integers(0, 70), st.integers(0, 4 * SEALED_CHUNK_BYTES)), max_size=8)


def blob_of(plain):
    return b"".join(seal(io.BytesIO(plain), FILE_KEY, NONCE))


def cut(data, places):
    """*data* in pieces, cut at *places*; some pieces are empty."""
    places = [0, *sorted(min(place, len(data)) for place in places), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(places)]


@pytest.mark.promise("S2")
def test_what_is_sealed_in_any_pieces_opens_in_any_pieces(figure):
    @tried
    @given(size=sizes, fed=cuts, received=cuts, kind=st.sampled_from([bytes, bytearray, memoryview]))
    def holds(size, fed, received, kind):
        plain = pattern(size)
        sealer = Sealer(FILE_KEY, NONCE)
        blob = b"".join([sealer.feed(kind(piece)) for piece in cut(plain, fed)]) + sealer.finish()

        opened = b"".join(open_stream(map(kind, cut(blob, received)), FILE_KEY))

        assert blob == blob_of(plain)
        assert len(blob) == sealed_size(size)
        assert opened == plain

    holds()
    figure("S2", TOLD)


@pytest.mark.promise("S2")
def test_a_blob_cut_anywhere_releases_only_whole_chunks_of_the_truth(figure):
    @tried
    @given(size=sizes, received=cuts, data=st.data())
    def holds(size, received, data):
        plain = pattern(size)
        blob = blob_of(plain)
        short = blob[: data.draw(st.integers(0, len(blob) - 1))]
        released = bytearray()

        def read_all():
            for piece in open_stream(cut(short, received), FILE_KEY):
                released.extend(piece)

        with pytest.raises(EnvelopeDamaged):
            read_all()

        assert plain.startswith(released)
        assert len(released) % CHUNK_BYTES == 0

    holds()
    figure("S2", TOLD)


@pytest.mark.promise("S2")
def test_a_size_is_valid_exactly_when_some_plaintext_has_it(figure):
    @tried
    @given(st.one_of(st.integers(0, 3 * SEALED_CHUNK_BYTES), st.integers(0, 2**53)))
    def holds(size):
        assert plain_size(sealed_size(size)) == size
        assert is_valid_size(sealed_size(size))
        if is_valid_size(size):
            assert sealed_size(plain_size(size)) == size
        else:
            with pytest.raises(EnvelopeDamaged):
                plain_size(size)

    holds()
    figure("S2", TOLD)


@pytest.mark.parametrize("index", [0, 1, 2, 3])
def test_opening_may_start_at_any_chunk(index):
    plain = pattern(3 * CHUNK_BYTES + 5)
    rest = blob_of(plain)[chunk_offset(index) :]

    opened = b"".join(open_stream([rest], FILE_KEY, NONCE, start_chunk=index))

    assert opened == plain[index * CHUNK_BYTES :]


def test_starting_at_the_wrong_chunk_is_refused():
    rest = blob_of(pattern(3 * CHUNK_BYTES))[chunk_offset(1) :]

    with pytest.raises(EnvelopeDamaged):
        b"".join(open_stream([rest], FILE_KEY, NONCE, start_chunk=2))


def test_starting_behind_the_last_chunk_is_refused():
    with pytest.raises(EnvelopeTruncated):
        b"".join(open_stream([], FILE_KEY, NONCE, start_chunk=1))


def test_starting_inside_without_the_nonce_is_refused():
    with pytest.raises(KeyLengthError):
        Opener(FILE_KEY, start_chunk=1)


def test_a_blob_cut_between_two_chunks_is_told_from_a_damaged_one():
    blob = blob_of(pattern(2 * CHUNK_BYTES))

    with pytest.raises(EnvelopeTruncated):
        b"".join(open_stream([blob[: chunk_offset(1)]], FILE_KEY))


def test_the_first_bytes_out_are_the_nonce():
    sealer = Sealer(FILE_KEY, NONCE)

    assert sealer.feed(b"") == NONCE
    assert sealer.feed(b"x" * CHUNK_BYTES) == b""
    assert len(sealer.feed(b"y")) == SEALED_CHUNK_BYTES


def test_every_blob_has_a_nonce_of_its_own():
    assert Sealer(FILE_KEY).feed(b"") != Sealer(FILE_KEY).feed(b"")


def test_nothing_comes_out_before_it_is_verified():
    blob = blob_of(pattern(CHUNK_BYTES))
    opener = Opener(FILE_KEY)

    assert opener.feed(blob) == b""
    assert opener.finish() == pattern(CHUNK_BYTES)


def test_a_chunk_comes_out_as_soon_as_a_byte_follows_it():
    blob = blob_of(pattern(CHUNK_BYTES + 1))
    opener = Opener(FILE_KEY)

    assert opener.feed(blob[: chunk_offset(1)]) == b""
    assert opener.feed(blob[chunk_offset(1) : chunk_offset(1) + 1]) == pattern(CHUNK_BYTES)


def test_an_opener_that_refused_stays_closed():
    opener = Opener(FILE_KEY, NONCE)
    with pytest.raises(EnvelopeDamaged):
        opener.feed(bytes(SEALED_CHUNK_BYTES + 1))

    with pytest.raises(StreamEnded):
        opener.feed(blob_of(b"")[NONCE_BYTES:])
    with pytest.raises(StreamEnded):
        opener.finish()


def test_a_finished_stream_takes_nothing_more():
    sealer, opener, split = Sealer(FILE_KEY), Opener(FILE_KEY), PlainSplit([0])
    opener.feed(sealer.finish())
    opener.finish()
    split.finish()

    for ended in (sealer, opener, split):
        with pytest.raises(StreamEnded):
            ended.feed(b"x")
        with pytest.raises(StreamEnded):
            ended.finish()


def test_a_stream_stops_before_its_counter_is_used_up():
    sealer = Sealer(FILE_KEY, NONCE)
    sealer.feed(b"x" * CHUNK_BYTES)
    sealer._cipher.index = MAX_CHUNKS - 1
    last = len(sealer.feed(b"x"))

    assert last == SEALED_CHUNK_BYTES
    with pytest.raises(StreamTooLong):
        sealer.finish()


@pytest.mark.parametrize("length", [0, 15, 17, 32])
def test_keys_and_nonces_of_another_length_are_refused_at_once(length):
    for use in (
        lambda: seal(io.BytesIO(), bytes(length)),
        lambda: seal(io.BytesIO(), FILE_KEY, bytes(length)),
        lambda: open_stream([], bytes(length)),
        lambda: open_stream([], FILE_KEY, bytes(length)),
    ):
        with pytest.raises(KeyLengthError):
            use()


@pytest.mark.promise("S2")
def test_plaintext_is_cut_back_into_its_files(figure):
    @tried
    @given(lengths=st.lists(st.integers(0, 50), min_size=1, max_size=8), padding=st.integers(0, 40), fed=cuts)
    def holds(lengths, padding, fed):
        plain = pattern(sum(lengths)) + bytes(padding)
        split = PlainSplit(lengths)
        files = {}

        pieces = [found for piece in cut(plain, fed) for found in split.feed(piece)] + split.finish()
        for index, piece in pieces:
            files[index] = files.get(index, b"") + piece

        assert list(files) == list(range(len(lengths)))
        assert [len(file) for file in files.values()] == lengths
        assert b"".join(files.values()) == pattern(sum(lengths))

    holds()
    figure("S2", TOLD)


class Zeros(io.RawIOBase):
    """So many zero bytes, none of them kept."""

    def __init__(self, size):
        self._left = size

    def read(self, size=-1):
        size = min(size, self._left)
        self._left -= size
        return bytes(size)


@pytest.mark.parametrize("size", [64 * MIB, pytest.param(1024 * MIB, marks=pytest.mark.full)])
def test_memory_does_not_grow_with_the_size_of_the_blob(size):
    split, released = PlainSplit([size]), 0
    tracemalloc.start()

    for plain in open_stream(seal(Zeros(size), FILE_KEY), FILE_KEY):
        released += sum(len(piece) for _, piece in split.feed(plain))
    split.finish()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert released == size
    assert peak < MIB


def test_memory_does_not_grow_when_a_blob_comes_in_large_pieces():
    sealer, opener, piece, opened = Sealer(FILE_KEY), Opener(FILE_KEY), bytes(MIB), 0
    tracemalloc.start()

    for _ in range(64):
        opened += len(opener.feed(sealer.feed(piece)))
    opened += len(opener.feed(sealer.finish())) + len(opener.finish())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert opened == 64 * MIB
    assert peak < 8 * MIB
