"""Open on a recipient's behalf: the server plays the claimant and passes verified bytes on."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from onetimeshare import metrics
from sealing import keys
from sealing.encoding import encode
from sealing.envelope import Metadata, open_metadata
from sealing.errors import SealingError
from sealing.links import Link
from shares.errors import LeaseOver, PasswordMissing, StoreAway
from shares.models import Lease as LeaseRow
from shares.services.burn import receive
from shares.services.claim import claim, pay_before_guessing
from shares.services.fetch import Fetch, fetch, under_lease
from shares.services.passwords import hashing_slot, refuse_impossible, stretch
from shares.storage import share_storage
from shares.storage.sealed import SealedStorage
from shares.values import ClaimRequest, Lease


@dataclass(frozen=True)
class Opened:
    """A claimed share whose keys the server holds for the length of one request."""

    share_id: str
    metadata: Metadata
    expires_at: object
    found: Fetch
    _file_key: bytes = field(repr=False)

    def plain(self) -> Iterator[bytes]:
        """Yield verified plain bytes, padding included, while the lease is open."""
        blocks = SealedStorage(share_storage()).read(
            self.found.storage_name, self._file_key, self.found.size_bytes
        )
        return under_lease(self.found.lease_id, blocks)


@metrics.timed("open")
def open_for(
    link: Link, password: str, lease_secret: bytes, *, keeps_half: bool, network: str = ""
) -> Opened:
    """Claim with the link and, where it is guarded, the password; then unwrap.

    Raises what `claim` raises, Busy, InvalidInput, and StoreAway for an envelope that does not open.
    """
    share_id = encode(link.share_id)
    token = keys.link_token(link.secret, link.share_id)
    lease_verifier = keys.verifier(lease_secret)
    paid: int | None = None
    stretched: keys.PasswordKeys | None = None
    if password:
        refuse_impossible(password)
        with hashing_slot():
            if not LeaseRow.objects.still_open().filter(share=share_id, verifier=lease_verifier).exists():
                paid = pay_before_guessing(share_id, token)
            stretched = stretch(password, link.secret, link.share_id)
    lease = claim(
        ClaimRequest(
            share_id=share_id,
            link_token=token,
            lease_verifier=lease_verifier,
            password_token=stretched.token if stretched else None,
            keeps_half=keeps_half,
            paid_attempt=paid,
            network=network,
        )
    )
    file_key = _unwrap(lease, link, stretched)
    metadata = _open_metadata(lease, file_key)
    return Opened(share_id, metadata, lease.lease_expires_at, fetch(share_id, lease_secret), file_key)


def close(opened: Opened, *, whole: bool, network: str = "") -> None:
    """The answer has ended, whole or broken: this lease, and with the last one the share, ends."""
    receive(opened.share_id, opened.found.lease_id, whole=whole, network=network)


def _unwrap(lease: Lease, link: Link, stretched: keys.PasswordKeys | None) -> bytes:
    if lease.wrapped_key is None:
        raise LeaseOver  # the half is gone: the claimant had begun to fetch elsewhere
    password_key = stretched.key if stretched and lease.kdf else b""
    if lease.kdf and not password_key:
        raise PasswordMissing
    try:
        return keys.unwrap(lease.wrapped_key, link.secret, link.share_id, lease.kdf, password_key)
    except SealingError as error:
        raise StoreAway("The envelope does not open with this link.") from error


def _open_metadata(lease: Lease, file_key: bytes) -> Metadata:
    try:
        return open_metadata(lease.meta or b"", file_key)
    except SealingError as error:
        raise StoreAway("The envelope's metadata cannot be read.") from error
