"""End a share now: its server half is erased, then its blob, then only the tombstone is left."""

from django.db import transaction

from onetimeshare import metrics
from sealing.keys import verifier
from shares import countdown
from shares.errors import ShareError
from shares.models import Event, Lease, ServerHalf, Share
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
        ending = None
        if not share.ended and Lease.objects.close(lease_id):
            ending = _ending(share, lease_id, whole)
            Event.objects.note([share_id], ending, network=digest)
        done = Share.objects.has_lapsed(share_id)
        if done:
            Share.objects.end_one(share_id, State.BURNED, network=digest)
        else:
            ServerHalf.objects.unneeded([share_id]).delete()
    if ending:
        metrics.happened(ending)
    if done:
        metrics.happened(What.BURNED)
        clear(share_id)


def _ending(share: Share, lease_id: int, whole: bool) -> What:
    """A small blob came with the claim's answer; of a larger one the lease says whether any was fetched."""
    if not whole:
        return What.LEASE_ENDED
    is_fetched = (
        share.size <= INLINE_BLOB_BYTES
        or Lease.objects.filter(pk=lease_id, fetched_at__isnull=False).exists()
    )
    return What.RECEIVED if is_fetched else What.DECLINED


def revoke(share_id: str, manage_token: bytes, *, network: str = "") -> None:
    """The sender takes it back; what has not been fetched yet is cut off."""
    share = Share.objects.find_managed(share_id, manage_token)
    end(share.pk, State.REVOKED, network=network)


def end(share_id: str, state: State, *, network: str = "") -> bool:
    """End a living share as *state*. False: it had ended already, and nothing was changed."""
    digest = countdown.network_digest(network)
    with transaction.atomic():
        if Share.objects.lock(share_id).ended:
            return False
        Share.objects.end_one(share_id, state, network=digest)
    metrics.happened(What(state))
    clear(share_id)
    return True


def clear(share_id: str) -> None:
    """After the row: note the end in Redis, remove the blob. The sweep repeats what fails here."""
    share = Share.objects.look_at(share_id)
    countdown.note_gone(share.pk, bytes(share.link_verifier), share.status(share.now))
    if not share.storage_name:
        return
    try:
        share_storage().delete(share.storage_name, share.upload_id)
    except ShareError:
        return
    Share.objects.forget_blob([share_id])
