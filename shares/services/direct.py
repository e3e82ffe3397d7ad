"""Send a client to the place of the blobs itself, where that is on: one part, or one range, for a minute.

What this server decides stays here: who may, under which lease, and whether a part is there. Leave that was
given cannot be taken back, so it is small: 8 MiB for a minute is what the end of a lease leaves open.
"""

from onetimeshare import metrics
from shares.errors import NotDirect, PartConflict, RangeOutside
from shares.models import Part, Share
from shares.querysets import release_connection
from shares.querysets.part import DIRECT
from shares.services import fetch, upload
from shares.storage import share_storage
from shares.storage.base import Signed
from shares.values import INLINE_BLOB_BYTES, PART_BYTES, State

# Never more of a blob by one address: a running answer of our own stops within as much.
RANGE_BYTES = PART_BYTES


def is_direct(size_bytes: int, part_bytes: int) -> bool:
    """Whether a blob's claimants may be sent there: it came in parts, from a sender who sealed it."""
    return share_storage().is_direct and bool(part_bytes) and size_bytes > INLINE_BLOB_BYTES


def writer_of(digest: bytes) -> str:
    """Who writes a part past this server: anybody with leave to send exactly those bytes."""
    return DIRECT + digest.hex()[: 32 - len(DIRECT)]


@metrics.timed("part")
def sign_part(share_id: str, manage_token: bytes, n: int, digest: bytes) -> Signed | None:
    """Leave to send part *n* to the place itself; None once the place says that it holds it, and it is noted.

    Asked again after sending, it is what notes the part: nothing is believed that the place does not say.
    Raises ShareUnknown, BadPart, PartBusy, PartConflict, NotDirect, StoreAway.
    """
    share = Share.objects.find_managed(share_id, manage_token)
    if State(share.state) is not State.UPLOADING:
        raise PartConflict
    size, writer, storage = upload.part_length(share, n), writer_of(digest), share_storage()
    leave = storage.sign_part(share.storage_name, n, size, digest, share.upload_id)
    is_again = Part.objects.filter(share=share_id, n=n, writer=writer, done=False).exists()
    if not upload.reserve(share, n, size, digest, writer):
        return None
    release_connection()  # nothing of Postgres is held while S3 is asked
    if is_again and (etag := storage.has_part(share.storage_name, n, size, digest, share.upload_id)):
        upload.mark_done(share_id, n, writer, etag)
        return None
    return leave


@metrics.timed("fetch")
def sign_range(share_id: str, lease_secret: bytes, start: int, stop: int) -> tuple[Signed, int, int]:
    """Leave to read the blob from *start* to *stop*, or as far as one address goes; and which bytes it gives.

    It is a fetch: it needs an open lease, and moves its end. Raises ShareUnknown, LeaseOver, NotDirect,
    RangeOutside, StoreAway.
    """
    lease = fetch.lease_of(share_id, lease_secret)
    if not is_direct(lease.share.size, lease.share.part_size):
        raise NotDirect
    found = fetch.begin(lease)
    stop = min(stop, found.size_bytes, start + RANGE_BYTES)
    if start >= stop:
        raise RangeOutside(found.size_bytes)
    release_connection()
    return share_storage().sign_read(found.storage_name, start, stop), start, stop
