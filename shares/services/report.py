"""Somebody who holds the link says what is wrong with a share."""

import re
import unicodedata

from shares import countdown
from shares.models import Report, Share
from shares.values import Reason

MAX_TEXT_CHARACTERS = 2000
MAX_CONTACT_CHARACTERS = 254
_REMOVED = "[link removed]"
# A link, with what a line break may have cut off it; and whatever is as long as a secret.
_LINK = re.compile(r"\S*/[sm]/[A-Za-z2-7]{16}\S*(?:\s*\n\S+)?")
_SECRET = re.compile(r"[A-Za-z2-7]{26,}")


def report(
    share_id: str, link_token: bytes, reason: Reason, *, text: str = "", contact: str = "", network: str = ""
) -> None:
    """Kept for moderators until the share's tombstone goes. Raises ShareUnknown.

    A second one from the same network, while the first is open, changes nothing.
    """
    share = Share.objects.find(share_id, link_token)
    Report.objects.note(
        share_id=share.pk,
        reason=reason.value,
        text=_without_links(text)[:MAX_TEXT_CHARACTERS],
        contact=_without_links(contact)[:MAX_CONTACT_CHARACTERS],
        network=countdown.network_digest(network),
    )


def _without_links(text: str) -> str:
    """What is kept opens nothing: no link stays whole, nor its secret, however it was pasted."""
    seen = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return _SECRET.sub(_REMOVED, _LINK.sub(_REMOVED, seen)).strip()
