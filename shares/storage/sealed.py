"""Seals on the way in and opens on the way out, around any share storage.

For shares that the server seals on a sender's behalf (docs/envelope.md, "When the server seals"):
no plaintext exists at rest, and memory does not grow with size.
"""

from collections.abc import Iterator

from sealing.errors import SealingError
from sealing.stream import Opener, Sealer
from shares.errors import StoreAway
from shares.storage.base import BlobWriter, ShareStorage


class SealedWriter:
    """Plain bytes in, sealed bytes into storage; holds back one chunk at most."""

    def __init__(self, inner: BlobWriter, file_key: bytes) -> None:
        self._inner, self._sealer = inner, Sealer(file_key)
        self.plain_bytes = 0

    def write(self, data: bytes) -> None:
        self.plain_bytes += len(data)
        if sealed := self._sealer.feed(data):
            self._inner.write(sealed)

    def finish(self) -> int:
        """Write the last chunk. Returns the blob's size in bytes."""
        self._inner.write(self._sealer.finish())
        self._inner.finish()
        return self._inner.size_bytes

    @property
    def upload_id(self) -> str:
        return self._inner.upload_id

    def close(self) -> None:
        self._inner.close()


class SealedStorage:
    """*inner*, with a file key between it and the caller."""

    def __init__(self, inner: ShareStorage) -> None:
        self.inner = inner

    def stream(self, name: str, file_key: bytes) -> SealedWriter:
        return SealedWriter(self.inner.stream(name), file_key)

    def read(self, name: str, file_key: bytes, size_bytes: int) -> Iterator[bytes]:
        """Yield verified plain bytes. Raises StoreAway when the blob does not match its seal."""
        opener = Opener(file_key)
        try:
            for block in self.inner.read(name, 0, size_bytes):
                if plain := opener.feed(block):
                    yield plain
            if plain := opener.finish():
                yield plain
        except SealingError as error:
            raise StoreAway("The blob does not match its seal.") from error
