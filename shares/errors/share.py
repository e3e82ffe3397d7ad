"""What becomes of a share: unknown, gone, locked, not ready, somebody else's id."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from shares.errors.base import ShareError
from shares.values import State


class ShareUnknown(ShareError):
    """No such share, or the caller does not hold its link; nobody can tell which."""

    code = "unknown"
    text = "There is nothing under this link."


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
    text = _("Locked after five wrong passwords. Nothing is lost: the sender can unlock it.")


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
    text = _("This share needs a password. No try was used up.")


class NotReady(ShareError):
    """The sender has not finished leaving it."""

    code = "not_ready"
    text = _("The sender is still leaving this. Nothing was used up.")


class NotLocked(ShareError):
    """Only a locked share can be unlocked."""

    code = "not_locked"
    text = _("This share is not locked.")


class NoUnlocksLeft(ShareError):
    """Three unlocks are all a share has."""

    code = "no_unlocks_left"
    text = _("This share was unlocked three times already; revoke it and leave it again.")


class LeaseOver(ShareError):
    """The time to fetch after the claim has ended, or the share was revoked meanwhile."""

    code = "lease_over"
    text = _("The time to fetch this is over.")


class NotDirect(ShareError):
    """These bytes do not go past the server: it carries them itself."""

    code = "not_direct"
    text = "This server carries these bytes itself: use the ordinary call."


class NoOwner(ShareError):
    """It was left by nobody who signed in, so there is nobody to tell."""

    code = "no_owner"
    text = "This share has no owner: nobody can be told of it."


class IdTaken(ShareError):
    """Another share has this id."""

    code = "id_taken"
    text = "This id is taken; nothing was changed."


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
