"""/metrics, for Prometheus: there is no such page unless the operator says who may read it."""

import hmac
import ipaddress
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from onetimeshare import gauges, metrics
from onetimeshare.addresses import client_address
from shares.errors import NotAllowed, PageUnknown, TokenInvalid, TokenMissing

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def scrape(request: HttpRequest) -> HttpResponse:
    """What this host's gunicorn counted since its start, and how the site is now.

    Raises PageUnknown where metrics are off, NotAllowed, TokenMissing, TokenInvalid.
    """
    _refuse_strangers(request)
    return HttpResponse("\n".join((*_lines(), "")), content_type=CONTENT_TYPE)


def _lines() -> Iterator[str]:
    yield from metrics.lines()
    yield from gauges.lines()


def _refuse_strangers(request: HttpRequest) -> None:
    """Where both are set, both must hold."""
    networks, token = settings.METRICS_NETWORKS, settings.METRICS_TOKEN
    if not networks and not token:
        raise PageUnknown
    if networks:
        address = ipaddress.ip_address(client_address(request))
        if not any(address in network for network in networks):
            raise NotAllowed
    if token:
        told = request.headers.get("Authorization", "")
        if not told:
            raise TokenMissing
        if not hmac.compare_digest(told.encode(), f"Bearer {token}".encode()):
            raise TokenInvalid
