"""Seal on a sender's behalf: the server plays the client, from the first byte to the links.

The row commits as `uploading` before the first byte, and the storage name is held until the last
commit, so whatever dies on the way is found by the sweep and nothing plain is left anywhere.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction

from onetimeshare import metrics
from sealing import keys
from sealing.encoding import encode
from sealing.envelope import FileEntry, Metadata, seal_metadata
from sealing.links import Link
from sealing.names import safe_name
from shares import countdown, sealkeys
from shares.errors import NoRoom, NotReady, ShareError, TooLarge
from shares.models import Event, ServerHalf, Share
from shares.querysets import database_now, release_connection
from shares.services import allowance
from shares.services.burn import end
from shares.services.passwords import hashing_slot, stretch
from shares.storage import share_storage
from shares.storage.sealed import SealedStorage, SealedWriter
from shares.values import NOBODY, Sender, State, Terms, What


@dataclass(frozen=True)
class Left:
    """What the sender gets: two links, both shown once."""

    link: Link = field(repr=False)
    manage: Link = field(repr=False)
    plain_bytes: int
    expires_at: datetime
    terms: Terms
    is_guarded: bool


class Sealing:
    """One share on its way in. Keys live in this object and go with the request."""

    def __init__(self, sender: Sender) -> None:
        self._id, self._link_secret = keys.new_id(), keys.new_secret()
        self._manage_secret, self._file_key = keys.new_secret(), keys.new_file_key()
        self._sender, self._network = sender, countdown.network_digest(sender.network)
        self._max_bytes = sender.limits.share_bytes
        self._room = math.inf
        self._spent: allowance.Spent | None = None
        self._storage = share_storage()
        self.share_id = encode(self._id)
        self.name = self._storage.new_name()
        self._writer: SealedWriter | None = None

    @property
    def plain_bytes(self) -> int:
        return self._writer.plain_bytes if self._writer else 0

    def begin(self) -> None:
        """Commit the row, open the blob; then hold nothing of Postgres while bytes flow."""
        share = Share(
            id=self.share_id,
            state=State.UPLOADING,
            kdf=keys.KDF_NONE,
            size=0,
            lifetime=timedelta(),
            max_claims=0,
            claims_left=0,
            link_verifier=keys.verifier(keys.link_token(self._link_secret, self._id)),
            manage_verifier=keys.verifier(keys.manage_token(self._manage_secret, self._id)),
            owner_id=self._sender.owner_id,
            storage_name=self.name,
        )
        with transaction.atomic():
            self._spent = allowance.spend(self._sender, 0)
            share.save(force_insert=True)
            Event.objects.note([share.pk], What.CREATED, network=self._network)
        metrics.happened(What.CREATED)
        self._room = allowance.room_left(self._sender)
        release_connection()
        self._writer = SealedStorage(self._storage).stream(self.name, self._file_key)

    def write(self, data: bytes) -> None:
        """Raises TooLarge, NoRoom, StoreFull, StoreAway."""
        assert self._writer is not None  # noqa: S101 - begin comes first
        if self._writer.plain_bytes + len(data) > self._max_bytes:
            raise TooLarge(self._max_bytes)
        if self._writer.plain_bytes + len(data) > self._room:
            raise NoRoom  # seen early: nobody shall send gigabytes to hear it at their end
        self._writer.write(data)

    @metrics.timed("seal")
    def finish(self, metadata: Metadata, terms: Terms, password: str, origin: str) -> Left:
        """Seal the rest, make the share ready. Raises InvalidInput, Busy, StoreFull, StoreAway."""
        assert self._writer is not None  # noqa: S101 - begin comes first
        metadata = _cleaned(metadata)
        password_key, password_verifier = self._guard(password)
        size = self._writer.finish()
        self._storage.complete(self.name, size, self._writer.upload_id)
        expires_at = self._make_ready(size, metadata, terms, password_key, password_verifier)
        countdown.start(self.share_id, terms.expires_in_seconds)
        return Left(
            Link(origin, "share", self._id, self._link_secret),
            Link(origin, "manage", self._id, self._manage_secret),
            metadata.plain_size,
            expires_at,
            terms,
            bool(password),
        )

    def _guard(self, password: str) -> tuple[bytes, bytes | None]:
        if not password:
            return b"", None
        with hashing_slot():
            stretched = stretch(password, self._link_secret, self._id)
        return stretched.key, keys.verifier(stretched.token)

    def _make_ready(
        self,
        size: int,
        metadata: Metadata,
        terms: Terms,
        password_key: bytes,
        password_verifier: bytes | None,
    ) -> datetime:
        lifetime = timedelta(seconds=terms.expires_in_seconds)
        key_no = sealkeys.key_no_for(database_now() + lifetime)
        wrapped = keys.wrap(self._file_key, self._link_secret, self._id, password_key)
        record = password_verifier and sealkeys.password_record(key_no, self._id, password_verifier)
        half = ServerHalf(
            share_id=self.share_id,
            key_no=key_no,
            sealed=sealkeys.seal(key_no, self._id, wrapped),
            meta=seal_metadata(metadata, self._file_key),
        )
        with transaction.atomic():
            allowance.make_room(self._sender, size)
            ready = Share.objects.make_ready(
                self.share_id,
                lifetime=lifetime,
                size=size,
                kdf=keys.KDF_ARGON2ID if record else keys.KDF_NONE,
                password_verifier=record,
                max_claims=terms.max_claims,
                claims_left=terms.max_claims,
                origin=sealkeys.seal_origin(key_no, self._id, self._sender.network),
            )
            if not ready:
                raise NotReady("The upload was dropped before it was finished. Nothing was left.")
            half.save(force_insert=True)
            Event.objects.note([self.share_id], What.READY, network=self._network)
        metrics.happened(What.READY)
        metrics.came_in(size)
        expires_at = Share.objects.values_list("expires_at", flat=True).get(pk=self.share_id)
        assert expires_at is not None  # noqa: S101 - the database refuses a ready share without
        return expires_at

    def abandon(self, cause: BaseException) -> None:
        """Nothing is left: bytes first, since they may be what filled the disk."""
        if self._writer:
            self._writer.close()
        with suppress(ShareError):  # the row ends all the same, and the sweep removes what is left of it
            self._storage.delete(self.name, self._writer.upload_id if self._writer else "")
        try:
            # A Postgres that has just kept us waiting is not asked a second time.
            is_away = isinstance(cause, OperationalError | InterfaceError)
            if not is_away and end(self.share_id, State.EXPIRED):
                allowance.give_back(self._spent)
        except (ShareError, Share.DoesNotExist):
            return  # the sweep repeats it


def _cleaned(metadata: Metadata) -> Metadata:
    """Names as a receiver would write them anyway, and nothing that no metadata may hold."""
    if metadata.kind == "text":
        return metadata
    files = tuple(
        FileEntry(safe_name(entry.name), entry.type.replace("\0", ""), entry.size) for entry in metadata.files
    )
    note = metadata.note and metadata.note.replace("\0", "")
    return replace(metadata, files=files, note=note or None)


@contextmanager
def sealing(sender: Sender = NOBODY) -> Iterator[Sealing]:
    """A share that is sealed inside the block; it vanishes unless the block ends well."""
    sealed = Sealing(sender)
    with share_storage().hold(sealed.name):
        try:
            sealed.begin()
            yield sealed
        except BaseException as error:
            sealed.abandon(error)
            raise
