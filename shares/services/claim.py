"""Take a share: the order of the steps is the rule (docs/envelope.md, "Claim")."""

from dataclasses import replace

from django.db import transaction

from onetimeshare import metrics
from sealing.encoding import decode
from sealing.keys import verifier
from shares import countdown, sealkeys
from shares.errors import ShareError, ShareGone, ShareLocked, WrongPassword
from shares.models import Share
from shares.services.direct import is_direct
from shares.storage import share_storage
from shares.values import INLINE_BLOB_BYTES, ClaimRequest, Lease, State, What


@metrics.timed("claim")
def claim(request: ClaimRequest) -> Lease:
    """The envelope, for the one who comes first; the same again for the same lease secret.

    Raises ShareUnknown, NotReady, ShareGone, ShareLocked, PasswordMissing, WrongPassword, StoreAway.
    """
    if gone := countdown.gone(request.share_id, request.link_token):
        raise gone
    share = Share.objects.find(request.share_id, request.link_token)
    _refuse_as_seen(share)
    content = _content_or_gone(share)  # a store that fails, fails before anything is taken
    proof = _proof(share, request)
    request = replace(request, network=countdown.network_digest(request.network))
    with transaction.atomic():
        locked = Share.objects.lock(share.pk)  # from here on there is one winner
        outcome = locked.take(request, proof)  # pays, compares, takes; never raises
    if isinstance(outcome, ShareError):
        _count_refusal(outcome)
        raise outcome  # after the commit, so a paid attempt stays paid
    if not outcome.is_repeat:
        metrics.happened(What.CLAIMED)
    metrics.went_out(len(content.blob or b""))
    return replace(content, lease_expires_at=outcome.lease_ends_at)


def _count_refusal(outcome: ShareError) -> None:
    if isinstance(outcome, WrongPassword):
        metrics.happened(What.WRONG_PASSWORD, *([] if outcome.attempts_left else [What.LOCKED]))


def pay_before_guessing(share_id: str, link_token: bytes) -> int | None:
    """For a door that derives the token itself: pay first, Argon2id afterwards.

    Returns the attempt's number for the claim that follows, None for a share without password.
    Raises what a claim would: a share that is gone or locked, or a store that fails, costs nothing.
    """
    share = Share.objects.find(share_id, link_token)
    if refusal := share.refusal(share.now):
        raise refusal
    if not share.is_guarded:
        return None
    _content_or_gone(share)  # an attempt paid to a store that fails would be lost
    number = Share.objects.pay_attempt(share.pk)
    if number is None:
        # Locked, or ended by somebody else since it was looked at.
        share = Share.objects.find(share_id, link_token)
        raise share.refusal(share.now) or ShareLocked
    return number


def _refuse_as_seen(share: Share) -> None:
    """Whoever has no lease is refused before the lock, as the row was read.

    Else an upload that becomes ready meanwhile would be taken, though nothing of it was read.
    """
    if (refusal := share.refusal(share.now)) and not share.leases.exists():
        raise refusal


def _content_or_gone(share: Share) -> Lease:
    try:
        return _content(share)
    except ShareError:
        share.refresh_from_db()
        if share.ended:  # meanwhile, and its bytes went with it
            raise ShareGone(State(share.state), share.ended_at, share.opened_at) from None
        raise


def _content(share: Share) -> Lease:
    """What a claim would hand out, read and unsealed before the row is locked."""
    half = getattr(share, "half", None)
    lease = Lease(None, None, share.size, share.kdf, share.now)
    if half is None:
        return lease
    raw_id = decode(share.pk, 10)
    blob = None
    if share.size <= INLINE_BLOB_BYTES and share.storage_name and share.ready_at:
        blob = b"".join(share_storage().read(share.storage_name, 0, share.size))
    wrapped_key = sealkeys.open_sealed(half.key_no, raw_id, bytes(half.sealed))
    past_us = is_direct(share.size, share.part_size)
    return replace(lease, wrapped_key=wrapped_key, meta=bytes(half.meta), blob=blob, is_direct=past_us)


def _proof(share: Share, request: ClaimRequest) -> bytes | None:
    half = getattr(share, "half", None)
    if not share.is_guarded or request.password_token is None or half is None:
        return None
    raw_id = decode(share.pk, 10)
    return sealkeys.password_record(half.key_no, raw_id, verifier(request.password_token))
