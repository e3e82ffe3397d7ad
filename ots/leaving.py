"""From what is to be sent to a share that is ready; and an unfinished one, taken up again."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from ots import drafts, sources
from ots.api import Api
from ots.drafts import Secrets, Terms
from ots.errors import NothingToResume, Refused, SourceChanged, TermsWrong
from ots.patience import FIRST_SECONDS, Patience
from ots.sending import Draft, Sending, is_final, revoke, send_small
from ots.sources import FileInPlace
from ots.spools import Spool
from ots.state import Notes, StateFolder
from ots.values import INLINE_BYTES, Sent, Tell
from sealing.encoding import b64, unb64
from sealing.envelope import FileEntry
from sealing.links import Link
from sealing.stream import Buffer


@dataclass(frozen=True)
class Desk:
    """Where something is left: a server, and the folder for notes (None: nothing is kept on disk)."""

    api: Api
    origin: str
    folder: StateFolder | None
    tell: Tell


@dataclass(frozen=True)
class Content:
    """Plain bytes and what is said about them. files: those that lie in place and can be read again."""

    kind: str
    plain: Callable[[], Iterable[Buffer]] = field(repr=False)
    entries: tuple[FileEntry, ...]
    padding: str
    files: tuple[FileInPlace, ...] = ()

    @property
    def blob_bytes(self) -> int:
        return drafts.blob_bytes(sum(entry.size for entry in self.entries), self.padding)


def text(said: str) -> Content:
    """Raises TermsWrong."""
    try:
        data = said.encode()
    except UnicodeEncodeError:
        raise TermsWrong("The text holds half a character.") from None
    if len(data) > sources.TEXT_BYTES:
        raise TermsWrong("A text is at most 1 MiB; send it as a file.")
    return Content("text", lambda: [data], (FileEntry("", "", len(data)),), "text")


def files(paths: Sequence[str | os.PathLike[str]], terms: Terms, name: str | None, tell: Tell) -> Content:
    """name: another name for the one file. Raises SourceUnreadable, TermsWrong."""
    found = sources.files_in(paths, tell)
    if name is not None:
        if len(found) > 1:
            raise TermsWrong("A name is for one file; these are several.")
        found = [FileInPlace(name, found[0].path, found[0].size, found[0].mtime_ns)]
    entries = tuple(each.entry for each in found)
    return Content("files", lambda: sources.pieces(found), entries, _padding(terms), tuple(found))


def data(content: bytes, name: str, terms: Terms) -> Content:
    return Content("files", lambda: [content], (FileEntry(name, "", len(content)),), _padding(terms))


def _padding(terms: Terms) -> str:
    return "padme" if terms.hides_size else "none"


def leave(desk: Desk, content: Content, terms: Terms) -> Sent:
    secrets = Secrets()
    body = drafts.deposit(
        secrets, terms, drafts.metadata(content.kind, content.entries, terms), content.blob_bytes
    )

    def pieces() -> Iterator[bytes]:
        return drafts.sealed(content.plain(), content.padding, secrets)

    draft = Draft(desk.origin, secrets, body, pieces)
    if draft.is_small:
        return send_small(desk.api, draft, Patience(FIRST_SECONDS, desk.tell))
    if content.files:
        return _send(desk, draft, content)
    spool = Spool.filled(pieces(), secrets, desk.folder)
    return _send(desk, replace(draft, pieces=spool.pieces), content, spool)


def leave_stream(desk: Desk, source: BinaryIO | Iterable[bytes], name: str, terms: Terms) -> Sent:
    """What has no size before its end: sealed while it is read, then sent."""
    head, rest = sources.begin(source, INLINE_BYTES)
    if rest is None:
        return leave(desk, data(head, name, terms), terms)
    secrets, count = Secrets(), _Count()
    sealed = drafts.sealed(count.passing([head], rest), _padding(terms), secrets)
    spool = Spool.filled(sealed, secrets, desk.folder)
    try:
        content = Content("files", lambda: (), (FileEntry(name, "", count.bytes),), _padding(terms))
        meta = drafts.metadata(content.kind, content.entries, terms)
        body = drafts.deposit(secrets, terms, meta, content.blob_bytes)
    except BaseException:
        spool.erase()
        raise
    return _send(desk, Draft(desk.origin, secrets, body, spool.pieces), content, spool)


class _Count:
    def __init__(self) -> None:
        self.bytes = 0

    def passing(self, *coming: Iterable[bytes]) -> Iterator[bytes]:
        for pieces in coming:
            for piece in pieces:
                self.bytes += len(piece)
                yield piece


# --- going on ---------------------------------------------------------------------------------------


def _send(desk: Desk, draft: Draft, content: Content, spool: Spool | None = None) -> Sent:
    link = Link(desk.origin, "share", draft.secrets.share_id, draft.secrets.link)
    notes = Notes(link, "send", desk.folder)
    notes.add(head=_head(draft, content))
    return _carried_out(desk, draft, notes, spool, resumed=False)


def resume(desk: Desk, link: Link) -> Sent:
    """Raises NothingToResume, SourceChanged."""
    notes = Notes(link, "send", desk.folder)
    try:
        head = notes.find("head")
        if head is None:
            raise NothingToResume("No unfinished sending of this link is kept here.")
        secrets = _secrets(link, head)
        found = [FileInPlace(*each) for each in head["files"]]
        spool = None if found else Spool(secrets, desk.folder)
        _check_unchanged(found)

        def pieces() -> Iterator[bytes]:
            return drafts.sealed(sources.pieces(found), head["padding"], secrets)

        draft = Draft(desk.origin, secrets, head["body"], spool.pieces if spool else pieces)
        return _carried_out(desk, draft, notes, spool, resumed=True)
    finally:
        notes.close()


def _carried_out(desk: Desk, draft: Draft, notes: Notes, spool: Spool | None, *, resumed: bool) -> Sent:
    """What nobody can go on with is taken back; otherwise notes and spool stay."""
    patience = Patience(FIRST_SECONDS, desk.tell)
    try:
        sent = Sending(desk.api, draft, notes, desk.tell, patience).run()
    except BaseException as error:
        patience.stop()
        if desk.folder is None or is_final(error, resumed=resumed):
            revoke(desk.api, draft.secrets)
            _forget(notes, spool)
        notes.close()
        if resumed and isinstance(error, Refused) and error.refusal in ("id_taken", "unknown", "gone"):
            raise NothingToResume("The server has dropped what was sent so far. Send it again.") from error
        raise
    _forget(notes, spool)
    return sent


def _forget(notes: Notes, spool: Spool | None) -> None:
    if spool:
        spool.erase()
    notes.erase()


def _head(draft: Draft, content: Content) -> dict[str, Any]:
    secrets = {name: b64(getattr(draft.secrets, name)) for name in ("manage", "file_key", "nonce")}
    files = [list(asdict(each).values()) for each in content.files]
    return {"body": draft.body, "files": files, "padding": content.padding, **secrets}


def _secrets(link: Link, head: dict[str, Any]) -> Secrets:
    kept = {name: unb64(head[name]) for name in ("manage", "file_key", "nonce")}
    return Secrets(share_id=link.share_id, link=link.secret, **kept)


def _check_unchanged(found: Sequence[FileInPlace]) -> None:
    """Before anything is asked of the server; the digests say it for certain later."""
    for each in found:
        try:
            told = Path(each.path).stat()
        except OSError as error:
            raise SourceChanged(f"{each.path} cannot be read any more: {error.strerror}") from error
        if (told.st_size, told.st_mtime_ns) != (each.size, each.mtime_ns):
            raise SourceChanged(f"{each.path} is not any more what it was. Nothing was sent.")
