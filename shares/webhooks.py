"""Notices by webhook: a signed POST to where the account said. Nothing in it tells what was shared."""

import json
from contextlib import suppress
from datetime import UTC
from typing import Any

from django.conf import settings

from onetimeshare import outward
from onetimeshare.addresses import public
from sealing import webhook
from sealing.errors import EnvelopeDamaged
from shares.models import Notice, NoticeChoice
from shares.querysets import database_now
from shares.services.notices import NobodyToTell, NotTold
from shares.values import TEST


def send(notice: Notice) -> None:
    """Raises NobodyToTell, NotTold; how it went is noted for the account's page."""
    choice = NoticeChoice.objects.of(notice.account_id)
    if not choice.webhook_url or not notice.account.is_active:
        raise NobodyToTell
    try:
        _post(notice, choice)
    except NotTold as trouble:
        NoticeChoice.objects.note_outcome(choice.pk, str(trouble))
        raise
    NoticeChoice.objects.note_outcome(choice.pk, "told")


def _post(notice: Notice, choice: NoticeChoice) -> None:
    body = json.dumps(said(notice)).encode()
    try:
        status = outward.post(choice.webhook_url, body, _headers(notice.name, secret_of(choice), body))
    except EnvelopeDamaged as error:
        raise NotTold("secret") from error
    except (outward.Refused, outward.NoAnswer) as error:
        raise NotTold(str(error)) from error
    if not 200 <= status < 300:
        raise NotTold(f"status_{status}")


def said(notice: Notice) -> dict[str, Any]:
    """The body: which event, when, of which share, and where its manage page is, without its key."""
    data = {}
    if notice.what != TEST:
        stub = public("manage", notice.share_id)
        data = {"share": notice.share_id, "manage_page": stub}
    at = notice.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"type": f"share.{notice.what}" if data else notice.what, "timestamp": at, "data": data}


def _headers(name: str, secret: bytes, body: bytes) -> dict[str, str]:
    timestamp = int(database_now().timestamp())
    return {
        "Content-Type": "application/json",
        "User-Agent": "OneTimeShare",
        "webhook-id": name,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": webhook.signature(secret, name, timestamp, body),
    }


def secret_of(choice: NoticeChoice) -> bytes:
    """Raises EnvelopeDamaged where none of our keys is that under which it was sealed."""
    for key in settings.SECRET_KEY_FALLBACKS:
        with suppress(EnvelopeDamaged):
            return webhook.open_secret(key, choice.pk, bytes(choice.webhook_secret))
    return webhook.open_secret(settings.SECRET_KEY, choice.pk, bytes(choice.webhook_secret))


def seal_anew(key: str) -> int:
    """Every secret that opens rests under *key* from now on; how many. Repeatable."""
    sealed = 0
    for choice in NoticeChoice.objects.with_secret().iterator():
        try:
            secret = secret_of(choice)
        except EnvelopeDamaged:
            continue  # lost with an earlier key; its owner's page says so
        sealed += NoticeChoice.objects.change_secret(choice, webhook.seal_secret(key, choice.pk, secret))
    return sealed


def give_secret(choice: NoticeChoice) -> str:
    """A new secret, in place of any before; its text is shown once. The caller saves."""
    secret = webhook.new_secret()
    choice.webhook_secret = webhook.seal_secret(settings.SECRET_KEY, choice.account_id, secret)
    return webhook.secret_text(secret)
