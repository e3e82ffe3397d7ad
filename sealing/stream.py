"""The blob: an age v1 payload, sealed and opened chunk by chunk, so memory does not grow with size.

Source: STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) as in age-encryption.org/v1, "Payload";
docs/envelope.md, "Blob".
"""

import secrets
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sealing.errors import EnvelopeDamaged, EnvelopeTruncated, KeyLengthError, StreamEnded, StreamTooLong
from sealing.keys import FILE_KEY_BYTES, check_length, derive

CHUNK_BYTES = 65536
TAG_BYTES = 16
SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
NONCE_BYTES = 16
MAX_CHUNKS = 2**32

Buffer = bytes | bytearray | memoryview


def sealed_size(plain_size: int) -> int:
    """Bytes of the blob for so many bytes of plaintext."""
    chunks = max(1, -(-plain_size // CHUNK_BYTES))
    return NONCE_BYTES + plain_size + TAG_BYTES * chunks


def is_valid_size(sealed_size: int) -> bool:
    """Whether a blob of this size can exist at all."""
    if sealed_size <= NONCE_BYTES + TAG_BYTES:
        return sealed_size == NONCE_BYTES + TAG_BYTES
    last = (sealed_size - NONCE_BYTES) % SEALED_CHUNK_BYTES
    return last == 0 or last > TAG_BYTES


def plain_size(sealed_size: int) -> int:
    """Bytes of plaintext in a blob of this size. Raises EnvelopeDamaged for a size no blob has."""
    if not is_valid_size(sealed_size):
        raise EnvelopeDamaged("no blob has this size")
    chunks = -(-(sealed_size - NONCE_BYTES) // SEALED_CHUNK_BYTES)
    return sealed_size - NONCE_BYTES - TAG_BYTES * chunks


def chunk_offset(index: int) -> int:
    """Where chunk *index* begins in the blob."""
    return NONCE_BYTES + SEALED_CHUNK_BYTES * index


class _Cipher:
    """One payload key, and the counter of its chunks."""

    def __init__(self, file_key: bytes, nonce: bytes, start_chunk: int = 0) -> None:
        self._aead = ChaCha20Poly1305(derive(file_key, nonce, b"payload"))
        self.index = start_chunk

    def _nonce(self, last: bool) -> bytes:
        if self.index >= MAX_CHUNKS:
            raise StreamTooLong("more than 2**32 chunks")
        return self.index.to_bytes(11, "big") + (b"\1" if last else b"\0")

    def seal(self, chunk: Buffer, room: memoryview, last: bool = False) -> None:
        self._aead.encrypt_into(self._nonce(last), chunk, None, room)
        self.index += 1

    def open(self, sealed: Buffer, room: memoryview, last: bool = False) -> None:
        """Raises EnvelopeDamaged, stays at the same chunk, and leaves nothing to be used in *room*."""
        try:
            self._aead.decrypt_into(self._nonce(last), sealed, None, room)
        except InvalidTag as error:
            raise EnvelopeDamaged(f"chunk {self.index} is not what was sealed") from error
        self.index += 1

    def opens(self, sealed: Buffer) -> bool:
        """Whether this is the next chunk, and not the last one."""
        try:
            self._aead.decrypt(self._nonce(last=False), sealed, None)
        except InvalidTag:
            return False
        return True


class _HoldBack:
    """Cuts a stream into pieces of *size* bytes, always holding back the last one, full or not.

    Only what comes after a piece, or the stream's end, tells whether it was the last.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._held = bytearray()

    def count(self, view: memoryview) -> int:
        """How many pieces `feed` will yield."""
        return max(0, len(self._held) + len(view) - 1) // self._size

    def feed(self, view: memoryview) -> Iterator[Buffer]:
        """Yield the full pieces that are certainly not the last; copies only what it holds back."""
        missing = self._size - len(self._held)
        if len(view) <= missing:
            self._held += view
            return
        start = 0
        if self._held:
            self._held += view[:missing]
            start = missing
            yield self._held
        end = start + (len(view) - start - 1) // self._size * self._size
        for at in range(start, end, self._size):
            yield view[at : at + self._size]
        self._held = bytearray(view[end:])

    def rest(self) -> bytearray:
        return self._held


class _Room:
    """A buffer used again for every feed: touching fresh megabytes costs more than the cipher does."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def of(self, size: int) -> memoryview:
        if len(self._bytes) < size:
            self._bytes = bytearray(size)
        return memoryview(self._bytes)[:size]


class Sealer:
    """Seals a plaintext that arrives in pieces of any size.

    file_key: 16 bytes, for this one plaintext and never again. nonce: only vectors pass one, and a
    retry that seals the very same bytes again. Holds back at most one chunk.
    Raises KeyLengthError.
    """

    def __init__(self, file_key: bytes, nonce: bytes | None = None) -> None:
        nonce = secrets.token_bytes(NONCE_BYTES) if nonce is None else nonce
        self._cipher = _cipher(file_key, nonce)
        self._head = nonce
        self._hold = _HoldBack(CHUNK_BYTES)
        self._room = _Room()
        self._ended = False

    def feed(self, data: Buffer) -> bytes:
        """The sealed chunks that are certain by now; the first answer begins with the nonce.

        Raises StreamTooLong, StreamEnded.
        """
        self._refuse_if_ended()
        view = memoryview(data).cast("B")
        at = len(self._head)
        out = self._room.of(at + SEALED_CHUNK_BYTES * self._hold.count(view))
        out[:at] = self._head
        for chunk in self._hold.feed(view):
            self._cipher.seal(chunk, out[at : at + SEALED_CHUNK_BYTES])
            at += SEALED_CHUNK_BYTES
        self._head = b""
        return bytes(out)

    def finish(self) -> bytes:
        """The last chunk, marked as such (and the nonce, if nothing was fed)."""
        self._refuse_if_ended()
        self._ended = True
        rest = self._hold.rest()
        out = self._room.of(len(self._head) + len(rest) + TAG_BYTES)
        out[: len(self._head)] = self._head
        self._cipher.seal(rest, out[len(self._head) :], last=True)
        return bytes(out)

    def _refuse_if_ended(self) -> None:
        if self._ended:
            raise StreamEnded("this sealer has finished")


class Opener:
    """Opens a blob that arrives in pieces of any size, and gives out verified plaintext only.

    nonce: None reads it from the first 16 bytes. To resume, pass the nonce and *start_chunk*, and
    feed from `chunk_offset(start_chunk)` on. After any refusal the opener stays closed.
    Raises KeyLengthError, StreamTooLong.
    """

    def __init__(self, file_key: bytes, nonce: bytes | None = None, start_chunk: int = 0) -> None:
        if nonce is None and start_chunk:
            raise KeyLengthError("to start inside the blob, pass the nonce of its beginning")
        check_length("file key", file_key, FILE_KEY_BYTES)
        self._file_key = file_key
        self._cipher = None if nonce is None else _cipher(file_key, nonce, start_chunk)
        self._head = b""
        self._hold = _HoldBack(SEALED_CHUNK_BYTES)
        self._room = _Room()
        self._ended = False

    def feed(self, sealed: Buffer) -> bytes:
        """The plaintext verified by now; a chunk waits until another byte follows it.

        Raises EnvelopeDamaged, StreamTooLong, StreamEnded.
        """
        self._refuse_if_ended()
        view = memoryview(sealed).cast("B")
        if self._cipher is None:
            missing = NONCE_BYTES - len(self._head)
            self._head += view[:missing]
            view = view[missing:]
            if len(self._head) < NONCE_BYTES:
                return b""
            self._cipher = _cipher(self._file_key, self._head)
        self._ended = True  # until every chunk of this piece has been verified
        at, out = 0, self._room.of(CHUNK_BYTES * self._hold.count(view))
        for chunk in self._hold.feed(view):
            self._cipher.open(chunk, out[at : at + CHUNK_BYTES])
            at += CHUNK_BYTES
        self._ended = False
        return bytes(out)

    def finish(self) -> bytes:
        """The last chunk, once the blob has ended. Until this returns, nothing proves that it is whole.

        Raises EnvelopeTruncated, EnvelopeDamaged, StreamEnded.
        """
        self._refuse_if_ended()
        self._ended = True
        rest = self._hold.rest()
        if self._cipher is None or len(rest) < TAG_BYTES:
            raise EnvelopeTruncated("the blob ends before its last chunk does")
        if len(rest) == TAG_BYTES and self._cipher.index > 0:
            raise EnvelopeDamaged("an empty last chunk after a full one")
        out = self._room.of(len(rest) - TAG_BYTES)
        try:
            self._cipher.open(rest, out, last=True)
        except EnvelopeDamaged as error:
            if self._cipher.opens(rest):
                raise EnvelopeTruncated("the blob was cut between two chunks") from error
            raise
        return bytes(out)

    def _refuse_if_ended(self) -> None:
        if self._ended:
            raise StreamEnded("this opener has finished or refused")


def _cipher(file_key: bytes, nonce: bytes, start_chunk: int = 0) -> _Cipher:
    check_length("file key", file_key, FILE_KEY_BYTES)
    check_length("payload nonce", nonce, NONCE_BYTES)
    if not 0 <= start_chunk < MAX_CHUNKS:
        raise StreamTooLong("a blob has at most 2**32 chunks")
    return _Cipher(file_key, nonce, start_chunk)


def seal(source: BinaryIO, file_key: bytes, nonce: bytes | None = None) -> Iterator[bytes]:
    """Yield the blob of *source*: the nonce, then one sealed chunk after the other.

    file_key: 16 bytes, for this one source and never again.
    Yields 65 552 bytes for a full chunk (64 KiB and a 16-byte tag); the last may be shorter.
    Raises KeyLengthError at once, StreamTooLong on the way.
    """
    return _sealed(source, Sealer(file_key, nonce))


def _sealed(source: BinaryIO, sealer: Sealer) -> Iterator[bytes]:
    while data := source.read(CHUNK_BYTES):
        if sealed := sealer.feed(data):
            yield sealed
    yield sealer.finish()


def open_stream(
    chunks: Iterable[Buffer], file_key: bytes, nonce: bytes | None = None, start_chunk: int = 0
) -> Iterator[bytes]:
    """Yield the verified plaintext of a blob that arrives in pieces of any size; the inverse of `seal`.

    Named so that no module hides Python's `open`. It is whole only if the iterator ends without an error.
    Raises KeyLengthError at once; EnvelopeDamaged, EnvelopeTruncated, StreamTooLong on the way.
    """
    return _opened(chunks, Opener(file_key, nonce, start_chunk))


def _opened(chunks: Iterable[Buffer], opener: Opener) -> Iterator[bytes]:
    for sealed in chunks:
        if plain := opener.feed(sealed):
            yield plain
    if plain := opener.finish():
        yield plain
