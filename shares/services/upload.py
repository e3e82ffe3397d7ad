"""Take the parts of a large blob: any order, several at once, the same part again harmless."""

import hmac
import secrets
from math import ceil

from django.db import transaction

from onetimeshare import metrics
from shares import countdown
from shares.errors import (
    BadPart,
    Banned,
    BlobMissing,
    Incomplete,
    NotReady,
    PartBusy,
    PartConflict,
    ShareGone,
    SignInNeeded,
)
from shares.models import Ban, Event, Part, Share
from shares.querysets import database_now, release_connection
from shares.storage import share_storage
from shares.storage.base import Readable
from shares.values import Sender, State, What


def part_length(share: Share, n: int) -> int:
    """How many bytes part *n* must have. Raises BadPart for a number the blob does not reach."""
    if not share.part_size or not 0 <= n < ceil(share.size / share.part_size):
        raise BadPart("There is no part with this number.")
    return min(share.part_size, share.size - n * share.part_size)


@metrics.timed("part")
def put_part(
    share_id: str, manage_token: bytes, n: int, size_bytes: int, digest: bytes, stream: Readable
) -> None:
    """Write part *n* from *stream*: reserve its row, write, compare, then mark it done.

    Raises ShareUnknown, BadPart, PartBusy, PartConflict, StoreFull, StoreAway.
    """
    share = Share.objects.find_managed(share_id, manage_token)
    if State(share.state) is not State.UPLOADING:
        raise PartConflict
    if part_length(share, n) != size_bytes:
        raise BadPart(
            "A part must be exactly as long as the create answer's part_size; the last one the rest."
        )
    writer = secrets.token_hex(16)
    if not reserve(share, n, size_bytes, digest, writer):
        return  # done already, with the same digest
    try:
        release_connection()  # nothing of Postgres is held while bytes flow
        written = share_storage().write_part(
            share.storage_name, n, stream, size_bytes, share.upload_id, digest
        )
        if not hmac.compare_digest(written.sha256, digest):
            raise BadPart("The part's bytes do not match its Repr-Digest.")
    except BaseException:
        Part.objects.filter(share=share_id, n=n, writer=writer, done=False).delete()
        raise
    mark_done(share_id, n, writer, written.etag)
    metrics.came_in(size_bytes)


def reserve(share: Share, n: int, size_bytes: int, digest: bytes, writer: str) -> bool:
    """False: the part is there with these bytes already. Raises PartBusy, PartConflict."""
    with transaction.atomic():
        # A reservation that a crash takes back is made again with the part.
        if not Share.objects.lock_uploading(share.pk, is_lasting=False):
            raise PartConflict
        part = Part.objects.reserve(share, n, size_bytes, digest, writer)
        if part.writer == writer:
            return True
        if not part.done:
            raise PartBusy
        if not hmac.compare_digest(bytes(part.digest), digest):
            raise PartConflict
        return False


def mark_done(share_id: str, n: int, writer: str, etag: str) -> None:
    """Raises PartConflict where no more are taken, PartBusy where another writer has taken over."""
    with transaction.atomic():
        if not Share.objects.lock_uploading(share_id):
            raise PartConflict
        if not Part.objects.filter(share=share_id, n=n, writer=writer).update(done=True, etag=etag):
            raise PartBusy
    Share.objects.touch(share_id)


def received(share_id: str, manage_token: bytes) -> tuple[Share, list[int]]:
    """The share, and the numbers of its parts that are done: where to go on after a break."""
    share = Share.objects.find_managed(share_id, manage_token)
    return share, _done_numbers(share)


@metrics.timed("complete")
def complete(share_id: str, manage_token: bytes, *, network: str = "") -> Share:
    """All parts are there: the share becomes ready. Each step can be repeated after a crash.

    Raises ShareUnknown, Incomplete, ShareGone, StoreAway; Banned and SignInNeeded for whoever may not leave
    it any more.
    """
    share = Share.objects.find_managed(share_id, manage_token)
    _refuse_ended(share)
    if State(share.state) is not State.UPLOADING:
        return share
    if not share.part_size:
        raise NotReady
    _refuse_banned(share, network)
    _close(share)
    try:
        share_storage().complete(share.storage_name, share.size, share.upload_id, _digests(share))
    except BlobMissing:
        share.refresh_from_db()
        _refuse_ended(share)  # revoked or taken down meanwhile, and its bytes went with it
        raise
    with transaction.atomic():
        Share.objects.lock(share.pk)
        if is_new := Share.objects.make_ready(share.pk):
            Part.objects.filter(share=share).delete()
            Event.objects.note([share.pk], What.READY)
    if is_new:
        metrics.happened(What.READY)
    share.refresh_from_db()
    _refuse_ended(share)
    countdown.start(
        share.pk, int((share.expires_at - database_now()).total_seconds()) if share.expires_at else 1
    )
    return share


def _refuse_ended(share: Share) -> None:
    known = share.status(share.now)
    if known.state.is_ended:
        raise ShareGone(known.state, known.ended_at, known.opened_at)


def _refuse_banned(share: Share, network: str) -> None:
    """Asked when it began, and again before anybody can open it: a day may lie between."""
    if until := Ban.objects.against(Sender(network, share.owner_id)):
        raise Banned(until)
    if share.owner is not None and not share.owner.is_active:
        raise SignInNeeded


def _close(share: Share) -> None:
    """Count the parts and let no more in, in one transaction."""
    with transaction.atomic():
        locked = Share.objects.lock(share.pk)
        if locked.closing or State(locked.state) is not State.UPLOADING:
            return
        wanted = range(ceil(locked.size / locked.part_size))
        if missing := sorted(set(wanted) - set(_done_numbers(locked))):
            raise Incomplete(missing[:1000])
        Share.objects.filter(pk=share.pk).update(closing=True)


def _digests(share: Share) -> list[bytes]:
    done = share.parts.filter(done=True).order_by("n").values_list("digest", flat=True)
    return [bytes(digest) for digest in done]


def _done_numbers(share: Share) -> list[int]:
    return list(share.parts.filter(done=True).order_by("n").values_list("n", flat=True))
