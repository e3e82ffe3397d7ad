"""What is tried again, and when: the twin of frontend/transfer/line.ts."""

import random
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from ots.errors import Later, Offline, OtsError, Refused, ServerStrange
from ots.values import Tell, Waiting, silent

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
# Before anything was left or taken nobody waits long: a mistyped server never answers.
FIRST_SECONDS = 10.0
# On the way: a server may restart, a laptop may sleep.
ON_THE_WAY_SECONDS = 600.0

Answer = TypeVar("Answer")


class Stopped(BaseException):
    """The transfer this thread works for is over; no error of its own."""


def passes(error: OtsError) -> bool:
    """Whether the same request may succeed later."""
    return isinstance(error, Offline | Later) or (isinstance(error, ServerStrange) and error.passes)


def pause_seconds(tries: int, error: OtsError, chance: float | None = None) -> float:
    """Growing, with jitter, so that many clients do not come back at once; never before the server said."""
    chance = random.random() if chance is None else chance  # noqa: S311 - jitter, no secret
    growing = min(FIRST_PAUSE_SECONDS * 2 ** min(tries, 10), LONGEST_PAUSE_SECONDS)
    asked = error.retry_after if isinstance(error, Later | ServerStrange) else None
    return float(max(growing * (0.5 + chance / 2), asked or 0.0))


class Patience:
    """One for each transfer; its threads share it. Gives up when nothing moved for *seconds*."""

    def __init__(self, seconds: float, tell: Tell = silent) -> None:
        self._seconds, self._tell = seconds, tell
        self._moved_at = time.monotonic()
        self._stopped = threading.Event()

    def lasts(self, seconds: float) -> None:
        """From here on so long."""
        self._seconds = seconds
        self.moves()

    def moves(self) -> None:
        """Bytes or answers came through."""
        self._moved_at = time.monotonic()

    def stop(self) -> None:
        """End every wait, in every thread."""
        self._stopped.set()

    def check(self) -> None:
        """Raises Stopped."""
        if self._stopped.is_set():
            raise Stopped

    def persist(self, call: Callable[[], Answer]) -> Answer:
        """Repeat *call* until it is answered, finally refused, or nothing moves for too long."""
        tries = 0
        while True:
            self.check()
            try:
                answer = call()
            except OtsError as error:
                self.pause(tries, error)
                tries += 1
            else:
                self.moves()
                return answer

    def pause(self, tries: int, error: OtsError) -> None:
        """Wait before the next try. Raises *error* itself if it is final, or the wait would be too long."""
        seconds = pause_seconds(tries, error)
        if not passes(error) or time.monotonic() + seconds - self._moved_at > self._seconds:
            raise error
        # A part that another request still writes is no standstill: the others go on.
        if not (isinstance(error, Refused) and error.refusal == "part_busy"):
            self._tell(Waiting(seconds, "busy" if isinstance(error, Later) else "offline"))
        if self._stopped.wait(seconds):
            raise Stopped
