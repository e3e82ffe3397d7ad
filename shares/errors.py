"""Every refusal, each with a stable code. `responses.py` alone knows their HTTP numbers."""

from datetime import datetime

from shares.values import State


class ShareError(Exception):
    """A refusal; nothing was lost by it."""

    code = "refused"
    text = "This was refused."

    def __init__(self, text: str | None = None) -> None:
        super().__init__(text or self.text)

    def details(self) -> dict[str, object]:
        """What else the answer says, beside code and text."""
        return {}


class ShareUnknown(ShareError):
    """No such share, or the caller does not hold its link; nobody can tell which."""

    code = "unknown"
    text = "There is nothing under this link."


class PageUnknown(ShareError):
    """No page has this address."""

    code = "no_page"
    text = "There is no page at this address."


class TokenMissing(ShareError):
    """The call needs a token in its Authorization header."""

    code = "token_missing"
    text = "This call needs its token in the header `Authorization: Bearer …`."


class ShareGone(ShareError):
    """The share has ended, or every opening it allowed is taken."""

    code = "gone"
    text = "This share is gone."

    def __init__(self, state: State, ended_at: datetime | None, opened_at: datetime | None) -> None:
        super().__init__()
        self.state, self.ended_at, self.opened_at = state, ended_at, opened_at

    def details(self) -> dict[str, object]:
        return {"state": self.state, "ended_at": self.ended_at, "opened_at": self.opened_at}


class ShareLocked(ShareError):
    """Five wrong passwords; only the sender can unlock it."""

    code = "locked"
    text = "Locked after five wrong passwords. Nothing is lost: the sender can unlock it."


class WrongPassword(ShareError):
    """The password does not fit; one attempt is spent."""

    code = "wrong_password"
    text = "That is not the password."

    def __init__(self, attempts_left: int) -> None:
        super().__init__()
        self.attempts_left = attempts_left

    def details(self) -> dict[str, object]:
        return {"attempts_left": self.attempts_left}


class PasswordMissing(ShareError):
    """The share is guarded and no password came; no attempt is spent."""

    code = "password_missing"
    text = "This share needs a password. No try was used up."


class NotReady(ShareError):
    """The sender has not finished leaving it."""

    code = "not_ready"
    text = "The sender is still leaving this. Nothing was used up."


class NotLocked(ShareError):
    """Only a locked share can be unlocked."""

    code = "not_locked"
    text = "This share is not locked."


class NoUnlocksLeft(ShareError):
    """Three unlocks are all a share has."""

    code = "no_unlocks_left"
    text = "This share was unlocked three times already; revoke it and leave it again."


class LeaseOver(ShareError):
    """The time to fetch after the claim has ended, or the share was revoked meanwhile."""

    code = "lease_over"
    text = "The time to fetch this is over."


class IdTaken(ShareError):
    """Another share has this id."""

    code = "id_taken"
    text = "This id is taken; nothing was changed."


class Malformed(ShareError):
    """The request cannot be read at all."""

    code = "malformed"


class InvalidInput(ShareError):
    """A field is missing, malformed or out of range; the text says which."""

    code = "invalid"


class LinkInvalid(InvalidInput):
    """What was pasted opens nothing here: `missing`, `cut`, `newer` than we are, or the `other` link."""

    def __init__(self, why: str, text: str) -> None:
        super().__init__(text)
        self.why = why


class BadPart(ShareError):
    """A part's number, length or digest is not what it must be."""

    code = "bad_part"


class PartBusy(ShareError):
    """Another request is writing this part right now."""

    code = "part_busy"
    text = "Another request is sending this part; try again in a minute."


class PartConflict(ShareError):
    """The part is there with other bytes, or the share takes no more parts."""

    code = "part_conflict"
    text = "This part cannot be written any more."


class Incomplete(ShareError):
    """Parts are still missing."""

    code = "incomplete"
    text = "Parts are missing."

    def __init__(self, missing: list[int]) -> None:
        super().__init__()
        self.missing = missing

    def details(self) -> dict[str, object]:
        return {"missing": self.missing}


class TooLarge(ShareError):
    """More bytes than this server takes."""

    code = "too_large"

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"More than the {max_bytes} bytes this server takes. Nothing was left.")
        self.max_bytes = max_bytes

    def details(self) -> dict[str, object]:
        return {"max_bytes": self.max_bytes}


class LengthMissing(ShareError):
    """The request must say its length beforehand."""

    code = "length_required"
    text = "This call needs a Content-Length."


class CrossSite(ShareError):
    """Another site's page sent this form."""

    code = "cross_site"
    text = "This form was sent by another site's page. Nothing was done."


class MethodWrong(ShareError):
    """The address is right, the method is not; the answer's `Allow` header has those that are."""

    code = "method_wrong"
    text = "This address does not take that method."


class NotAllowed(ShareError):
    """Known, but without the right to do this."""

    code = "not_allowed"
    text = "This is not yours to see or to do."


class Broken(ShareError):
    """A fault of ours that no one expected."""

    code = "broken"
    text = "It is our fault, and has been noted. What you typed is still there if you go back."


class RetryLater(ShareError):
    """Nothing was used up; the same request may succeed later."""

    code = "retry_later"

    def __init__(self, text: str | None = None, *, seconds: int = 5) -> None:
        super().__init__(text)
        self.seconds = seconds

    def details(self) -> dict[str, object]:
        return {"retry_after": self.seconds}


class TooMany(RetryLater):
    """Too many requests from one network."""

    code = "too_many"
    text = "Too many requests from your network just now."


class Busy(RetryLater):
    """No slot for a costly step was free in time."""

    code = "busy"
    text = "The server is busy. No try was used up."


class DatabaseAway(RetryLater):
    """Postgres does not answer."""

    code = "database_away"
    text = "The server cannot look just now. Nothing was lost and nothing was used up."


class StoreAway(RetryLater):
    """The blob storage does not answer."""

    code = "store_away"
    text = "The server cannot reach its storage just now. Nothing was lost and nothing was used up."


class StoreFull(ShareError):
    """The blob storage has no room."""

    code = "store_full"
    text = "The server is full. Nothing was left."


class BlobMissing(ShareError):
    """Storage holds no such blob: it was removed, or never finished."""

    code = "blob_missing"
    text = "The bytes of this share are not there."
