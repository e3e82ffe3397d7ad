"""Tokens that speak for an account, each stored as a digest or not at all.

An API token is made by its owner for a program. A page token is what a signed-in page sends with the
share it leaves: it is sealed, lives ten minutes, and dies with the session that asked for it.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db.models.functions import Now
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import ApiToken, User
from accounts.values import Grant, Scope

API_PREFIX = "ots_"
PAGE_PREFIX = "otspage_"
PAGE_SECONDS = 600
_SECRET_BYTES = 20
_SALT = "accounts.page-token"


def make(
    user: User, name: str, scopes: Iterable[Scope], lifetime: timedelta | None = None
) -> tuple[ApiToken, str]:
    """A new token and its text, which nobody can read again."""
    text = API_PREFIX + base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode().lower()
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=_digest(text),
        scopes=sorted(set(scopes)),
        expires_at=None if lifetime is None else Now() + lifetime,
    )
    return token, text


def end_all(user: User) -> None:
    """Whoever asks for a new password by letter may have lost the account: what acts for it ends with it."""
    ApiToken.objects.filter(user=user).delete()


def granted(text: str) -> Grant | None:
    """What *text* allows now; None if it is unknown, expired, revoked, or its owner may not sign in."""
    return _of_page(text) if text.startswith(PAGE_PREFIX) else _of_program(text)


def _of_program(text: str) -> Grant | None:
    token = ApiToken.objects.in_force().filter(digest=_digest(text)).first()
    if token is None:
        return None
    ApiToken.objects.note_use(token.pk)
    return Grant(token.user_id, frozenset(Scope(scope) for scope in token.scopes))


def for_page(user: User, session_key: str) -> str:
    """A token for the page that *session_key*'s browser shows: it may send, and nothing else.

    Sealed, not only signed: the page's scripts must not learn the session's key.
    """
    now = User.objects.with_session(session_key).get(pk=user.pk).now
    said = {
        "user": user.pk,
        "session": session_key,
        "until": now.timestamp() + PAGE_SECONDS,
        "password": _fingerprint(user),
    }
    return PAGE_PREFIX + _page_seal().encrypt(json.dumps(said).encode()).decode()


def _of_page(text: str) -> Grant | None:
    try:
        said = json.loads(_page_seal().decrypt(text.removeprefix(PAGE_PREFIX)))
    except (InvalidToken, ValueError):  # not even text that could be one
        return None
    user = User.objects.with_session(said["session"]).filter(pk=said["user"], is_active=True).first()
    if user is None or user.now.timestamp() > said["until"]:
        return None
    if not constant_time_compare(said["password"], _fingerprint(user)):
        return None
    return Grant(user.pk, frozenset({Scope.SEND}))


def _page_seal() -> MultiFernet:
    """Seals under the site's key; a page that was open while it changed may still send."""
    return MultiFernet(_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def _fernet(key: str) -> Fernet:
    derived = salted_hmac(_SALT, "key", secret=key, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(derived))


def _fingerprint(user: User) -> str:
    """Changes with the password."""
    return user.get_session_auth_hash()[:16]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
