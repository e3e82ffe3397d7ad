"""Opened plaintext, cut back into the files it was made of."""

from collections.abc import Sequence

from sealing.errors import EnvelopeDamaged, EnvelopeTruncated, StreamEnded
from sealing.stream import Buffer


class PlainSplit:
    """Cuts plaintext that arrives in pieces of any size at the files' borders.

    sizes: the files' sizes in bytes, in the order of the metadata. What follows their sum is padding
    and must be zero.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self._sizes = tuple(sizes)
        self._index = 0
        self._missing = self._sizes[0] if self._sizes else 0
        self._ended = False

    def feed(self, plain: Buffer) -> list[tuple[int, bytes]]:
        """(file's index, its next bytes), in order; an empty file appears once, with no bytes.

        Raises EnvelopeDamaged for padding that is not zero, StreamEnded.
        """
        if self._ended:
            raise StreamEnded("this splitter has finished or refused")
        view = memoryview(plain).cast("B")
        pieces: list[tuple[int, bytes]] = []
        while self._index < len(self._sizes) and (view or not self._missing):
            piece = bytes(view[: self._missing])
            pieces.append((self._index, piece))
            view = view[len(piece) :]
            self._missing -= len(piece)
            if not self._missing:
                self._index += 1
                self._missing = self._sizes[self._index] if self._index < len(self._sizes) else 0
        if bytes(view).count(0) != len(view):
            self._ended = True
            raise EnvelopeDamaged("the padding is not zero")
        return pieces

    def finish(self) -> list[tuple[int, bytes]]:
        """The empty files nobody has seen yet. Raises EnvelopeTruncated if bytes are missing, StreamEnded."""
        pieces = self.feed(b"")
        self._ended = True
        if self._index < len(self._sizes):
            raise EnvelopeTruncated("the plaintext ends before its files do")
        return pieces
