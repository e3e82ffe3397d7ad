"""Leave an envelope with its terms."""

import hmac
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from math import ceil

from django.db import IntegrityError, transaction

from onetimeshare import metrics
from sealing.encoding import decode
from shares import countdown, sealkeys
from shares.errors import DayUsedUp, IdTaken, NoRoom, ShareError, StoreFull
from shares.models import ServerHalf, Share
from shares.services import allowance
from shares.services.direct import is_direct
from shares.storage import share_storage
from shares.values import NOBODY, Deposit, Deposited, Sender, State, What


@metrics.timed("deposit")
def deposit(left: Deposit, sender: Sender = NOBODY) -> Deposited:
    """Write share, half and event at once; a blob of at most 64 KiB makes it ready at once.

    Repeating the same deposit is harmless and gets the present answer. Raises IdTaken for another
    one under the same id, DayUsedUp, NoRoom, StoreFull, StoreAway.
    """
    digest = left.digest()
    now, is_known = Share.objects.is_known(left.share_id)
    share = _existing(left.share_id, digest) if is_known else None
    is_repeat, spent = share is not None, None
    if share is None:
        name = share_storage().new_name()
        if left.blob is None:
            _refuse_when_full(left.size_bytes)
        try:
            with _kept(name, left.blob):
                share, spent = _write(left, digest, name, sender, now)
        except (DayUsedUp, NoRoom):
            share_storage().delete(name)
            raise
        except IntegrityError:
            share_storage().delete(name)  # lost the race for the id
            if not (share := _existing(left.share_id, digest)):
                raise
            is_repeat = True
    if State(share.state) is State.UPLOADING:
        _open_blob(share, spent, is_repeat)
    return _answer(share)


def _kept(name: str, blob: bytes | None) -> AbstractContextManager[None]:
    return nullcontext() if blob is None else share_storage().kept(name, blob)


def _open_blob(share: Share, spent: allowance.Spent | None, is_repeat: bool) -> None:
    """After the row, and again on a repeat: a crash in between leaves an upload that can go on."""
    if share.upload_id:
        return
    storage = share_storage()
    try:
        upload_id = storage.begin(share.storage_name, share.size)
    except ShareError:
        # Nobody has heard of a new share; its id must stay free for the next try.
        if not is_repeat and Share.objects.filter(pk=share.pk, state=State.UPLOADING).delete()[0]:
            allowance.give_back(spent)
        raise
    if upload_id and not Share.objects.keep_upload_id(share.pk, upload_id):
        storage.abort(share.storage_name, upload_id)  # the same create came twice, and the other was first


def _existing(share_id: str, digest: bytes) -> Share | None:
    share = Share.objects.find_any(share_id)
    if share is None:
        return None
    if share.create_digest is None or not hmac.compare_digest(digest, bytes(share.create_digest)):
        raise IdTaken
    return share


def _answer(share: Share) -> Deposited:
    parts = ceil(share.size / share.part_size) if share.state == State.UPLOADING else 0
    past_us = bool(parts) and is_direct(share.size, share.part_size)
    return Deposited(State(share.state), share.expires_at, share.part_size, parts, past_us)


def _refuse_when_full(size_bytes: int) -> None:
    free = share_storage().free_bytes()
    if free is not None and Share.objects.declared_bytes() + size_bytes > free:
        raise StoreFull


def _write(
    left: Deposit, digest: bytes, name: str, sender: Sender, now: datetime
) -> tuple[Share, allowance.Spent | None]:
    lifetime = timedelta(seconds=left.terms.expires_in_seconds)
    is_ready = left.blob is not None
    raw_id = decode(left.share_id, 10)
    key_no = sealkeys.key_no_for(now + lifetime)
    guard = left.password_verifier and sealkeys.password_record(key_no, raw_id, left.password_verifier)
    share = Share(
        id=left.share_id,
        state=State.READY if is_ready else State.UPLOADING,
        kdf=left.kdf,
        size=left.size_bytes,
        part_size=share_storage().part_bytes,
        lifetime=lifetime,
        max_claims=left.terms.max_claims,
        claims_left=left.terms.max_claims,
        link_verifier=left.link_verifier,
        manage_verifier=left.manage_verifier,
        password_verifier=guard,
        create_digest=digest,
        owner_id=sender.owner_id,
        origin=sealkeys.seal_origin(key_no, raw_id, sender.network),
        storage_name=name,
        ready_at=now if is_ready else None,
        expires_at=now + lifetime if is_ready else None,
    )
    half = ServerHalf(
        share=share, key_no=key_no, sealed=sealkeys.seal(key_no, raw_id, left.wrapped_key), meta=left.meta
    )
    whats = [What.CREATED, What.READY] if is_ready else [What.CREATED]
    network = countdown.network_digest(sender.network)
    with transaction.atomic():
        spent = allowance.spend(sender, share.size)
        Share.objects.add(share, half, *whats, network=network)
    metrics.happened(*whats)
    metrics.came_in(len(left.blob or b""))
    if is_ready:
        countdown.start(share.pk, left.terms.expires_in_seconds)
    return share, spent
