"""Who asks, and what they may."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from shares.errors.base import RetryLater, ShareError


class TokenMissing(ShareError):
    """The call needs a token in its Authorization header."""

    code = "token_missing"
    text = "This call needs its token in the header Authorization: Bearer …"


class TokenInvalid(ShareError):
    """The token is unknown, expired or revoked, or its owner may no longer sign in."""

    code = "token_invalid"
    text = "This token is not known here: it may have expired, or was revoked."


class ScopeMissing(ShareError):
    """The token is good, but not for this."""

    code = "scope_missing"
    text = "This token may not be used for that."


class NotAllowed(ShareError):
    """Known, but without the right to do this."""

    code = "not_allowed"
    text = _("This is not yours to see or to do.")


class SignInNeeded(ShareError):
    """Strangers may leave nothing here, or not from this network."""

    code = "sign_in_needed"
    text = _("Only signed-in people can leave things here.")


class NoRoom(ShareError):
    """The sender's shares that still wait fill all the room the site gives them."""

    code = "no_room"
    text = _("The room for what waits to be opened is full. Nothing new was left.")


class DayUsedUp(RetryLater):
    """As many shares as the site lets this sender leave in a day (UTC) are left."""

    code = "day_used_up"
    text = _("No more shares can be left from here today.")


class Banned(ShareError):
    """Whoever runs this server lets nobody of this network, or of this account, leave anything."""

    code = "banned"
    text = _("The people who run this server take nothing from here for now.")

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until

    def details(self) -> dict[str, object]:
        return {"until": self.until}


class TooMany(RetryLater):
    """Too many requests from one network."""

    code = "too_many"
    text = "Too many requests from your network just now."
