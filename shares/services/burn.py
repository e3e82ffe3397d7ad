"""End a share now: its server half is erased, then its blob, then only the tombstone is left."""

from django.db import transaction

from onetimeshare import metrics
from sealing.keys import verifier
from shares import countdown
from shares.errors import ShareError
from shares.models import Lease, ServerHalf, Share
from shares.storage import share_storage
from shares.values import INLINE_BLOB_BYTES, State, What


@metrics.timed("burn")
def burn(share_id: str, token: bytes, *, network: str = "") -> None:
    """With a lease secret: received and verified, that lease ends. With the manage token: revoke.

    Repeatable; a share that has ended stays as it is. Raises ShareUnknown for any other token.
    """
    lease = Lease.objects.of(share_id, verifier(token))
    if lease is None:
        revoke(share_id, token, network=network)
    else:
        receive(share_id, lease.pk, network=network)


def receive(share_id: str, lease_id: int, *, whole: bool = True, network: str = "") -> None:
    """End the lease of a claimant who has it *whole*, or whose only answer broke off, and the share with
    its last one.
    """
    digest = countdown.network_digest(network)
    with transaction.atomic():
        share = Share.objects.lock(share_id)
        is_inline = share.size <= INLINE_BLOB_BYTES
        ending = None
        if not share.ended:
            ending = Lease.objects.close(lease_id, whole=whole, inline=is_inline, network=digest)
        done = Share.objects.has_lapsed(share_id)
        if done:
            Share.objects.end_one(share, State.BURNED, network=digest)
        else:
            ServerHalf.objects.unneeded([share_id]).delete()
    if ending:
        metrics.happened(ending)
    if done:
        metrics.happened(What.BURNED)
        clear(share)


def revoke(share_id: str, manage_token: bytes, *, network: str = "") -> None:
    """The sender takes it back; what has not been fetched yet is cut off."""
    end(Share.objects.find_managed(share_id, manage_token).pk, State.REVOKED, network=network)


def end(share_id: str, state: State, *, network: str = "") -> bool:
    """End a living share as *state*. False: it had ended already, or its time had, and so it stays."""
    digest = countdown.network_digest(network)
    with transaction.atomic():
        share = Share.objects.lock(share_id)
        if share.ended:
            return False
        seen = share.seen_state(share.now)  # no sweep may have come by: what was told stays true
        Share.objects.end_one(share, seen if seen.is_ended else state, network=digest)
    metrics.happened(What(share.state))
    clear(share)
    return not seen.is_ended


def clear(share: Share) -> None:
    """After the row of an ended share: note the end in Redis, remove the blob. The sweep repeats what fails
    here.
    """
    assert share.ended_at, "it has not ended"  # noqa: S101
    countdown.note_gone(share.pk, bytes(share.link_verifier), share.status(share.ended_at))
    if not share.storage_name:
        return
    try:
        share_storage().delete(share.storage_name, share.upload_id)
    except ShareError:
        return
    Share.objects.forget_blob([share.pk])
