"""Who is asking, and where we are: one function each, so that limits, events and letters never disagree."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

NOBODY = "0.0.0.0"  # noqa: S104 - a peer on a unix socket has no address; this is no bind


def client_address(request: HttpRequest) -> str:
    """The client's address in its shortest spelling.

    With TRUSTED_PROXY_COUNT = N > 0 it is the N-th entry from the right of X-Forwarded-For: that
    one was written by our own outermost proxy, everything left of it by whoever asks. Fewer
    entries than N means the request came around the proxies: their word counts for nothing.
    """
    hops = settings.TRUSTED_PROXY_COUNT
    peer: str = request.META.get("REMOTE_ADDR", "")
    if hops:
        told = request.META.get("HTTP_X_FORWARDED_FOR", "").strip()
        entries = told.split(",") if told else []
        if len(entries) >= hops:
            peer = entries[-hops].strip()
    return _normal(peer)


def client_network(request: HttpRequest) -> str:
    """The client's network: /24 for IPv4, /64 for IPv6, as text."""
    address = ipaddress.ip_address(client_address(request))
    prefix = 24 if address.version == 4 else 64
    return str(ipaddress.ip_network((address, prefix), strict=False))


def _normal(text: str) -> str:
    try:
        address = ipaddress.ip_address(text.strip("[]").split("%")[0])
    except ValueError:
        return NOBODY
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(address)


def public(door: str, *args: object) -> str:
    """The whole address of a door of ours, for letters and machines; also where no request is."""
    return f"{settings.PUBLIC_URL}/{reverse(door, args=args).removeprefix(get_script_prefix())}"
