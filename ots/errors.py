"""Every way it can go wrong, each with a stable code; what the server refuses has the code of its API."""

from typing import Any, ClassVar


class OtsError(Exception):
    """It did not work. The text says what happened, and whether anything was used up."""

    code: ClassVar[str] = "ots"


# --- what you asked for -----------------------------------------------------------------------------


class LinkWrong(OtsError):
    """The text is no whole link, or the other of the two."""

    code = "link_invalid"


class ServerWrong(OtsError):
    """No server is named, or it would be reached over a line that anybody can read."""

    code = "server_wrong"


class TermsWrong(OtsError):
    """What was asked for cannot be: a lifetime, a password, a note, too many files."""

    code = "terms_wrong"


class NothingToResume(OtsError):
    """No unfinished transfer of this link is kept here."""

    code = "nothing_to_resume"


class InUse(OtsError):
    """Another process works on this share right now."""

    code = "in_use"


class Newer(OtsError):
    """The link or the share was made by a later version: update."""

    code = "newer"


# --- files ------------------------------------------------------------------------------------------


class SourceUnreadable(OtsError):
    """What is to be sent cannot be read."""

    code = "source_unreadable"


class SourceChanged(OtsError):
    """What is being sent is not any more what it was; nothing of the new bytes was sent."""

    code = "source_changed"


class TargetExists(OtsError):
    """Something has this name already, and nothing is overwritten."""

    code = "target_exists"


class TargetUnwritable(OtsError):
    """What was received cannot be written there."""

    code = "target_unwritable"


class StateUnwritable(OtsError):
    """The notes that let a transfer go on cannot be kept."""

    code = "state_unwritable"


# --- bytes ------------------------------------------------------------------------------------------


class Damaged(OtsError):
    """What came is not what was sealed, twice. Nothing was destroyed."""

    code = "damaged"


# --- the line ---------------------------------------------------------------------------------------


class Offline(OtsError):
    """No answer came: no line, or it broke, or nothing moved for a minute."""

    code = "offline"


class ServerStrange(OtsError):
    """The answer is not one of this server's: a proxy's as a rule, or another program's."""

    code = "server_strange"

    def __init__(self, text: str, status: int = 0, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.status, self.retry_after = status, retry_after

    @property
    def passes(self) -> bool:
        """Whether a proxy only waits for the server, or for us."""
        return self.status >= 500 or self.status in (408, 425, 429)


# --- what the server refuses ------------------------------------------------------------------------


class Refused(OtsError):
    """The server said no. `code` is the API's; `details` are the answer's other fields."""

    code = "refused"

    def __init__(self, text: str, code: str = "", details: dict[str, Any] | None = None) -> None:
        super().__init__(text)
        self.details = details or {}
        self.refusal = code or self.code


class Unknown(Refused):
    """There is nothing under this link."""

    code = "unknown"


class Gone(Refused):
    """It has ended, or every opening is taken."""

    code = "gone"


class LeaseOver(Gone):
    """It was opened here, and the time to fetch it is over."""

    code = "lease_over"


class Locked(Refused):
    """Five wrong passwords: the sender can unlock it."""

    code = "locked"


class WrongPassword(Refused):
    """That is not the password; `attempts_left` is None where no try was used up."""

    code = "wrong_password"

    @property
    def attempts_left(self) -> int | None:
        left = self.details.get("attempts_left")
        return left if type(left) is int else None


class PasswordMissing(Refused):
    """It needs a password. No try was used up."""

    code = "password_missing"


class NotReady(Refused):
    """The sender has not finished leaving it."""

    code = "not_ready"


class TooLarge(Refused):
    """More bytes than this server takes."""

    code = "too_large"


class Later(Refused):
    """Too many requests, or a part of the server is away: the same may work later. Nothing was used up."""

    code = "later"

    @property
    def retry_after(self) -> float:
        after = self.details.get("retry_after")
        return float(after) if type(after) is int else 0.0


_BY_CODE: dict[str, type[Refused]] = {
    each.code: each
    for each in (Unknown, Gone, LeaseOver, Locked, WrongPassword, PasswordMissing, NotReady, TooLarge)
} | dict.fromkeys(("too_many", "busy", "database_away", "store_away", "part_busy", "retry_later"), Later)


def refusal(code: str, text: str, details: dict[str, Any]) -> Refused:
    """The error for a code of the API; codes of later servers are plain refusals."""
    return _BY_CODE.get(code, Refused)(text, code, details)
