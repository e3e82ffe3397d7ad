"""What a moderator may do about a share, without seeing what is inside or from where it came."""

from datetime import timedelta

from sealing.encoding import decode
from shares import sealkeys
from shares.models import Ban, Report, Share
from shares.models.network import is_nobodys
from shares.services.burn import end
from shares.values import Case, State

# Not which share: that would tell whoever sees the ban from where the share came.
WHY = "for a share it left"


class NobodysNetwork(Exception):
    """To ban it would ban the proxy before this server, and with it everybody."""


def take_down(share_id: str, by_id: int | None) -> tuple[bool, int]:
    """End a living share, and close what was reported of it: whether it lived, and how many were open."""
    was_living = end(share_id, State.REMOVED)
    reports = Report.objects.filter(share=share_id, share__state=State.REMOVED)
    return was_living, reports.close(Case.TAKEN_DOWN, by_id)


def ban_origin(share: Share, length: timedelta, by_id: int | None) -> Ban | None:
    """Take nothing more from the network that left this share. None: it is not known any more.

    Raises StoreAway when its key file cannot be read, NobodysNetwork for one that nobody comes from.
    """
    if share.origin is None:
        return None
    network = sealkeys.open_origin(decode(share.pk, 10), bytes(share.origin))
    if is_nobodys(network):
        raise NobodysNetwork
    return Ban.objects.ban(network=network, length=length, made_by_id=by_id, reason=WHY)


def ban_owner(share: Share, length: timedelta, by_id: int | None) -> Ban | None:
    """Let the account that left this share leave nothing more. None: nobody's account did."""
    if share.owner_id is None:
        return None
    return Ban.objects.ban(account_id=share.owner_id, length=length, made_by_id=by_id, reason=WHY)
