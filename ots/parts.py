"""A blob cut into parts: several on their way at once, each kept until the server has it."""

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from ots.patience import Patience, Stopped
from sealing.stream import SEALED_CHUNK_BYTES, chunk_offset

# One is sealed while another is sent, or both are sent: more would cost memory, and a line is full with two.
AT_ONCE = 2


@dataclass(frozen=True)
class Part:
    """Part *n* of a blob. over: what of its last chunk lies in the next part, sealed in the same moment."""

    n: int
    room: bytearray
    size: int
    over: bytes

    @property
    def data(self) -> memoryview:
        return memoryview(self.room)[: self.size]

    def digests(self) -> tuple[bytes, bytes]:
        return sha256(self.data).digest(), sha256(self.over).digest()


class Rooms:
    """The few buffers that parts live in, used again: touching fresh megabytes all the time costs memory."""

    def __init__(self, part_bytes: int, count: int) -> None:
        self._free: queue.SimpleQueue[bytearray] = queue.SimpleQueue()
        for _ in range(min(count, AT_ONCE)):
            self._free.put(bytearray(part_bytes))

    def take(self) -> bytearray:
        """Waits until one is free."""
        return self._free.get()

    def give(self, room: bytearray) -> None:
        self._free.put(room)


def cut(pieces: Iterable[bytes], rooms: Rooms) -> Iterator[Part]:
    """The parts in order; who is done with one gives its room back."""
    room, filled, n, total = rooms.take(), 0, 0, 0
    for piece in pieces:
        view = memoryview(piece)
        while view:
            if filled == len(room):
                yield Part(n, room, filled, bytes(view[: _overhang(total)]))
                room, filled, n = rooms.take(), 0, n + 1
            fits = view[: len(room) - filled]
            room[filled : filled + len(fits)] = fits
            filled += len(fits)
            total += len(fits)
            view = view[len(fits) :]
    yield Part(n, room, filled, b"")


def _overhang(offset: int) -> int:
    """Bytes from *offset* of a blob to the end of the chunk it falls into."""
    chunks = -(-(offset - chunk_offset(0)) // SEALED_CHUNK_BYTES)
    return chunk_offset(chunks) - offset


class Lanes:
    """Threads that send parts while the next one is sealed. Whatever fails first ends it."""

    def __init__(self, send: Callable[[Part], None], rooms: Rooms, patience: Patience) -> None:
        self._send, self._rooms, self._patience = send, rooms, patience
        self._todo: queue.SimpleQueue[Part | None] = queue.SimpleQueue()
        self._failures: list[BaseException] = []
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(AT_ONCE)]

    def __enter__(self) -> "Lanes":
        for thread in self._threads:
            thread.start()
        return self

    def add(self, part: Part) -> None:
        """Raises what has failed meanwhile."""
        self._check()
        self._todo.put(part)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind:
            self._patience.stop()
        for _thread in self._threads:
            self._todo.put(None)
        if kind is None:
            for thread in self._threads:
                thread.join()
            self._check()

    def _check(self) -> None:
        if self._failures:
            raise self._failures[0]

    def _work(self) -> None:
        while part := self._todo.get():
            try:
                if not self._failures:
                    self._patience.check()
                    self._send(part)
            except Stopped:
                return
            except BaseException as error:  # it belongs to who waits for us
                self._failures.append(error)
                self._patience.stop()
            finally:
                self._rooms.give(part.room)
