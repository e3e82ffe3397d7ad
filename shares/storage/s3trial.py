"""What clients do past this server, tried from here: a part, a range, and what a browser asks before either.

For `manage.py check_storage`. What is written is removed by the caller.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterator
from typing import Protocol

import urllib3
from urllib3.exceptions import HTTPError

from shares.errors import ShareError
from shares.storage.base import Signed

TRIAL_BYTES = 1000
_CODE = re.compile(rb"<Code>(\w{1,60})</Code>")
_WITHOUT = "Remove S3_DIRECT_URL: this server then carries the bytes itself."
_CORS = "Give the bucket the CORS rule of docs/operations.md."


class DirectStorage(Protocol):
    def begin(self, name: str, size_bytes: int) -> str: ...
    def delete(self, name: str, upload_id: str = "") -> None: ...
    def complete(self, name: str, size_bytes: int, upload_id: str = "") -> None: ...
    def sign_part(self, name: str, n: int, size_bytes: int, digest: bytes, upload_id: str) -> Signed: ...
    def has_part(self, name: str, n: int, size_bytes: int, digest: bytes, upload_id: str) -> str | None: ...
    def sign_read(self, name: str, start: int, stop: int) -> Signed: ...
    def explain(self, error: ShareError) -> str: ...


class TrialFailed(Exception):
    """It did something else than it must."""


def tried(storage: DirectStorage, name: str, origin: str) -> Iterator[tuple[str, str]]:
    """Each step, and what is wrong ("": nothing); the first that fails is the last. *origin*: our pages'."""
    trial = _Trial(storage, name, origin)
    for step, work in trial.steps().items():
        trouble = ""
        try:
            work()
        except ShareError as error:
            trouble = storage.explain(error)
        except TrialFailed as error:
            trouble = str(error)
        yield step, trouble
        if trouble:
            return


class _Trial:
    def __init__(self, storage: DirectStorage, name: str, origin: str) -> None:
        self._storage, self._name, self._origin = storage, name, origin
        self._bytes = secrets.token_bytes(TRIAL_BYTES)
        self._line = urllib3.PoolManager(timeout=urllib3.Timeout(connect=5, read=10), retries=False)

    def steps(self) -> dict[str, Callable[[], None]]:
        return {
            "send a part past this server": self._part,
            "read a range past this server": self._range,
            "let our pages do both": self._pages,
        }

    def _part(self) -> None:
        digest = hashlib.sha256(self._bytes).digest()
        upload_id = self._storage.begin(self._name, TRIAL_BYTES)
        try:
            self._sent(digest, upload_id)
        except BaseException:
            self._storage.delete(self._name, upload_id)
            raise
        self._storage.complete(self._name, TRIAL_BYTES, upload_id)

    def _sent(self, digest: bytes, upload_id: str) -> None:
        self._leave = self._storage.sign_part(self._name, 0, TRIAL_BYTES, digest, upload_id)
        if self._asked("PUT", self._leave, body=bytes(TRIAL_BYTES)).status < 300:
            raise TrialFailed(f"It takes other bytes than were signed for. {_WITHOUT}")
        self._must_say_yes(self._asked("PUT", self._leave, body=self._bytes))
        if not self._storage.has_part(self._name, 0, TRIAL_BYTES, digest, upload_id):
            raise TrialFailed(
                "It does not tell the SHA-256 of a part (ChecksumSHA256 of ListParts), so no part that "
                f"is sent past this server could count. {_WITHOUT}"
            )

    def _range(self) -> None:
        leave = self._storage.sign_read(self._name, 100, 900)
        answer = self._asked("GET", leave)
        self._must_say_yes(answer)
        if answer.status != 206 or answer.data != self._bytes[100:900]:
            raise TrialFailed("It does not honour ranges: it gave other bytes.")
        if self._asked("GET", Signed(leave.url, {"Range": "bytes=0-999"}, 0)).status < 300:
            raise TrialFailed(f"It gives other bytes than were signed for. {_WITHOUT}")

    def _pages(self) -> None:
        reading = self._storage.sign_read(self._name, 0, 1)
        for method, leave in (("PUT", self._leave), ("GET", reading)):
            wanted = ",".join(sorted(name.lower() for name in leave.headers))
            asked = {"Origin": self._origin, "Access-Control-Request-Method": method}
            asked["Access-Control-Request-Headers"] = wanted
            answer = self._asked("OPTIONS", Signed(leave.url, asked, 0))
            if answer.status >= 300 or not self._lets_in(answer):
                raise TrialFailed(f"It does not let pages of {self._origin} in by {method}. {_CORS}")
            if not _names(answer, "Access-Control-Allow-Headers", wanted):
                raise TrialFailed(f"It does not let pages send {wanted} with {method}. {_CORS}")
        answer = self._asked("GET", Signed(reading.url, {**reading.headers, "Origin": self._origin}, 0))
        if not self._lets_in(answer) or not _names(answer, "Access-Control-Expose-Headers", "content-range"):
            raise TrialFailed(f"It does not show pages the header Content-Range. {_CORS}")

    def _lets_in(self, answer: urllib3.BaseHTTPResponse) -> bool:
        return answer.headers.get("Access-Control-Allow-Origin") in (self._origin, "*")

    def _asked(self, method: str, leave: Signed, body: bytes | None = None) -> urllib3.BaseHTTPResponse:
        try:
            return self._line.request(method, leave.url, body=body, headers=leave.headers, redirect=False)
        except HTTPError as error:  # its words hold the address
            kind = type(error).__name__
            raise TrialFailed(f"S3_DIRECT_URL cannot be reached from here ({kind}).") from None

    def _must_say_yes(self, answer: urllib3.BaseHTTPResponse) -> None:
        if answer.status < 300:
            return
        found = _CODE.search(answer.data[:2000])
        code = found[1].decode() if found else "nothing"
        raise TrialFailed(
            f"S3 answered {answer.status} ({code}) to an address that was signed for it. See whether "
            "S3_DIRECT_URL leads to the same S3, and whether what stands before it changes the Host header."
        )


def _names(answer: urllib3.BaseHTTPResponse, header: str, wanted: str) -> bool:
    """Whether a list of names in that header has all of *wanted*."""
    told = {name.strip().lower() for name in answer.headers.get(header, "").split(",")}
    return "*" in told or set(wanted.split(",")) <= told
