"""A share before it is sent: what only its sender knows, sealed terms, and sealed bytes in parts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from secrets import token_bytes
from typing import Any

from ots.errors import TermsWrong
from ots.values import Begun
from sealing import keys
from sealing.encoding import b64, encode
from sealing.envelope import FileEntry, Metadata, padme, seal_metadata, text_padding
from sealing.errors import MetadataInvalid, PasswordInvalid
from sealing.links import Link
from sealing.stream import NONCE_BYTES, Buffer, Sealer, sealed_size

_ZEROS = bytes(256 * 1024)


@dataclass(frozen=True)
class Secrets:
    """Five random values, new for each share."""

    share_id: bytes = field(default_factory=keys.new_id)
    link: bytes = field(default_factory=keys.new_secret, repr=False)
    manage: bytes = field(default_factory=keys.new_secret, repr=False)
    file_key: bytes = field(default_factory=keys.new_file_key, repr=False)
    nonce: bytes = field(default_factory=partial(token_bytes, NONCE_BYTES), repr=False)

    @property
    def id(self) -> str:
        return encode(self.share_id)

    @property
    def manage_token(self) -> bytes:
        return keys.manage_token(self.manage, self.share_id)

    def links(self, origin: str) -> Begun:
        share = Link(origin, "share", self.share_id, self.link)
        return Begun(share.url, Link(origin, "manage", self.share_id, self.manage).url)


@dataclass(frozen=True)
class Terms:
    """What the sender asks for. note: shown beside files; password: None for none."""

    expires_seconds: int = 24 * 3600
    opens: int = 1
    password: str | None = field(default=None, repr=False)
    note: str | None = field(default=None, repr=False)
    hides_size: bool = False


def deposit(secrets: Secrets, terms: Terms, metadata: Metadata, blob_size: int) -> dict[str, Any]:
    """The body of the create call, all but the blob. Takes 150 ms with a password. Raises TermsWrong."""
    try:
        guard = (
            None
            if terms.password is None
            else keys.password_keys(terms.password, secrets.link, secrets.share_id)
        )
        meta = seal_metadata(metadata, secrets.file_key)
    except (PasswordInvalid, MetadataInvalid) as error:
        raise TermsWrong(_why(error, metadata)) from None
    body = {
        "id": secrets.id,
        "kdf": keys.KDF_ARGON2ID if guard else keys.KDF_NONE,
        "size": blob_size,
        "link_verifier": b64(keys.verifier(keys.link_token(secrets.link, secrets.share_id))),
        "manage_verifier": b64(keys.verifier(secrets.manage_token)),
        "wrapped_key": b64(
            keys.wrap(secrets.file_key, secrets.link, secrets.share_id, guard.key if guard else b"")
        ),
        "meta": b64(meta),
        "expires_in": terms.expires_seconds,
        "max_claims": terms.opens,
    }
    return body | ({"password_verifier": b64(keys.verifier(guard.token))} if guard else {})


def _why(error: Exception, metadata: Metadata) -> str:
    if isinstance(error, PasswordInvalid):
        return "A password is 1 to 1024 bytes of text."
    if len(metadata.files) > 1:
        return "The names and the note are too long for one share. Pack the files into one first."
    return "The name or the note cannot be sealed: it is too long, or no text."


def metadata(kind: str, entries: Iterable[FileEntry], terms: Terms) -> Metadata:
    is_text = kind == "text"
    return Metadata("text" if is_text else "files", tuple(entries), "client", None if is_text else terms.note)


def unpadded(size: int) -> int:
    return size


PADDINGS: dict[str, Callable[[int], int]] = {"none": unpadded, "text": text_padding, "padme": padme}


def sealed(plain: Iterable[Buffer], padding: str, secrets: Secrets) -> Iterator[bytes]:
    """The blob in pieces: *plain*, and the zeros that *padding* asks for.

    Called twice for one share, it must be given the same bytes.
    """
    sealer = Sealer(secrets.file_key, secrets.nonce)
    done = 0
    for piece in plain:
        done += len(piece)
        yield sealer.feed(piece)
    missing = PADDINGS[padding](done) - done
    while missing:
        zeros = memoryview(_ZEROS)[:missing]
        missing -= len(zeros)
        yield sealer.feed(zeros)
    yield sealer.finish()


def blob_bytes(plain_bytes: int, padding: str) -> int:
    return sealed_size(PADDINGS[padding](plain_bytes))
