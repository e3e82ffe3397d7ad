"""One at a time in each process: for steps that would take all of its memory, were they done at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_SECONDS = 2.0


class SlotTaken(Exception):
    """It was not free in time; nothing was done."""


class Slot:
    """Whoever holds it may take it again inside: nothing that was begun ends half-way for want of it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.patience_seconds = PATIENCE_SECONDS

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait up to two seconds for it. Raises SlotTaken; nothing may be paid before it is ours."""
        if not self._lock.acquire(timeout=self.patience_seconds):
            raise SlotTaken
        try:
            yield
        finally:
            self._lock.release()
