"""The library's one object: a server, and what can be left there, opened from there, and asked."""

import os
from collections.abc import Iterable
from datetime import timedelta
from types import TracebackType
from typing import BinaryIO, TypedDict, Unpack

from ots import leaving, servers
from ots.api import Api
from ots.claiming import AskPassword, BeforeClaim
from ots.drafts import Terms
from ots.errors import ServerWrong, TermsWrong
from ots.leaving import Desk
from ots.patience import FIRST_SECONDS, Patience
from ots.receiving import Opening
from ots.state import Notes, StateFolder
from ots.values import Receipt, Sent, Status, Tell, silent
from sealing.encoding import encode
from sealing.keys import link_token, manage_token

DAY = timedelta(days=1)


class Asked(TypedDict, total=False):
    """How long it waits (a day), how often it opens (once), and what else goes for it."""

    expires: timedelta
    opens: int
    password: str | None
    note: str | None
    hide_size: bool


class Client:
    """What is done with shares. server: where `send_*` leave them; links say themselves where they belong.

    token: of an account there, if the site wants one. folder: keeps notes, so that a later process can go on;
    None keeps nothing on disk. tell: is told what happens on the way, from any thread, one call at a time.
    allow_http: also servers behind plain http, for networks that nobody else is on.
    """

    def __init__(
        self,
        server: str | None = None,
        *,
        token: str | None = None,
        folder: StateFolder | None = None,
        tell: Tell = silent,
        allow_http: bool = False,
    ) -> None:
        self._origin = None if server is None else servers.origin_of(server, allow_http=allow_http)
        self._token, self._folder, self._tell, self._allow_http = token, folder, tell, allow_http
        self._lines: dict[str, Api] = {}

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for line in self._lines.values():
            line.close()
        self._lines.clear()

    # --- leaving ------------------------------------------------------------------------------------

    def send_text(self, text: str, **terms: Unpack[Asked]) -> Sent:
        """A text, which its recipient reads at once. The terms are those of `Asked`."""
        return leaving.leave(self._desk(), leaving.text(text), _terms(**terms))

    def send_files(
        self, *paths: str | os.PathLike[str], name: str | None = None, **terms: Unpack[Asked]
    ) -> Sent:
        """Files and folders, read in place. name: another one for a single file."""
        wanted = _terms(**terms)
        content = leaving.files(paths, wanted, name, self._tell)
        return leaving.leave(self._desk(), content, wanted)

    def send_stream(self, source: BinaryIO | Iterable[bytes], *, name: str, **terms: Unpack[Asked]) -> Sent:
        """A file of *name* from what can be read once: sealed on its way, kept sealed until it is sent."""
        return leaving.leave_stream(self._desk(), source, name, _terms(**terms))

    def resume(self, link: str) -> Sent:
        """Go on with a sending that broke off, in any process. Raises NothingToResume, SourceChanged."""
        found = servers.link_of(link, "share", allow_http=self._allow_http)
        return leaving.resume(self._desk(found.origin), found)

    # --- opening ------------------------------------------------------------------------------------

    def open(
        self,
        link: str,
        password: str | AskPassword | None = None,
        *,
        before_claim: BeforeClaim = lambda status: None,
    ) -> Opening:
        """Claim a share: from now on it is this program's to fetch, and to destroy with `done`.

        password: the text, or a function that asks for it; it is told how many tries are left.
        before_claim: is told what waits there, and may raise: nothing is taken yet.
        Raises Gone, Locked, WrongPassword, PasswordMissing, Unknown, NotReady, Offline …
        """
        found = servers.link_of(link, "share", allow_http=self._allow_http)
        ask = (lambda left: password) if isinstance(password, str) else password
        notes = Notes(found, "get", self._folder)
        return Opening(self._line(found.origin), found, notes, self._tell, ask, before_claim)

    def status(self, link: str) -> Status:
        """What its recipient may know; changes nothing."""
        found = servers.link_of(link, "share", allow_http=self._allow_http)
        token = link_token(found.secret, found.share_id)
        line = self._line(found.origin)
        return self._patience().persist(lambda: line.status(encode(found.share_id), token))

    # --- what only the sender may -------------------------------------------------------------------

    def receipt(self, manage_link: str) -> Receipt:
        line, share_id, token = self._managed(manage_link)
        return self._patience().persist(lambda: line.receipt(share_id, token))

    def unlock(self, manage_link: str) -> Receipt:
        """Five tries again, at most three times."""
        line, share_id, token = self._managed(manage_link)
        return self._patience().persist(lambda: line.unlock(share_id, token))

    def burn(self, manage_link: str) -> None:
        """Take it back: nobody opens it any more. Repeatable."""
        line, share_id, token = self._managed(manage_link)
        self._patience().persist(lambda: line.burn(share_id, token))

    # --- inside -------------------------------------------------------------------------------------

    def _managed(self, manage_link: str) -> tuple[Api, str, bytes]:
        found = servers.link_of(manage_link, "manage", allow_http=self._allow_http)
        return self._line(found.origin), encode(found.share_id), manage_token(found.secret, found.share_id)

    def _patience(self) -> Patience:
        return Patience(FIRST_SECONDS, self._tell)

    def _desk(self, origin: str | None = None) -> Desk:
        where = origin or self._origin
        if where is None:
            raise ServerWrong("No server is named.")
        return Desk(self._line(where), where, self._folder, self._tell)

    def _line(self, origin: str) -> Api:
        """One for each server; the token goes to no other than its own."""
        if origin not in self._lines:
            self._lines[origin] = Api(origin, self._token if origin == self._origin else None)
        return self._lines[origin]


def _terms(
    expires: timedelta = DAY,
    opens: int = 1,
    password: str | None = None,
    note: str | None = None,
    hide_size: bool = False,
) -> Terms:
    """Raises TermsWrong."""
    seconds = int(expires.total_seconds())
    if seconds < 1 or opens < 1:
        raise TermsWrong("A share waits at least a second, and opens at least once.")
    return Terms(seconds, opens, password, note or None, hide_size)
