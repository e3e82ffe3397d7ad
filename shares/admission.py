"""Who may leave something here, and how much: asked at each door that takes a share, before its body is read.

An account is proven by a token in `Authorization: Bearer`, never by a cookie. Everybody else is a stranger.
"""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

from accounts import tokens
from accounts.values import Grant, Scope
from onetimeshare.addresses import client_address, client_network
from shares import limits
from shares.errors import Banned, ScopeMissing, SignInNeeded, TokenInvalid
from shares.models import Ban, MemberLimits
from shares.terms import of_site
from shares.values import Limits, Sender

_BEARER = "bearer "


def admit(request: HttpRequest) -> Sender:
    """Who leaves it: an account that a token proves, or a stranger where strangers may.

    Counts the request. Raises TooMany, TokenInvalid, ScopeMissing, CrossSite, SignInNeeded, Banned.
    """
    text = bearer(request)
    sender = _member(request, text) if text else _stranger(request)
    if until := Ban.objects.against(sender):
        raise Banned(until)
    return sender


def _member(request: HttpRequest, text: str) -> Sender:
    grant = granted(request, text, Scope.SEND)
    limits.check("member", request, key=f"account:{grant.user_id}")
    return Sender(client_network(request), grant.user_id, of_member(grant.user_id))


def _stranger(request: HttpRequest) -> Sender:
    """Whom only their network speaks for; another site's page must not send in its name."""
    limits.refuse_other_sites(request)
    limits.check("create", request)
    if not strangers_may(request):
        raise SignInNeeded
    return Sender(client_network(request), None, of_strangers())


def granted(request: HttpRequest, text: str, scope: Scope) -> Grant:
    """What the token allows, if that includes *scope*. Raises TooMany, TokenInvalid, ScopeMissing."""
    limits.check("read", request)  # whoever tries tokens out is slowed down
    grant = tokens.granted(text)
    if grant is None:
        raise TokenInvalid
    if scope not in grant.scopes:
        raise ScopeMissing
    return grant


def bearer(request: HttpRequest) -> str:
    """The text behind `Authorization: Bearer`, empty without one."""
    header: str = request.headers.get("Authorization", "")
    return header[len(_BEARER) :].strip() if header.lower().startswith(_BEARER) else ""


def of_strangers() -> Limits:
    return _within_site(
        settings.ANONYMOUS_SHARE_BYTES,
        settings.ANONYMOUS_LIFETIME_SECONDS,
        settings.ANONYMOUS_OPENS,
        settings.ANONYMOUS_SHARES_A_DAY,
        settings.ANONYMOUS_STORED_BYTES,
    )


def of_member(user_id: int) -> Limits:
    """What all members may leave, but for what a moderator has set for this one."""
    own = MemberLimits.objects.filter(pk=user_id).first()

    def limit(name: str, usual: int) -> int:
        set_for_this_one = getattr(own, name, None)
        return usual if set_for_this_one is None else set_for_this_one

    return _within_site(
        limit("share_bytes", settings.MEMBER_SHARE_BYTES),
        limit("lifetime_seconds", settings.MEMBER_LIFETIME_SECONDS),
        limit("opens", settings.MEMBER_OPENS),
        limit("shares_a_day", settings.MEMBER_SHARES_A_DAY),
        limit("stored_bytes", settings.MEMBER_STORED_BYTES),
    )


def _within_site(
    share_bytes: int, lifetime_seconds: int, opens: int, shares_a_day: int, stored_bytes: int
) -> Limits:
    most = of_site()
    return Limits(
        min(share_bytes, most.share_bytes),
        min(lifetime_seconds, most.lifetime_seconds),
        min(opens, most.opens),
        shares_a_day,
        stored_bytes,
    )


def strangers_may(request: HttpRequest) -> bool:
    if isinstance(settings.ANONYMOUS_SENDING, bool):
        return settings.ANONYMOUS_SENDING
    address = ipaddress.ip_address(client_address(request))
    return any(address in network for network in settings.ANONYMOUS_SENDING)
