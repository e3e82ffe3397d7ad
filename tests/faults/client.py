"""The exchange of docs/envelope.md as a stranger would write it: what to ask, and two ways to send it."""

import asyncio
import base64
import http.client
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp

from tests.faults.envelopes import INLINE, Envelope, b64

API = "/api/v1/shares"
INLINE_BYTES = INLINE
SECONDS = 30
# The link in a form may carry any host: what counts is id and secret.
ORIGIN = "http://localhost"


@dataclass(frozen=True)
class Ask:
    """One request."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """One answer, whole."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)
    cookies: tuple[str, ...] = ()

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def code(self) -> str:
        """The refusal's code, where the answer is JSON with one."""
        with suppress(ValueError, AttributeError):
            return str(self.json.get("code", ""))
        return ""


class LineBroke(Exception):
    """No whole answer came."""


# --- what to ask ------------------------------------------------------------------------------------


def api(method: str, path: str, token: bytes = b"", said: Any = None, **headers: str) -> Ask:
    if token:
        headers["Authorization"] = f"Bearer {b64(token)}"
    if said is not None:
        headers["Content-Type"] = "application/json"
    return Ask(method, API + path, headers, b"" if said is None else json.dumps(said).encode())


def create(envelope: Envelope, **terms: int) -> Ask:
    return api("POST", "", said=envelope.deposit(**terms))


def part(envelope: Envelope, n: int, part_size: int) -> Ask:
    data = envelope.blob[n * part_size : (n + 1) * part_size]
    digest = base64.b64encode(sha256(data).digest()).decode()
    asked = api("PUT", f"/{envelope.id}/parts/{n}", envelope.manage_token)
    return Ask(asked.method, asked.path, {**asked.headers, "Repr-Digest": f"sha-256=:{digest}:"}, data)


def complete(envelope: Envelope) -> Ask:
    return api("POST", f"/{envelope.id}/complete", envelope.manage_token)


def status(envelope: Envelope) -> Ask:
    return api("GET", f"/{envelope.id}", envelope.link_token)


def claim(envelope: Envelope, lease: bytes, password_token: bytes = b"") -> Ask:
    """password_token: as a guess; without one, a guarded envelope sends the right one."""
    said = {"lease_verifier": b64(sha256(lease).digest())}
    if password_token or envelope.kdf:
        said["password_token"] = b64(password_token or envelope.password_token)
    return api("POST", f"/{envelope.id}/claim", envelope.link_token, said)


def fetch(envelope: Envelope, lease: bytes, **headers: str) -> Ask:
    return api("GET", f"/{envelope.id}/blob", lease, **headers)


def burn(envelope: Envelope, lease: bytes) -> Ask:
    return api("POST", f"/{envelope.id}/burn", lease)


def revoke(envelope: Envelope) -> Ask:
    return api("POST", f"/{envelope.id}/burn", envelope.manage_token)


def receipt(envelope: Envelope) -> Ask:
    return api("GET", f"/{envelope.id}/receipt", envelope.manage_token)


def unlock(envelope: Envelope) -> Ask:
    return api("POST", f"/{envelope.id}/unlock", envelope.manage_token)


def form(path: str, fields: dict[str, str], **headers: str) -> Ask:
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return Ask("POST", path, headers, urlencode(fields).encode())


def curl_open(envelope: Envelope, password: str = "") -> Ask:
    """The printed line: opened at once, by the server."""
    password = password or envelope.password
    return form(f"/s/{envelope.id}", {"link": envelope.link(ORIGIN)} | _guard(password))


def page_open(envelope: Envelope, lease: bytes, password: str = "") -> Ask:
    """The second form of the receive page, which claims."""
    fields = {"link": envelope.link(ORIGIN), "lease": b64(lease)} | _guard(password or envelope.password)
    return form(f"/s/{envelope.id}", fields, Accept="text/html")


def manage(envelope: Envelope, action: str, **headers: str) -> Ask:
    return form(f"/m/{envelope.id}", {"link": envelope.manage_link(ORIGIN), "action": action}, **headers)


def _guard(password: str) -> dict[str, str]:
    return {"password": password} if password else {}


# --- one after the other ----------------------------------------------------------------------------


def send(url: str, ask: Ask) -> Reply:
    """Raises LineBroke."""
    line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=SECONDS)
    try:
        line.request(ask.method, ask.path, ask.body or None, ask.headers)
        answer = line.getresponse()
        cookies = tuple(answer.headers.get_all("Set-Cookie", ()))
        return Reply(answer.status, dict(answer.getheaders()), answer.read(), cookies)
    except (OSError, http.client.HTTPException) as error:
        raise LineBroke(type(error).__name__) from error
    finally:
        line.close()


def leave(url: str, envelope: Envelope, **terms: int) -> Envelope:
    """Create, send the parts of a large one; the share is ready."""
    made = send(url, create(envelope, **terms))
    assert made.status == 201, made
    if made.json["state"] == "uploading":
        for n in range(made.json["parts"]):
            assert send(url, part(envelope, n, made.json["part_size"])).status == 204
        made = send(url, complete(envelope))
        assert made.status == 200, made
    assert made.json["state"] == "ready"
    return envelope


# --- many at once -----------------------------------------------------------------------------------

Sender = Callable[[str, Ask], Awaitable[Reply]]


async def _sent(session: aiohttp.ClientSession, url: str, ask: Ask) -> Reply:
    try:
        async with session.request(
            ask.method, url + ask.path, headers=ask.headers, data=ask.body or None, allow_redirects=False
        ) as answer:
            return Reply(answer.status, dict(answer.headers), await answer.read())
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise LineBroke(type(error).__name__) from error


def together(work: Callable[[Sender], Awaitable[Any]]) -> Any:
    """Run *work* with a sender that opens a connection for each request, as many as are wanted."""

    async def run() -> Any:
        line = aiohttp.TCPConnector(limit=0, force_close=True)
        async with aiohttp.ClientSession(
            connector=line, timeout=aiohttp.ClientTimeout(total=4 * SECONDS), auto_decompress=False
        ) as session:
            return await work(lambda url, ask: _sent(session, url, ask))

    return asyncio.run(run())


def race(asked: Sequence[tuple[str, Ask]]) -> list[Reply | LineBroke]:
    """All at once; a reply for each, in their order."""

    async def all_of_them(sender: Sender) -> list[Reply | LineBroke]:
        replies = await asyncio.gather(*(sender(url, ask) for url, ask in asked), return_exceptions=True)
        for reply in replies:
            if isinstance(reply, BaseException) and not isinstance(reply, LineBroke):
                raise reply
        return replies  # type: ignore[return-value]

    replies: list[Reply | LineBroke] = together(all_of_them)
    return replies
