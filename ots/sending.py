"""Leaves a share: a small blob inside the create call, a larger one in parts, going on where it stopped."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ots.api import Api, slices
from ots.direct import Direct
from ots.drafts import Secrets
from ots.errors import Later, OtsError, Refused, ServerStrange, SourceChanged, SourceUnreadable
from ots.parts import Lanes, Part, Rooms, cut
from ots.patience import ON_THE_WAY_SECONDS, Patience
from ots.state import Notes
from ots.values import INLINE_BYTES, Deposited, Leave, Moved, Sent, Tell
from sealing.encoding import b64, unb64

_AGAIN = 3


@dataclass(frozen=True)
class Draft:
    """A share whose terms are sealed. pieces: its blob, each time the same bytes from the start."""

    origin: str
    secrets: Secrets
    body: dict[str, Any] = field(repr=False)
    pieces: Callable[[], Iterator[bytes]] = field(repr=False)

    @property
    def blob_bytes(self) -> int:
        return int(self.body["size"])

    @property
    def is_small(self) -> bool:
        return self.blob_bytes <= INLINE_BYTES

    def sent(self, left: Deposited) -> Sent:
        """As the server has it; else as it was asked for: nobody loses a link to a time that is missing."""
        begun = self.secrets.links(self.origin)
        ends = left.expires_at or datetime.now(UTC) + timedelta(seconds=self.body["expires_in"])
        return Sent(begun.link, begun.manage_link, ends, self.body["max_claims"], self.blob_bytes)


def send_small(api: Api, draft: Draft, patience: Patience) -> Sent:
    blob = b"".join(draft.pieces())
    deposit = {**draft.body, "blob": b64(blob)}
    return draft.sent(patience.persist(lambda: api.create(deposit)))


class Sending:
    """One larger share on its way. notes: what a later process needs to go on."""

    def __init__(self, api: Api, draft: Draft, notes: Notes, tell: Tell, patience: Patience) -> None:
        self._api, self._draft, self._notes, self._tell, self._patience = api, draft, notes, tell, patience
        self._token = draft.secrets.manage_token
        self._kept = {note["part"]: note for note in notes.all if "part" in note}
        self._lock = threading.Lock()
        self._done = 0
        self._direct = Direct(api, is_open=False)

    def run(self) -> Sent:
        """Raises whatever stops it; then `is_over` says whether anybody could go on."""
        left = self._patience.persist(lambda: self._api.create(self._draft.body))
        self._patience.lasts(ON_THE_WAY_SECONDS)
        self._tell(self._draft.secrets.links(self._draft.origin))
        for _ in range(_AGAIN):
            if left.state != "uploading":
                return self._draft.sent(left)
            left = self._sent(left)
        if left.state == "uploading":
            raise ServerStrange("The server loses parts that it has taken.")
        return self._draft.sent(left)

    def _sent(self, left: Deposited) -> Deposited:
        """All parts that are missing there, then the end of it; still `uploading` if some got lost."""
        self._send_parts(left)
        try:
            return self._patience.persist(lambda: self._api.complete(self._draft.secrets.id, self._token))
        except Refused as error:
            if error.refusal == "incomplete":
                return left
            raise

    def _send_parts(self, left: Deposited) -> None:
        size = self._draft.blob_bytes
        part_size, parts = left.part_size or 0, left.parts or 0
        if not part_size or parts != -(-size // part_size):
            raise ServerStrange("The server's answer cannot be read: parts.")
        self._direct = Direct(self._api, is_open=left.direct)
        there = set(self._patience.persist(lambda: self._api.received(self._draft.secrets.id, self._token)))
        rooms = Rooms(part_size, parts)
        self._done = 0
        with Lanes(self._send, rooms, self._patience) as lanes:
            for part in cut(self._draft.pieces(), rooms):
                self._keep(part)
                if part.n in there:
                    self._moved(part.size)
                    rooms.give(part.room)
                else:
                    lanes.add(part)

    def _keep(self, part: Part) -> None:
        """Its digest is kept before it leaves; sealed again, it must be the same. Raises SourceChanged."""
        digest, over = map(b64, part.digests())
        kept = self._kept.get(part.n)
        if kept is None:
            self._kept[part.n] = {"part": part.n, "digest": digest, "over": over}
            self._notes.add(**self._kept[part.n])
        elif (kept["digest"], kept["over"]) != (digest, over):
            raise SourceChanged(
                "What is to be sent is not any more what it was. None of the new bytes was sent."
            )

    def _send(self, part: Part) -> None:
        digest = unb64(self._kept[part.n]["digest"])
        left: list[int] = []

        def moves(count: int) -> None:
            self._patience.check()
            self._patience.moves()
            left.append(count)
            self._moved(count)

        def anew() -> Iterator[bytes]:
            self._moved(-sum(left))
            left.clear()
            return slices(part.data, moves)

        def put() -> None:
            share_id = self._draft.secrets.id

            def ask() -> Leave | None:
                return self._api.sign_part(share_id, part.n, digest, self._token)

            if not (self._direct.is_open and self._direct.put(ask, anew, part.size)):
                self._api.put_part(share_id, part.n, anew(), part.size, digest, self._token)

        self._patience.persist(put)

    def _moved(self, count: int) -> None:
        with self._lock:
            self._done += count
            if count > 0:
                self._tell(Moved(self._done, self._draft.blob_bytes))


def is_final(error: BaseException, *, resumed: bool) -> bool:
    """Whether nobody can go on after *error*: what is there can be taken back."""
    if isinstance(error, SourceChanged | SourceUnreadable):
        return not resumed  # the file may come back as it was
    return isinstance(error, Refused) and not isinstance(error, Later)


def revoke(api: Api, secrets: Secrets) -> None:
    """Best effort: what cannot be taken back now is dropped a day later, and nobody has its link."""
    with suppress(OtsError):
        api.burn(secrets.id, secrets.manage_token)
