"""The one place from which this server speaks to a web server that somebody else named.

An address is looked up once, everything found must be public, and what was found is what is connected
to: a name that answers differently a moment later changes nothing. No redirect is followed, no proxy and
no password of the environment is used, and all of it takes at most five seconds.
"""

import http.client
import queue
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

PATIENCE_SECONDS = 5.0
# Of these, less where several addresses answer for one name: the first may be a dead end.
CONNECT_SECONDS = 2.0
HTTPS_PORT = 443
Address = IPv4Address | IPv6Address

# IANA's registries of special addresses. Of IPv6 only what was given out is public, and of that not the
# tunnels: each of their addresses hides one of IPv4.
_PUBLIC_6 = ip_network("2000::/3")
_SPECIAL = [
    ip_network("0.0.0.0/8"),  # this host
    ip_network("10.0.0.0/8"),  # private
    ip_network("100.64.0.0/10"),  # behind a carrier's NAT
    ip_network("127.0.0.0/8"),  # loopback
    ip_network("169.254.0.0/16"),  # link-local, and the metadata of clouds
    ip_network("172.16.0.0/12"),  # private
    ip_network("192.0.0.0/24"),  # protocols
    ip_network("192.0.2.0/24"),  # documentation
    ip_network("192.31.196.0/24"),  # AS112
    ip_network("192.52.193.0/24"),  # multicast tunnels
    ip_network("192.88.99.0/24"),  # 6to4 relays
    ip_network("192.168.0.0/16"),  # private
    ip_network("192.175.48.0/24"),  # AS112
    ip_network("198.18.0.0/15"),  # benchmarks
    ip_network("198.51.100.0/24"),  # documentation
    ip_network("203.0.113.0/24"),  # documentation
    ip_network("224.0.0.0/3"),  # multicast, reserved, broadcast
    ip_network("2001::/23"),  # protocols, Teredo among them
    ip_network("2001:db8::/32"),  # documentation
    ip_network("2002::/16"),  # 6to4
    ip_network("2620:4f:8000::/48"),  # AS112
    ip_network("3fff::/20"),  # documentation
]
# NAT64: what a network without IPv4 calls an address of IPv4. It is judged as what it stands for.
_NAT64 = ip_network("64:ff9b::/96")


class Refused(Exception):
    """Never spoken to; its message, one word, says why."""


class NoAnswer(Exception):
    """Nothing that could be understood came back in time; its message is one word."""


class Target(NamedTuple):
    """Where to connect to, and what it was called."""

    url: SplitResult
    host: str
    port: int
    addresses: tuple[str, ...]


def find(url: str, patience_seconds: float) -> Target:
    """Look *url* up, once. Raises Refused, NoAnswer."""
    return _find(url, time.monotonic() + patience_seconds)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status of its answer, of which nothing else is read. Raises Refused, NoAnswer."""
    until = time.monotonic() + PATIENCE_SECONDS
    target = _find(url, until)
    try:
        with _connect(target, until) as line:
            return _ask(line, target, body, headers)
    except ssl.SSLCertVerificationError as error:
        raise NoAnswer("certificate") from error
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer("no_answer") from error


# --- where to -----------------------------------------------------------------------------------------


def _find(text: str, until: float) -> Target:
    url, host, port = _understood(text)
    addresses = _look_up(host, port, until)
    found = [_meant(address) for address in addresses]
    if not found or not all(_is_listed(address) or _is_public(address) for address in found):
        raise Refused("not_public")
    if port != HTTPS_PORT and not all(map(_is_listed, found)):
        raise Refused("port")
    return Target(url, host, port, tuple(addresses))


def _understood(text: str) -> tuple[SplitResult, str, int]:
    """One reading of it, for everything that follows: a second one could come to another host."""
    if not text.isascii() or not text.isprintable() or any(sign in text for sign in ' \\"<>'):
        raise Refused("unreadable")
    try:
        url = urlsplit(text)
        host, port = url.hostname, url.port
    except ValueError as error:
        raise Refused("unreadable") from error
    if url.scheme != "https":
        raise Refused("not_https")
    if "@" in url.netloc:
        raise Refused("credentials")
    if not host or port == 0 or "%" in host:
        raise Refused("unreadable")
    return url, host, HTTPS_PORT if port is None else port


def _look_up(host: str, port: int, until: float) -> list[str]:
    """Every address of the name, each once. The system's own look-up knows no limit: it is left behind."""
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            answers.put([])

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=max(0.0, until - time.monotonic()))
    except queue.Empty:
        found = []
    if not found:
        raise NoAnswer("unknown_host")
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _meant(text: str) -> Address:
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    is_given_out = address.version == 4 or address in _PUBLIC_6
    return is_given_out and not any(address in network for network in _SPECIAL)


def _is_listed(address: Address) -> bool:
    """In a network that the operator named."""
    return any(address in network for network in settings.WEBHOOK_ALLOWED_NETWORKS)


# --- there and back -----------------------------------------------------------------------------------


class _HurriedLine(ssl.SSLSocket):
    """A line that is over at a moment, however slowly its other end speaks."""

    until: float

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(_left(self.until))
        return super().recv_into(*args, **kwargs)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _connect(target: Target, until: float) -> _HurriedLine:
    """TLS to the first address that answers, for the name that was asked for."""
    context = ssl.create_default_context()
    context.sslsocket_class = _HurriedLine
    plain = _plain_line(target, until)
    try:
        plain.settimeout(_left(until))
        line = context.wrap_socket(plain, server_hostname=target.host)
    except BaseException:
        plain.close()
        raise
    assert isinstance(line, _HurriedLine)  # noqa: S101 - for the type checker
    line.until = until
    return line


def _plain_line(target: Target, until: float) -> socket.socket:
    patience = CONNECT_SECONDS if len(target.addresses) > 1 else PATIENCE_SECONDS
    trouble: OSError = OSError()
    for address in target.addresses:
        try:
            return socket.create_connection((address, target.port), min(patience, _left(until)))
        except OSError as error:
            trouble = error
    raise trouble


def _ask(line: _HurriedLine, target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    path = (target.url.path or "/") + (f"?{target.url.query}" if target.url.query else "")
    connection = http.client.HTTPConnection(_called(target))
    connection.sock = line
    line.settimeout(_left(line.until))
    connection.request("POST", path, body, {"Host": _called(target), "Connection": "close", **headers})
    return connection.getresponse().status


def _called(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == HTTPS_PORT else f"{host}:{target.port}"
