"""What a request goes through on its way here: asked of the running server, at the address people use.

The doctor brings a forged `X-Forwarded-For`, as anybody could, and asks what the server made of it. Only who
has SECRET_KEY is answered (`seen` below), by a proof that is good for a minute, and is told no more than how
it looks itself.
"""

import http.client
import json
import secrets
import ssl
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, JsonResponse

from onetimeshare.addresses import client_address
from onetimeshare.doctor.findings import Finding, fail, ok, warn
from shares.errors import PageUnknown

PATH = "healthz/seen"
GOOD_SECONDS, PATIENCE_SECONDS = 60, 10
_signer = signing.TimestampSigner(salt="onetimeshare.doctor")
PROXY = "proxy"


def seen(request: HttpRequest) -> JsonResponse:
    """How this request looks from here. For anybody else there is no such page."""
    proof = request.headers.get("Authorization", "").removeprefix("Bearer ")
    try:
        _signer.unsign(proof, max_age=GOOD_SECONDS)
    except signing.BadSignature:
        raise PageUnknown from None
    told = {
        "address": client_address(request),
        "forwarded": request.META.get("HTTP_X_FORWARDED_FOR", ""),
        "trusted": settings.TRUSTED_PROXY_COUNT,
    }
    return JsonResponse(told)


def look(url: str) -> Iterator[Finding]:
    """*url*: where people reach the server; with a path, where it lies below one."""
    forged = f"203.0.113.{secrets.randbelow(254) + 1}"  # in a network that is nobody's (RFC 5737)
    try:
        status, body = _asked(url, forged)
    except ssl.SSLCertVerificationError as error:
        yield fail(PROXY, f"{url}: {error.verify_message}.", "Browsers refuse it too: renew the certificate.")
        return
    except (OSError, http.client.HTTPException, ValueError) as error:
        yield fail(PROXY, f"{url}: {type(error).__name__}: {error}", "Look at PUBLIC_URL, name and proxy.")
        return
    yield from _answer(url, status, body, forged)


def _asked(url: str, forged: str) -> tuple[int, bytes]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("this is no address of a web server")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    line = kind(parts.hostname, parts.port, timeout=PATIENCE_SECONDS)
    try:
        proof = _signer.sign(secrets.token_hex(8))
        head = {"Authorization": f"Bearer {proof}", "X-Forwarded-For": forged, "Accept": "application/json"}
        line.request("GET", f"{parts.path.rstrip('/')}/{PATH}", headers=head)
        answer = line.getresponse()
        return answer.status, answer.read(10_000)
    finally:
        line.close()


def _answer(url: str, status: int, body: bytes, forged: str) -> Iterator[Finding]:
    if status in (301, 302, 307, 308):
        yield fail(
            PROXY, f"{url} sends elsewhere ({status}).", "Give the address that answers as PUBLIC_URL."
        )
    elif status == 400:
        yield fail(PROXY, f"The server at {url} has another name.", "Let the proxy pass Host on, unchanged.")
    elif status != 200:
        do = "Is it this server, this release, with the same SECRET_KEY and the right clock?"
        yield fail(PROXY, f"{url} does not know this doctor ({status}).", do)
    else:
        yield from _judged(json.loads(body), forged, urlsplit(url).hostname or "")


def _judged(told: dict[str, Any], forged: str, host: str) -> Iterator[Finding]:
    """*told*: what `seen` answers."""
    entries = [entry.strip() for entry in told["forwarded"].split(",") if entry.strip()]
    # Proxies added what stands behind the forged entry; where that is gone, the first of them removed it.
    added = len(entries) - entries.index(forged) - 1 if forged in entries else len(entries)
    address, trusted = told["address"], told["trusted"]
    counted = f"{_count(added)} on the way, TRUSTED_PROXY_COUNT is {trusted}"
    if address == forged:
        yield fail(
            PROXY,
            f"Visitors choose their own address, X-Forwarded-For is believed as sent: {counted}.",
            f"Set TRUSTED_PROXY_COUNT={added}, let the proxy append to X-Forwarded-For, and let nobody reach "
            "gunicorn around it.",
        )
    elif added > trusted:
        yield fail(
            PROXY,
            f"All visitors share one address, {address}: {counted}.",
            f"Set TRUSTED_PROXY_COUNT={added}, if all of them are yours.",
        )
    elif added < trusted:
        yield warn(
            PROXY,
            f"This request came around your proxies: {counted}. It is seen as {address}.",
            "Ask at the address that people use (--url); let nobody else reach gunicorn directly.",
        )
    elif _is_here(address) and not _is_here(host):
        yield warn(
            PROXY,
            f"The address it sees is this machine's own, {address}.",
            "If a proxy runs here, let it append to X-Forwarded-For, and set TRUSTED_PROXY_COUNT=1.",
        )
    else:
        yield ok(PROXY, f"{_count(added)} on the way; it sees this doctor as {address}: is that right?")


def _count(proxies: int) -> str:
    return {0: "no proxy", 1: "one proxy"}.get(proxies, f"{proxies} proxies")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
