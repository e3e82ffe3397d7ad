"""The calls of the exchange (docs/envelope.md, "The exchange"): typed answers, refusals as errors.

A server is not trusted: an answer is read up to a size, and field by field.
"""

import base64
import json
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from typing import Any

import httpx2

from ots import answers
from ots.errors import Offline, ServerStrange, refusal
from ots.values import Deposited, Lease, Leave, Receipt, Status
from sealing.encoding import b64

ROOT = "/api/v1/shares"
# Nothing moves for so long: the line is taken for lost.
STILL_SECONDS = 60.0
_CONNECT_SECONDS = 15.0
# A store that cannot be reached, though the server can, lies behind a wall: the server carries bytes then.
_STORE_STILL_SECONDS, _STORE_CONNECT_SECONDS = 30.0, 10.0
_SEND_BYTES = 256 * 1024
# The largest true answer is a claim with its metadata and a small blob, in base64.
_MOST_BYTES = 1024**2
_PASSED_OVER_BYTES = 64 * 1024

Buffer = bytes | bytearray | memoryview


@cache
def trust(is_used: bool) -> ssl.SSLContext:
    """Whom the system trusts: a tenth of a second to read, so once, and for plain HTTP not at all."""
    return httpx2.create_ssl_context() if is_used else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Api:
    """One server, at *origin*. token: of an account, for sites that ask for one to leave something."""

    def __init__(self, origin: str, token: str | None = None) -> None:
        self._token = token
        self.is_secret = origin.startswith("https:")
        try:
            # The system's own trust, and proxies as the environment names them; no redirect is followed.
            self._line = httpx2.Client(
                base_url=origin,
                verify=trust(self.is_secret),
                timeout=httpx2.Timeout(STILL_SECONDS, connect=_CONNECT_SECONDS),
                headers={"User-Agent": "ots", "Accept-Encoding": "identity"},
            )
        except (ImportError, ValueError, httpx2.InvalidURL) as error:
            raise Offline(f"The proxy that the environment names cannot be used: {error}") from error

    def close(self) -> None:
        self._line.close()
        if "store" in self.__dict__:
            self.store.close()

    @cached_property
    def store(self) -> httpx2.Client:
        """For addresses past the server (`ots.direct`): none of our tokens, and no long wait at a wall."""
        limits = httpx2.Timeout(_STORE_STILL_SECONDS, connect=_STORE_CONNECT_SECONDS)
        headers = {"User-Agent": "ots", "Accept-Encoding": "identity"}
        return httpx2.Client(verify=trust(True), timeout=limits, headers=headers)

    # --- sender -------------------------------------------------------------------------------------

    def create(self, deposit: dict[str, Any]) -> Deposited:
        """Repeating the same deposit is harmless; another one under the same id is refused."""
        return answers.deposited(self._json("POST", "", self._token, body=deposit))

    def put_part(
        self, share_id: str, n: int, content: Iterable[bytes], size: int, digest: bytes, token: bytes
    ) -> None:
        """Send part *n*. Repeatable with the same bytes."""
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Length": str(size),
            "Repr-Digest": f"sha-256=:{base64.b64encode(digest).decode()}:",
        }
        with self._answer("PUT", f"/{share_id}/parts/{n}", b64(token), headers=headers, content=content):
            pass

    def sign_part(self, share_id: str, n: int, digest: bytes, token: bytes) -> Leave | None:
        """Leave to send part *n* past the server; None: it is there. Raises Refused (`not_direct`)."""
        said = self._json("POST", f"/{share_id}/parts/{n}/direct", b64(token), body={"digest": b64(digest)})
        return answers.part_leave(said)

    def received(self, share_id: str, token: bytes) -> list[int]:
        """The numbers of the parts that are there."""
        return answers.received(self._json("GET", f"/{share_id}/parts", b64(token)))

    def complete(self, share_id: str, token: bytes) -> Deposited:
        return answers.deposited(self._json("POST", f"/{share_id}/complete", b64(token)))

    def receipt(self, share_id: str, token: bytes) -> Receipt:
        return answers.receipt(self._json("GET", f"/{share_id}/receipt", b64(token)))

    def unlock(self, share_id: str, token: bytes) -> Receipt:
        return answers.receipt(self._json("POST", f"/{share_id}/unlock", b64(token)))

    # --- recipient ----------------------------------------------------------------------------------

    def status(self, share_id: str, token: bytes) -> Status:
        """What the link's holder may know. Changes nothing."""
        return answers.status(self._json("GET", f"/{share_id}", b64(token)))

    def claim(self, share_id: str, body: dict[str, str], token: bytes) -> Lease:
        return answers.lease(self._json("POST", f"/{share_id}/claim", b64(token), body=body))

    def blob(self, share_id: str, start: int, stop: int, lease_secret: bytes) -> Iterator[bytes]:
        """The sealed bytes from *start* up to *stop*, as they come; fewer when the line breaks."""
        headers = {"Range": f"bytes={start}-{stop - 1}"}
        with self._answer("GET", f"/{share_id}/blob", b64(lease_secret), headers=headers) as answer:
            skipped = _begins_before(answer, start)
            try:
                for piece in answer.iter_raw():
                    passed = piece[skipped:] if skipped else piece
                    skipped = max(0, skipped - len(piece))
                    if passed:
                        yield passed
            except httpx2.HTTPError as error:
                raise Offline("The line broke.") from error

    def sign_range(self, share_id: str, start: int, stop: int, lease_secret: bytes) -> Leave:
        """Leave to read bytes from *start* on past the server. Raises Refused (`not_direct`)."""
        body = {"start": start, "stop": stop}
        return answers.range_leave(
            self._json("POST", f"/{share_id}/blob/direct", b64(lease_secret), body=body), start, stop
        )

    def burn(self, share_id: str, token: bytes) -> None:
        """With the lease secret: received. With the manage token: revoked. Repeatable."""
        with self._answer("POST", f"/{share_id}/burn", b64(token)):
            pass

    # --- one answer ---------------------------------------------------------------------------------

    def _json(self, method: str, path: str, token: str | None, body: dict[str, Any] | None = None) -> Any:
        headers = {} if body is None else {"Content-Type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        with self._answer(method, path, token, headers=headers, content=content) as answer:
            return _read(answer)

    @contextmanager
    def _answer(
        self,
        method: str,
        path: str,
        token: str | None,
        headers: dict[str, str] | None = None,
        content: bytes | Iterable[bytes] | None = None,
    ) -> Iterator[httpx2.Response]:
        """An answer that says yes, its body unread. Raises Refused, Offline, ServerStrange.

        A server that refuses while bytes are still on their way breaks the pipe: httpx2 then reads its answer
        before it believes the write error.
        """
        headers = (headers or {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        try:
            with self._line.stream(method, ROOT + path, headers=headers, content=content) as answer:
                if not answer.is_success:
                    raise _refused(answer)
                yield answer
        except httpx2.HTTPError as error:
            raise Offline(_why(error)) from error


def slices(part: Buffer, moves: Callable[[int], None]) -> Iterator[bytes]:
    """A part on its way; *moves* is told how many more bytes have left."""
    view = memoryview(part)
    for at in range(0, len(view), _SEND_BYTES):
        piece = view[at : at + _SEND_BYTES]
        yield bytes(piece)
        moves(len(piece))


def _begins_before(answer: httpx2.Response, start: int) -> int:
    """How many bytes to drop: a proxy that does not know `Range` gives all of them. Raises ServerStrange."""
    told = answer.headers.get("Content-Range", "")
    if answer.status_code == 206 and told.startswith(f"bytes {start}-"):
        return 0
    is_blob = answer.headers.get("Content-Type", "").startswith("application/octet-stream")
    if answer.status_code != 200 or not is_blob or start > _PASSED_OVER_BYTES:
        raise ServerStrange("The server's answer is not the bytes that were asked for.", answer.status_code)
    return start


def _read(answer: httpx2.Response) -> Any:
    """The JSON of an answer. Raises ServerStrange."""
    body = bytearray()
    for piece in answer.iter_raw():
        body += piece
        if len(body) > _MOST_BYTES:
            break
    try:
        if len(body) <= _MOST_BYTES:
            return json.loads(body)
    except (ValueError, RecursionError):
        pass
    raise _strange(answer)


def _refused(answer: httpx2.Response) -> Exception:
    try:
        said = _read(answer)
    except ServerStrange as error:
        return error
    if not isinstance(said, dict) or not isinstance(code := said.pop("code", None), str):
        return _strange(answer)
    return refusal(code, " ".join(str(said.pop("message", "")).split())[:500], said)


def _strange(answer: httpx2.Response) -> ServerStrange:
    after = answer.headers.get("Retry-After", "")
    return ServerStrange(
        f"The answer ({answer.status_code}) is not one of a OneTimeShare server.",
        answer.status_code,
        float(after) if after.isascii() and after.isdigit() and len(after) < 6 else None,
    )


def _why(error: httpx2.HTTPError) -> str:
    if isinstance(error, httpx2.TimeoutException):
        return "The server did not answer in time."
    if isinstance(error, httpx2.ConnectError):
        return f"The server cannot be reached: {error}"
    return "The line to the server broke."
