"""Give the claimant, and nobody else, the blob: any range, as often as the lease allows."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from onetimeshare import metrics
from sealing.keys import verifier
from shares.errors import LeaseOver, ShareUnknown
from shares.models import Lease, ServerHalf, Share
from shares.querysets import release_connection
from shares.storage import share_storage

# A running answer looks whether its lease is still open, so that a revoke cuts it off.
LOOK_BYTES = 8 * 1024**2
LOOK_SECONDS = 5.0
EXTEND_SECONDS = 60.0


@dataclass(frozen=True)
class Fetch:
    """A blob under an open lease."""

    lease_id: int
    storage_name: str
    size_bytes: int


@metrics.timed("fetch")
def fetch(share_id: str, lease_secret: bytes) -> Fetch:
    """Begin to fetch: the lease moves on, and the half goes when the last claimant begins.

    Raises ShareUnknown for a secret that opened no lease here, LeaseOver after its end.
    """
    return begin(lease_of(share_id, lease_secret))


def lease_of(share_id: str, lease_secret: bytes) -> Lease:
    """Open or not. Raises ShareUnknown."""
    lease = (
        Lease.objects.filter(share=share_id, verifier=verifier(lease_secret)).select_related("share").first()
    )
    if lease is None:
        raise ShareUnknown
    return lease


def begin(lease: Lease) -> Fetch:
    """Raises LeaseOver."""
    share = lease.share
    if share.ended or not Lease.objects.extend(lease.pk):
        raise LeaseOver
    if lease.fetched_at is None:
        erase_half_if_unneeded(share.pk)
    return Fetch(lease.pk, share.storage_name, share.size)


def erase_half_if_unneeded(share_id: str) -> None:
    """Erase the server half once nothing is left to claim and every open lease has begun to fetch."""
    with transaction.atomic():
        Share.objects.lock(share_id)
        ServerHalf.objects.unneeded([share_id]).delete()


def sealed_bytes(found: Fetch, start: int, stop: int) -> Iterator[bytes]:
    """Yield bytes *start* to *stop* of the blob, while the lease is open."""
    blocks = share_storage().read(found.storage_name, start, stop)
    return under_lease(found.lease_id, blocks)


def under_lease(lease_id: int, blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Pass *blocks* on while the lease is open, and move its end while they flow.

    Raises LeaseOver within 8 MiB or 5 s after its end: the answer breaks off, it never looks whole.
    """
    looked_at = extended_at = time.monotonic()
    given = 0
    for block in blocks:
        yield block
        metrics.went_out(len(block))
        given += len(block)
        now = time.monotonic()
        if given < LOOK_BYTES and now - looked_at < LOOK_SECONDS:
            continue
        given, looked_at = 0, now
        if now - extended_at >= EXTEND_SECONDS:
            extended_at, is_open = now, Lease.objects.extend(lease_id)
        else:
            is_open = Lease.objects.still_open().filter(pk=lease_id).exists()
        release_connection()
        if not is_open:
            raise LeaseOver
