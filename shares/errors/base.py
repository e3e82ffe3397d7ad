"""What every refusal has, and those that pass by waiting."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class ShareError(Exception):
    """A refusal; nothing was lost by it."""

    code = "refused"
    text: "str | StrPromise" = _("This was refused.")

    def __init__(self, text: str | None = None) -> None:
        super().__init__(text or self.text)

    def details(self) -> dict[str, object]:
        """What else the answer says, beside code and text."""
        return {}


class RetryLater(ShareError):
    """Nothing was used up; the same request may succeed later."""

    code = "retry_later"

    def __init__(self, text: str | None = None, *, seconds: int = 5) -> None:
        super().__init__(text)
        self.seconds = seconds

    def details(self) -> dict[str, object]:
        return {"retry_after": self.seconds}
