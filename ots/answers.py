"""What a server's JSON means, field by field. Whatever is not as it must be: ServerStrange."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from ots.errors import ServerStrange
from ots.values import Deposited, Event, Half, Lease, Leave, Receipt, Status
from sealing.encoding import unb64
from sealing.envelope import MAX_METADATA_BYTES
from sealing.errors import EncodingInvalid
from sealing.stream import is_valid_size

# A hostile server could ask for parts of a byte, or of all memory.
LEAST_PART_BYTES, MOST_PART_BYTES = 64 * 1024, 16 * 1024**2
_MOST_PARTS = 10**6
_MOST_EVENTS = 10_000
_MOST_HEADERS = 10
_ADDRESS = re.compile(r"https?://[!-~]{1,8000}")
_HEADER = re.compile(r"(?i)range|x-amz-[a-z0-9-]{1,60}")
_PRINTED = re.compile(r"[ -~]{1,500}")
_WORD = re.compile(r"[a-z_]{1,40}")

Value = TypeVar("Value")


def deposited(said: Any) -> Deposited:
    told = _Object(said)
    state, part_size, parts = told.word("state"), told.maybe("part_size", _whole), told.maybe("parts", _whole)
    if part_size is not None and not LEAST_PART_BYTES <= part_size <= MOST_PART_BYTES:
        raise _strange("part_size")
    direct = told.maybe("direct", _flag) or False
    return Deposited(state, told.maybe("expires_at", _time), part_size, parts, direct)


def received(said: Any) -> list[int]:
    return _Object(said).get("received", _numbers)


def status(said: Any) -> Status:
    return Status(**_status(_Object(said)))


def receipt(said: Any) -> Receipt:
    told = _Object(said)
    events = told.get("events", _list)[:_MOST_EVENTS]
    return Receipt(
        **_status(told),
        id=told.get("id", _text),
        created_at=told.get("created_at", _time),
        attempts=told.get("attempts", _whole),
        unlocks_left=told.get("unlocks_left", _whole),
        fetching_until=told.maybe("fetching_until", _time),
        events=tuple(Event(e.word("what"), e.get("at", _time)) for e in map(_Object, events)),
    )


def lease(said: Any) -> Lease:
    told = _Object(said)
    size, kdf = told.get("size", _whole), told.get("kdf", _whole)
    if not is_valid_size(size):
        raise _strange("size")
    wrapped, meta = told.maybe("wrapped_key", _binary), told.maybe("meta", _binary)
    if meta is not None and len(meta) > MAX_METADATA_BYTES + 64:
        raise _strange("meta")
    direct = told.maybe("direct", _flag) or False
    half = None if wrapped is None or meta is None else Half(wrapped, meta, size, kdf, direct)
    blob = told.maybe("blob", _binary)
    return Lease(half, told.get("lease_expires_at", _time), blob if blob and len(blob) == size else None)


def part_leave(said: Any) -> Leave | None:
    told = _Object(said)
    return None if told.maybe("url", _text) is None else Leave(*_address(told))


def range_leave(said: Any, start: int, stop: int) -> Leave:
    told = _Object(said)
    begins, ends = told.get("start", _whole), told.get("stop", _whole)
    if begins != start or not start < ends <= stop:
        raise _strange("start")
    return Leave(*_address(told), start, ends)


def _address(told: "_Object") -> tuple[str, dict[str, str]]:
    """A stranger says what is sent to another stranger: only what speaks of these bytes."""
    url, headers = told.get("url", _text), told.get("headers", _headers)
    if not _ADDRESS.fullmatch(url):
        raise _strange("url")
    return url, headers


def time_in(said: dict[str, Any], name: str) -> datetime | None:
    """A time among a refusal's details, where there is one."""
    try:
        return _Object(said).maybe(name, _time)
    except ServerStrange:
        return None


def _status(told: "_Object") -> dict[str, Any]:
    numbers = ("size", "kdf", "attempts_left", "claims_left", "max_claims")
    times = ("expires_at", "opened_at", "ended_at")
    return (
        {"state": told.word("state")}
        | {name: told.get(name, _whole) for name in numbers}
        | {name: told.maybe(name, _time) for name in times}
    )


class _Object:
    def __init__(self, said: Any) -> None:
        if not isinstance(said, dict):
            raise _strange("answer")
        self._said: dict[str, Any] = said

    def get(self, name: str, read: Callable[[Any], Value]) -> Value:
        try:
            return read(self._said.get(name))
        except ValueError:
            raise _strange(name) from None

    def maybe(self, name: str, read: Callable[[Any], Value]) -> Value | None:
        return None if self._said.get(name) is None else self.get(name, read)

    def word(self, name: str) -> str:
        """A word of the API, fit for any terminal."""
        word = self.get(name, _text)
        if not _WORD.fullmatch(word):
            raise _strange(name)
        return word


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= 2**53:
        raise ValueError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError
    return value


def _numbers(value: Any) -> list[int]:
    if len(_list(value)) > _MOST_PARTS:
        raise ValueError
    return [_whole(number) for number in value]


def _time(value: Any) -> datetime:
    told = datetime.fromisoformat(_text(value))
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError
    return value


def _headers(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > _MOST_HEADERS:
        raise ValueError
    for name, said in value.items():
        if not (_HEADER.fullmatch(name) and isinstance(said, str) and _PRINTED.fullmatch(said)):
            raise ValueError
    return value


def _binary(value: Any) -> bytes:
    try:
        return unb64(_text(value))
    except EncodingInvalid:
        raise ValueError from None


def _strange(name: str) -> ServerStrange:
    return ServerStrange(f"The server's answer cannot be read: {name}.")
