"""What was asked wrongly: bodies, lengths, links, fields, places."""

from django.utils.translation import gettext_lazy as _

from shares.errors.base import ShareError


class PageUnknown(ShareError):
    """No page has this address."""

    code = "no_page"
    text = _("There is no page at this address.")


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


class RangeOutside(InvalidInput):
    """The `Range` lies outside the blob; `Content-Range` has its size."""

    text = "The Range lies outside the blob."

    def __init__(self, size_bytes: int) -> None:
        super().__init__()
        self.size_bytes = size_bytes


class BadPart(ShareError):
    """A part's number, length or digest is not what it must be."""

    code = "bad_part"


class TooSlow(ShareError):
    """A plain body came slower than one of our threads can wait for."""

    code = "too_slow"
    text = _("The line was too slow, so this was ended before it had all arrived. Nothing was done.")


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
    text = _("This call needs a Content-Length.")


class CrossSite(ShareError):
    """Another site's page sent this."""

    code = "cross_site"
    text = _("This form was sent by another site's page. Nothing was done.")


class MethodWrong(ShareError):
    """The address is right, the method is not; the answer's `Allow` header has those that are."""

    code = "method_wrong"
    text = _("This address does not take that method.")
