"""What the plain forms take. Fields: file (repeated), text, expires, opens, password; link, action, lease."""

from dataclasses import dataclass, field

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from sealing import keys, links
from sealing.encoding import encode, unb64
from sealing.envelope import FileEntry, Metadata, text_padding
from sealing.errors import EncodingInvalid, LinkTooNew, SealingError
from sealing.links import Link
from shares.errors import InvalidInput, LinkInvalid, TooLarge
from shares.services.report import MAX_CONTACT_CHARACTERS, MAX_TEXT_CHARACTERS
from shares.services.seal import Left, Sealing
from shares.terms import read_terms
from shares.values import Limits, Reason, Terms

MAX_NOTE_CHARACTERS = 2000
# A report's text, four bytes a character and each byte written as three.
REPORT_FORM_BYTES = 32 * 1024
# A pasted link and a password: the whole body of a form without files.
SMALL_FORM_BYTES = 16 * 1024


@dataclass(frozen=True)
class SendForm:
    """Terms, password and text of a form or of a raw PUT."""

    terms: Terms
    password: str = field(default="", repr=False)
    text: str = field(default="", repr=False)

    @classmethod
    def of(cls, fields: QueryDict, limits: Limits) -> "SendForm":
        """Raises InvalidInput, TooLarge."""
        return cls(
            read_terms(fields.get("expires", "").strip(), fields.get("opens", "").strip(), limits),
            password_in(fields),
            # Browsers send a text's line ends as CRLF; a key or an .env must come out as it was typed.
            _well_formed(fields.get("text", "").replace("\r\n", "\n"), "text"),
        )

    def finish(self, sealed: Sealing, entries: list[FileEntry], origin: str) -> Left:
        """Seal the text, or let it go with the files as their note; then make the share ready."""
        if entries:
            if len(self.text) > MAX_NOTE_CHARACTERS:
                message = _("A note beside files has at most {n} characters.")
                raise InvalidInput(message.format(n=MAX_NOTE_CHARACTERS))
            metadata = Metadata("files", tuple(entries), "server", self.text or None)
        else:
            metadata = self._seal_text(sealed)
        try:
            return sealed.finish(metadata, self.terms, self.password, origin)
        except SealingError as error:
            raise InvalidInput(_("The names of these files are too long together.")) from error

    def _seal_text(self, sealed: Sealing) -> Metadata:
        data = self.text.encode()
        if not data:
            raise InvalidInput(_("Nothing to seal yet. Type some text or add files."))
        if len(data) > settings.MAX_TEXT_BYTES:
            raise TooLarge(settings.MAX_TEXT_BYTES)
        sealed.write(data + bytes(text_padding(len(data)) - len(data)))
        return Metadata("text", (FileEntry("", "text/plain", len(data)),), "server")


@dataclass(frozen=True)
class OpenForm:
    """A pasted link, a password if there is one, and what to do with it."""

    link: Link
    password: str = field(default="", repr=False)
    action: str = ""
    lease_secret: bytes | None = field(default=None, repr=False)

    @classmethod
    def of(cls, fields: QueryDict, kind: links.Kind) -> "OpenForm":
        """Raises InvalidInput."""
        return cls(link_in(fields, kind), password_in(fields), fields.get("action", ""), _lease_in(fields))


@dataclass(frozen=True)
class ReportForm:
    """What is wrong, from somebody who proves the link: by the whole of it, or by its token alone."""

    share_id: str
    link_token: bytes = field(repr=False)
    reason: Reason
    text: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)

    @classmethod
    def of(cls, fields: QueryDict, share_id: str) -> "ReportForm":
        """*share_id* is the page's; a pasted link names its own. Raises InvalidInput."""
        token = _token_in(fields)
        if token is None:
            link = link_in(fields, "share")
            share_id, token = encode(link.share_id), keys.link_token(link.secret, link.share_id)
        return cls(share_id, token, _reason_in(fields), _text_in(fields, "text"), _text_in(fields, "contact"))


def _token_in(fields: QueryDict) -> bytes | None:
    try:
        return unb64(fields.get("token", ""), 32)
    except EncodingInvalid:
        return None  # then the link must be there


def _reason_in(fields: QueryDict) -> Reason:
    try:
        return Reason(fields.get("reason", ""))
    except ValueError:
        raise InvalidInput(_("Say what is wrong with it: choose one of the reasons.")) from None


def _text_in(fields: QueryDict, name: str) -> str:
    most = MAX_TEXT_CHARACTERS if name == "text" else MAX_CONTACT_CHARACTERS
    text = _well_formed(fields.get(name, "").replace("\r\n", "\n"), name)
    if len(text) > most:
        raise InvalidInput(_("At most {n} characters.").format(n=most))
    return text


def link_in(fields: QueryDict, kind: links.Kind) -> Link:
    """The whole link from its field. Raises LinkInvalid, in words for the one who pasted it."""
    text = fields.get("link", "").strip()
    if not text:
        raise LinkInvalid("missing", _("Paste the whole link, with the part after the #."))
    try:
        link = links.parse(text)
    except LinkTooNew:
        raise LinkInvalid(
            "newer", _("This server is older than the link, and needs an update. Nothing has been opened.")
        ) from None
    except SealingError:
        raise LinkInvalid(
            "cut",
            _(
                "That is not a whole link. The part after the # is missing or cut; some mail programs do "
                "that. Nothing has been opened."
            ),
        ) from None
    if link.kind != kind:
        ours = _(
            "There are two links to a share. Paste the one to open, with /s/ in it. Nothing has been opened."
        )
        stubs = _(
            "There are two links to a share. Paste the stub's, with /m/ in it. Nothing has been opened."
        )
        raise LinkInvalid("other", ours if kind == "share" else stubs)
    return link


def password_in(fields: QueryDict) -> str:
    """The password, exactly as typed, without the line end that a file or terminal puts behind it."""
    return _well_formed(fields.get("password", "").removesuffix("\n").removesuffix("\r"), "password")


def _lease_in(fields: QueryDict) -> bytes | None:
    text = fields.get("lease", "")
    if not text:
        return None
    try:
        return unb64(text, 32)
    except EncodingInvalid:
        raise InvalidInput(_("This form is damaged. Paste the link again.")) from None


def _well_formed(text: str, name: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidInput(_("{name}: not well-formed text.").format(name=name)) from None
    return text
