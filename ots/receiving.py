"""What was claimed, opened: sealed bytes as they come, verified plaintext as it goes."""

from collections.abc import Iterator, Sequence
from typing import Literal

from ots.api import Api
from ots.claiming import AskPassword, BeforeClaim, Claim
from ots.direct import Direct
from ots.errors import Damaged, Gone, Offline, OtsError, Refused
from ots.patience import FIRST_SECONDS, ON_THE_WAY_SECONDS, Patience, passes
from ots.state import Notes
from ots.values import Moved, Status, Tell
from sealing.encoding import encode
from sealing.envelope import FileEntry, Metadata, open_metadata
from sealing.errors import EnvelopeDamaged, MetadataInvalid, SealingError
from sealing.links import Link
from sealing.split import PlainSplit
from sealing.stream import CHUNK_BYTES, NONCE_BYTES, Opener, chunk_offset, plain_size

_FEED_BYTES = 512 * 1024


class Opening:
    """A share that is ours to fetch. Use it in a `with`; nothing is destroyed before `done`.

    Names and the note are a stranger's words: `ots.names` makes names safe to write.
    """

    def __init__(
        self,
        api: Api,
        link: Link,
        notes: Notes,
        tell: Tell,
        ask_password: AskPassword | None,
        before_claim: BeforeClaim,
    ) -> None:
        self.link, self.notes, self._api, self._tell = link, notes, api, tell
        self._patience = Patience(FIRST_SECONDS, tell)
        self._claim = Claim(api, link, notes, self._patience)
        try:
            half, self.file_key = self._claim.file_key(ask_password, before_claim)
            self.metadata = self._metadata(half.meta)
            self.size = half.size
            self._direct = Direct(api, is_open=half.direct)
            self.plain_size = plain_size(half.size)
            if self.metadata.plain_size > self.plain_size:
                raise Damaged("The contents are said to be more than there is. Nothing was destroyed.")
        except BaseException as error:
            self.leave(error)
            raise
        self._patience.lasts(ON_THE_WAY_SECONDS)
        self.nonce: bytes | None = None
        self.chunks = 0  # verified so far
        self._may_fetch_again = True

    def _metadata(self, sealed: bytes) -> Metadata:
        try:
            return open_metadata(sealed, self.file_key)
        except MetadataInvalid:
            raise Damaged(
                "The sender's program wrote what cannot be read. Nothing was destroyed. Tell the sender."
            ) from None
        except SealingError:
            raise Damaged("What came does not match its seal. Nothing was destroyed.") from None

    def __enter__(self) -> "Opening":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, *_: object) -> None:
        self.leave(error)

    def leave(self, error: BaseException | None) -> None:
        """The notes stay for a later try, unless there is nothing to come back to."""
        is_over = isinstance(error, Gone)
        is_untaken = isinstance(error, Refused) and self._claim.half is None and not passes(error)
        if is_over or is_untaken:
            self.notes.erase()
        self.notes.close()

    # --- what it is ---------------------------------------------------------------------------------

    @property
    def kind(self) -> Literal["text", "files"]:
        return self.metadata.kind

    @property
    def files(self) -> Sequence[FileEntry]:
        return self.metadata.files

    @property
    def note(self) -> str | None:
        return self.metadata.note

    # --- its bytes ----------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """(number of the file, its next bytes), verified, from where `start_at` says."""
        files = list(enumerate(self.files))
        begin = at = self.chunks * CHUNK_BYTES
        end = 0
        while files:
            end += files[0][1].size
            if end > begin or (end == begin and files[0][1].size == 0):
                break
            files.pop(0)
        numbers = [n for n, _ in files]
        sizes = [entry.size for _, entry in files]
        if sizes:
            sizes[0] = end - at
        split = PlainSplit(sizes)
        try:
            for piece in self.plain():
                yield from ((numbers[n], data) for n, data in split.feed(piece))
            yield from ((numbers[n], data) for n, data in split.finish())
        except EnvelopeDamaged as error:
            raise Damaged(
                "The sender's program left something after the contents. Nothing was destroyed."
            ) from error

    def start_at(self, chunks: int, nonce: bytes) -> None:
        """So many chunks are here already, from an earlier try."""
        last = max(1, -(-self.plain_size // CHUNK_BYTES)) - 1
        self.chunks, self.nonce = min(chunks, last), nonce

    def plain(self) -> Iterator[bytes]:
        """The verified plaintext with its padding, from chunk `chunks` on; damage is fetched once more.

        Raises Damaged, Gone, Offline.
        """
        while True:
            try:
                yield from self._plain()
                return
            except SealingError as error:
                if not self._may_fetch_again:
                    raise Damaged(
                        "It did not arrive whole, twice: it is damaged on the server. "
                        "Nothing was destroyed. Tell the sender."
                    ) from error
                self._may_fetch_again = False
                self._claim.blob = None

    def _plain(self) -> Iterator[bytes]:
        start = chunk_offset(self.chunks) if self.chunks else 0
        opener = Opener(self.file_key, self.nonce if self.chunks else None, self.chunks)
        head = b""
        for piece in self._sealed(start):
            if not start and len(head) < NONCE_BYTES:
                head += piece[: NONCE_BYTES - len(head)]
                self.nonce = head
            plain = opener.feed(piece)
            if plain:
                yield plain
                self.chunks += len(plain) // CHUNK_BYTES
        last = opener.finish()
        yield last

    def sealed(self) -> Iterator[bytes]:
        """The blob as it is, verified on its way: each piece is good when it comes. For export."""
        opener = Opener(self.file_key)
        for piece in self._sealed(0):
            opener.feed(piece)
            yield piece
        opener.finish()

    def _sealed(self, start: int) -> Iterator[bytes]:
        """The blob from *start* to its end: an answer as long as the line holds, then the next."""
        if self._claim.blob is not None:
            yield self._claim.blob[start:]
            return
        at, tries = start, 0
        room = bytearray()
        while at < self.size:
            try:
                pieces, stop = self._answer(at)
                was_direct = self._direct.is_open
                for piece in pieces:
                    piece = piece[: stop - at]
                    at += len(piece)
                    tries = 0
                    self._patience.moves()
                    room += piece
                    if len(room) >= _FEED_BYTES:
                        yield bytes(room)
                        room.clear()
                        self._tell(Moved(at, self.size))
                    if at == self.size:
                        break
                if at < stop and self._direct.is_open == was_direct:
                    raise Offline("The line broke.")
            except OtsError as error:
                self._patience.pause(tries, error)
                tries += 1
        yield bytes(room)
        self._tell(Moved(at, self.size))

    def _answer(self, at: int) -> tuple[Iterator[bytes], int]:
        """Bytes from *at* on, and where they end: past the server as far as one address goes, or from it."""
        share_id, secret = encode(self.link.share_id), self._claim.lease_secret
        leave = self._direct.leave(lambda: self._api.sign_range(share_id, at, self.size, secret))
        if leave:
            return self._direct.read(leave), leave.stop
        return self._api.blob(share_id, at, self.size, secret), self.size

    def done(self) -> None:
        """It is verified and safe with us: the server destroys it. Raises Offline when it cannot be told."""
        self._patience.lasts(FIRST_SECONDS)
        try:
            self._claim.burn()
        finally:
            self.notes.erase()

    def status(self) -> Status:
        """Where the share stands now."""
        return self._claim.status()
