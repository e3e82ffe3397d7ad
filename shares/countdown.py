"""Seconds left, "gone" for a day, and the day's salt, in Redis. Nothing here ever grants anything.

Every key has a time to live. Emptied at any moment, nothing is lost: the next look asks Postgres.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

from shares.errors import ShareGone
from shares.redis_line import RedisAway, cache, redis_line
from shares.values import State, Status

GONE_SECONDS = 86400
SALT_SECONDS = 2 * 86400
_salt: tuple[str, bytes] = ("", b"")


def _share_key(share_id: str) -> str:
    return f"share:{share_id}"


def _salt_key(day: str) -> str:
    return f"salt:{day}"


def start(share_id: str, seconds_left: int) -> None:
    """The share is ready: its time to live runs in Redis too, for pages and sweep hints."""
    with suppress(RedisAway), redis_line():
        cache.set(_share_key(share_id), {"seconds": seconds_left}, max(1, seconds_left))


def seconds_left(share_id: str) -> int | None:
    """What Redis says is left; None when it does not know."""
    with suppress(RedisAway), redis_line():
        left = cache.ttl(_share_key(share_id))
        return int(left) if left else None
    return None


def note_gone(share_id: str, link_verifier: bytes, status: Status) -> None:
    """The share has ended: for a day a holder of its link hears so without Postgres."""
    gone = {
        "link": link_verifier.hex(),
        "state": status.state.value,
        "ended_at": status.ended_at and status.ended_at.isoformat(),
        "opened_at": status.opened_at and status.opened_at.isoformat(),
    }
    with suppress(RedisAway), redis_line():
        cache.set(_share_key(share_id), gone, GONE_SECONDS)


def forget(share_ids: Iterable[str]) -> None:
    """Drop what Redis says of shares whose state changed many at once."""
    with suppress(RedisAway), redis_line():
        cache.delete_many([_share_key(share_id) for share_id in share_ids])


def gone(share_id: str, link_token: bytes) -> ShareGone | None:
    """The refusal for a share known to have ended, if the token matches. Never a grant."""
    with suppress(RedisAway), redis_line():
        known = cache.get(_share_key(share_id))
        if known and "link" in known:
            digest = hashlib.sha256(link_token).digest()
            if hmac.compare_digest(digest, bytes.fromhex(known["link"])):
                return ShareGone(
                    State(known["state"]), _moment(known["ended_at"]), _moment(known["opened_at"])
                )
    return None


def network_digest(network: str) -> str:
    """The network under today's salt, 16 hex digits; "" when Redis is away.

    The salt lives two days in Redis; afterwards nobody can turn the digest back.
    """
    global _salt
    today = datetime.now(UTC).date().isoformat()
    if _salt[0] != today:
        try:
            with redis_line():
                salt = cache.get_or_set(_salt_key(today), secrets.token_hex(16), SALT_SECONDS)
        except RedisAway:
            return ""
        _salt = (today, bytes.fromhex(salt))
    return hmac.digest(_salt[1], network.encode(), hashlib.sha256).hex()[:16]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
