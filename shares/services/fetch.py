"""Give the claimant, and nobody else, the blob: any range, as often as the lease allows."""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import BinaryIO

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
# Nothing larger goes out in one piece, so that the next one never leads past those 8 MiB.
AT_ONCE_BYTES = 1024**2
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
    return under_lease(found.lease_id, unwatched_bytes(found, start, stop))


def unwatched_bytes(found: Fetch, start: int, stop: int) -> Iterator[bytes]:
    """The same, for a caller who looks at the lease."""
    return share_storage().read(found.storage_name, start, stop)


def sealed_file(found: Fetch) -> BinaryIO | None:
    """The blob, for a caller who looks at the lease; None where storage keeps no files of this machine."""
    return share_storage().as_file(found.storage_name)


def under_lease(lease_id: int, blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Pass *blocks* on while the lease is open, and move its end while they flow. Raises LeaseOver."""
    watch = Watch(lease_id)
    for block in blocks:
        yield block
        watch.went_out(len(block))


def look_is_due(given_bytes: int, seconds: float) -> bool:
    """After so many since the last look: before one more piece goes out."""
    return given_bytes + AT_ONCE_BYTES > LOOK_BYTES or seconds >= LOOK_SECONDS


class Watch:
    """Of one lease, while bytes flow under it."""

    def __init__(self, lease_id: int) -> None:
        self._lease_id, self._given = lease_id, 0
        self._looked_at = self._extended_at = time.monotonic()

    def went_out(self, size_bytes: int) -> None:
        """Raises LeaseOver within 8 MiB or 5 s after its end: the answer breaks off, it never looks whole."""
        metrics.went_out(size_bytes)
        self._given += size_bytes
        now = time.monotonic()
        if not look_is_due(self._given, now - self._looked_at):
            return
        self._given, self._looked_at = 0, now
        is_due = now - self._extended_at >= EXTEND_SECONDS
        if is_due:
            self._extended_at = now
        is_open = Lease.objects.extend if is_due else Lease.objects.is_open
        try:
            if not is_open(self._lease_id):
                raise LeaseOver
        finally:
            release_connection()


def still_open(lease_ids: Collection[int], *, extend: bool) -> set[int]:
    """Which of these leases are open. *extend*: their ends move, as bytes flow under them."""
    try:
        if extend:
            for lease_id in lease_ids:  # row by row: two processes may have the same ones, in any order
                Lease.objects.extend(lease_id)
        return set(Lease.objects.still_open().filter(pk__in=lease_ids).values_list("pk", flat=True))
    finally:
        release_connection()
