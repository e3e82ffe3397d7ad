"""Bytes that go past the server, between this program and the store it names: each by leave for a minute.

The store is a stranger, as the server is: it gets no token, only what the address needs. Where it cannot be
reached the server carries the bytes, from the same part or byte on.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import urlsplit

import httpx2

from ots.api import Api
from ots.errors import Refused
from ots.values import Leave

# Tries of one part, or at one place of a blob, that bring nothing.
TRIES = 2
# The server keeps a lease alive while it carries bytes itself; past it, a line so slow could outlive one.
SLOW_SECONDS = 120.0

Asked = TypeVar("Asked", Leave, Leave | None)


class NoWay(Exception):
    """The store did not do it. is_wall: it could not even be reached."""

    def __init__(self, *, is_wall: bool = False) -> None:
        super().__init__("The store did not do it.")
        self.is_wall = is_wall


class NoLeave(Exception):
    """The server offers no way past it, or one that anybody could read."""


class Direct:
    """The way to the store during one transfer; threads share it. is_open: the server offers it."""

    def __init__(self, api: Api, *, is_open: bool) -> None:
        self.is_open = is_open
        self._api, self._has_worked, self._failures = api, False, 0

    def close(self) -> None:
        """From here on the server carries everything."""
        self.is_open = False

    def put(self, ask: Callable[[], Leave | None], content: Callable[[], Iterable[bytes]], size: int) -> bool:
        """Send what *content* gives, anew for each try. *ask* answers None once the server knows it is there.

        False: the server has to carry it. Raises what *ask* raises.
        """
        try:
            for _ in range(TRIES):
                leave = self._asked(ask)
                if leave is None:
                    return True
                try:
                    with self._answer("PUT", leave, content(), {"Content-Length": str(size)}):
                        pass
                except NoWay as error:
                    if error.is_wall and not self._has_worked:
                        break
            else:
                if self._asked(ask) is None:
                    return True
        except NoLeave:
            pass
        self.close()
        return False

    def leave(self, ask: Callable[[], Leave]) -> Leave | None:
        """To read some bytes; None: the server has to carry them. Raises what *ask* raises."""
        if not self.is_open:
            return None
        try:
            return self._asked(ask)
        except NoLeave:
            self.close()
            return None

    def read(self, leave: Leave) -> Iterator[bytes]:
        """The bytes that *leave* is for, as they come; fewer where the line breaks."""
        left, began = leave.stop - leave.start, time.monotonic()
        try:
            with self._answer("GET", leave) as answer:
                told = answer.headers.get("Content-Range", "")
                if answer.status_code != 206 or not told.startswith(f"bytes {leave.start}-"):
                    raise NoWay
                for piece in answer.iter_raw():
                    self._has_worked, self._failures = True, 0
                    yield piece[:left]
                    left -= min(left, len(piece))
                    if not left:
                        break
        except (NoWay, httpx2.HTTPError) as error:
            self._failures += 1
            is_wall = isinstance(error, NoWay) and error.is_wall
            if self._failures >= TRIES or (is_wall and not self._has_worked):
                self.close()
        if time.monotonic() - began > SLOW_SECONDS:
            self.close()

    def _asked(self, ask: Callable[[], Asked]) -> Asked:
        try:
            leave = ask()
        except Refused as error:
            if error.refusal == "not_direct":
                raise NoLeave from None
            raise
        if leave is None:
            self._has_worked = True
        elif self._api.is_secret and urlsplit(leave.url).scheme != "https":
            raise NoLeave
        return leave

    @contextmanager
    def _answer(
        self,
        method: str,
        leave: Leave,
        content: Iterable[bytes] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Iterator[httpx2.Response]:
        """An answer that says yes, its body unread. Raises NoWay. The address stands in no error."""
        headers = {**leave.headers, **(headers or {})}
        try:
            with self._api.store.stream(method, leave.url, headers=headers, content=content) as answer:
                if not answer.is_success:
                    raise NoWay
                yield answer
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            raise NoWay(is_wall=True) from None
        except (httpx2.HTTPError, httpx2.InvalidURL):
            raise NoWay from None
