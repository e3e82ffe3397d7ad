"""What the server cannot do just now."""

from django.utils.translation import gettext_lazy as _

from shares.errors.base import RetryLater, ShareError


class Broken(ShareError):
    """A fault of ours that no one expected."""

    code = "broken"
    text = _("It is our fault, and has been noted. What you typed is still there if you go back.")


class Busy(RetryLater):
    """No slot for a costly step was free in time."""

    code = "busy"
    text = _("The server is busy. No try was used up.")


class DatabaseAway(RetryLater):
    """Postgres does not answer."""

    code = "database_away"
    text = _("The server cannot look just now. Nothing was lost and nothing was used up.")


class StoreAway(RetryLater):
    """The blob storage does not answer."""

    code = "store_away"
    text = _("The server cannot reach its storage just now. Nothing was lost and nothing was used up.")


class StoreFull(ShareError):
    """The blob storage has no room."""

    code = "store_full"
    text = _("The server is full. Nothing was left.")


class BlobMissing(ShareError):
    """Storage holds no such blob: it was removed, or never finished."""

    code = "blob_missing"
    text = _("The bytes of this share are not there.")
