"""Bytes on their way into S3, a part straight from its socket or a stream of unknown length, and back."""

import hashlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, BinaryIO

from shares.errors import BadPart, StoreAway
from shares.storage.base import Readable
from shares.storage.s3client import read_some

BLOCK_BYTES = 1024**2
# Breaks of one download that are mended here, with less than a block between them; then its claimant goes on.
MENDED_BREAKS = 2


class PartBody:
    """What an HTTP library reads a part from: *size_bytes* of *source*, in order, never whole in memory.

    The first MiB is kept until the second is asked for, so that a connection that turns out to be dead can be
    tried again; behind it there is no way back. `failure` is what the source raised, or BadPart when it ended
    early: the HTTP library would wrap it.
    """

    def __init__(self, source: Readable, size_bytes: int) -> None:
        self._source, self._left = source, size_bytes
        self._block, self._at, self._blocks = memoryview(b""), 0, 0
        self._digest = hashlib.sha256()
        self.failure: BaseException | None = None

    @property
    def sha256(self) -> bytes:
        return self._digest.digest()

    @property
    def is_over(self) -> bool:
        """Whether all of it has been read."""
        return not self._left

    def read(self, size: int) -> bytes:
        if self._at == len(self._block) and self._left:
            self._fill()
        data = bytes(self._block[self._at : self._at + size])
        self._at += len(data)
        return data

    def _fill(self) -> None:
        try:
            block = self._source.read(min(self._left, BLOCK_BYTES))
            if not block:
                raise BadPart("The part ended before its Content-Length.")
        except BaseException as error:
            self.failure = error
            raise
        self._digest.update(block)
        self._left -= len(block)
        self._block, self._at, self._blocks = memoryview(block), 0, self._blocks + 1

    def tell(self) -> int:
        """Asked before the first byte, to know where to go back to."""
        return 0

    def seek(self, offset: int, whence: int = 0) -> int:
        if offset or whence or self._blocks > 1 or self.failure:
            raise OSError("these bytes are gone")
        self._at = 0
        return 0


class S3Writer:
    """A stream that becomes parts of equal size; one that fits into a single part becomes an object at once.

    put: takes the whole of a small one. begin: returns the upload id of a large one. part: takes upload id,
    number, a file of bytes, and how many. At most one part is held in memory, once.
    """

    def __init__(
        self,
        part_bytes: int,
        put: Callable[[bytes], None],
        begin: Callable[[], str],
        part: Callable[[str, int, BinaryIO, int], None],
    ) -> None:
        self._part_bytes, self._put, self._begin, self._part = part_bytes, put, begin, part
        self._held = BytesIO()
        self._n = 0
        self.upload_id = ""
        self.size_bytes = 0

    def write(self, data: bytes) -> None:
        self.size_bytes += len(data)
        rest = memoryview(data)
        while rest:
            room = self._part_bytes - self._held.tell()
            if not room:  # only now is it certain that this part is not the last
                self._send()
                continue
            self._held.write(rest[:room])
            rest = rest[room:]

    def finish(self) -> None:
        if self.upload_id:
            self._send()
        else:
            self._put(self._held.getvalue())
        self.close()

    def _send(self) -> None:
        if not self.upload_id:
            self.upload_id = self._begin()
        size = self._held.tell()
        self._held.seek(0)
        self._part(self.upload_id, self._n, self._held, size)
        self._held = BytesIO()
        self._n += 1

    def close(self) -> None:
        self._held = BytesIO()


def blocks(get: Callable[[int], Any], body: Any, at: int, stop: int) -> Iterator[bytes]:
    """The bytes *at* to *stop* of a blob, of which *body* tells; `get(at)` gives one that tells the rest.

    A claimant's slow line makes S3 give up on ours: it is taken up again where it broke. Raises StoreAway.
    """
    breaks, broke_at = 0, at
    try:
        while at < stop:
            if block := read_some(body, min(stop - at, BLOCK_BYTES)):
                at += len(block)
                yield block
                continue
            breaks, broke_at = breaks + 1 if at - broke_at < BLOCK_BYTES else 1, at
            if breaks > MENDED_BREAKS:
                raise StoreAway("The blob is shorter than its share says, or its line breaks.")
            body.close()
            body = get(at)
    finally:
        body.close()
