"""A share link or manage link, and its parts: where, which, and the secret after the `#`.

Source: docs/envelope.md, "Links".
"""

import re
from dataclasses import dataclass, field
from typing import Literal

from sealing.encoding import decode, encode
from sealing.errors import EncodingInvalid, LinkInvalid, LinkTooNew
from sealing.keys import ID_BYTES, SECRET_BYTES

__all__ = ["VERSION", "Kind", "Link", "decode", "encode", "parse"]

VERSION = "1"

Kind = Literal["share", "manage"]

_LETTERS: dict[Kind, str] = {"share": "s", "manage": "m"}
_KINDS: dict[str, Kind] = {letter: kind for kind, letter in _LETTERS.items()}

_MAX_LENGTH = 2048
_BLANKS = " \t\n\r\v\f"
_LINK = re.compile(
    r"(?P<site>[Hh][Tt][Tt][Pp][Ss]?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?)"
    r"(?P<prefix>(?:/[A-Za-z0-9._~%!$&'()*+,;=:@-]+)*)"
    r"/(?P<letter>[sm])/(?P<id>[A-Za-z2-7]{16})"
    r"#(?P<version>[1-9])(?P<secret>[A-Za-z0-9]*)"
)


@dataclass(frozen=True)
class Link:
    """origin: scheme, host, port and, for a site below a path, that path; without a final slash."""

    origin: str
    kind: Kind
    share_id: bytes
    secret: bytes = field(repr=False)

    @property
    def url(self) -> str:
        """The whole link. Whoever reads it can open the share: it belongs in no log."""
        path = f"{_LETTERS[self.kind]}/{encode(self.share_id)}"
        return f"{self.origin}/{path}#{VERSION}{encode(self.secret)}"


def parse(text: str) -> Link:
    """The parts of a link that a person pasted: blanks around it and upper-case base32 are fine.

    Raises LinkInvalid, and LinkTooNew for a version this code does not know.
    """
    text = text.strip(_BLANKS)
    found = _LINK.fullmatch(text) if len(text) <= _MAX_LENGTH else None
    if found is None or {".", ".."} & set(found["prefix"].split("/")):
        raise LinkInvalid("not a whole link")
    if found["version"] != VERSION:
        raise LinkTooNew("the link needs a newer version")
    try:
        share_id, secret = decode(found["id"], ID_BYTES), decode(found["secret"], SECRET_BYTES)
    except EncodingInvalid:
        raise LinkInvalid("not a whole link") from None
    return Link(found["site"].lower() + found["prefix"], _KINDS[found["letter"]], share_id, secret)
