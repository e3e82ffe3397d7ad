"""What the plain forms take. Fields: file (repeated), text, expires, opens, password; link, action, lease."""

from dataclasses import dataclass, field

from django.conf import settings
from django.http import QueryDict

from sealing import links
from sealing.encoding import unb64
from sealing.envelope import FileEntry, Metadata, text_padding
from sealing.errors import EncodingInvalid, LinkTooNew, SealingError
from sealing.links import Link
from shares.errors import InvalidInput, LinkInvalid, TooLarge
from shares.services.seal import Left, Sealing
from shares.terms import read_terms
from shares.values import Terms

MAX_NOTE_CHARACTERS = 2000
# A pasted link and a password: the whole body of a form without files.
SMALL_FORM_BYTES = 16 * 1024
MAX_PASSWORD_CHARACTERS = 1024


@dataclass(frozen=True)
class SendForm:
    """Terms, password and text of a form or of a raw PUT."""

    terms: Terms
    password: str = field(default="", repr=False)
    text: str = field(default="", repr=False)

    @classmethod
    def of(cls, fields: QueryDict) -> "SendForm":
        """Raises InvalidInput, TooLarge."""
        return cls(
            read_terms(fields.get("expires", "").strip(), fields.get("opens", "").strip()),
            password_in(fields),
            # Browsers send a text's line ends as CRLF; a key or an .env must come out as it was typed.
            _well_formed(fields.get("text", "").replace("\r\n", "\n"), "text"),
        )

    def finish(self, sealed: Sealing, entries: list[FileEntry], origin: str) -> Left:
        """Seal the text, or let it go with the files as their note; then make the share ready."""
        if entries:
            if len(self.text) > MAX_NOTE_CHARACTERS:
                raise InvalidInput(f"A note beside files has at most {MAX_NOTE_CHARACTERS} characters.")
            metadata = Metadata("files", tuple(entries), "server", self.text or None)
        else:
            metadata = self._seal_text(sealed)
        try:
            return sealed.finish(metadata, self.terms, self.password, origin)
        except SealingError as error:
            raise InvalidInput("The names of these files are too long together.") from error

    def _seal_text(self, sealed: Sealing) -> Metadata:
        data = self.text.encode()
        if not data:
            raise InvalidInput("Nothing to seal yet. Type some text or add files.")
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


def link_in(fields: QueryDict, kind: links.Kind) -> Link:
    """The whole link from its field. Raises LinkInvalid, in words for the one who pasted it."""
    text = fields.get("link", "").strip()
    if not text:
        raise LinkInvalid("missing", "Paste the whole link, with the part after the #.")
    try:
        link = links.parse(text)
    except LinkTooNew:
        raise LinkInvalid(
            "newer", "This server is older than the link, and needs an update. Nothing has been opened."
        ) from None
    except SealingError:
        raise LinkInvalid(
            "cut",
            "That is not a whole link. The part after the # is missing or cut; some mail programs do that. "
            "Nothing has been opened.",
        ) from None
    if link.kind != kind:
        wanted = "the one to open, with /s/ in it" if kind == "share" else "the stub's, with /m/ in it"
        raise LinkInvalid(
            "other", f"There are two links to a share. Paste {wanted}. Nothing has been opened."
        )
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
        raise InvalidInput("This form is damaged. Paste the link again.") from None


def _well_formed(text: str, name: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidInput(f"{name}: not well-formed text.") from None
    return text
