"""A sender's and a receiver's whole work, by the Python twin."""

import hashlib
from typing import Any

from sealing import links
from sealing.encoding import b64, unb64
from sealing.envelope import FileEntry, Metadata, open_metadata, padme, seal_metadata, text_padding
from sealing.keys import (
    KDF_ARGON2ID,
    KDF_NONE,
    new_file_key,
    new_id,
    new_secret,
    password_keys,
    unwrap,
    wrap,
)
from sealing.split import PlainSplit
from sealing.stream import Opener, Sealer

Json = dict[str, Any]

_PERIOD = bytes(7 * i % 256 for i in range(256))


def pattern(length: int) -> bytes:
    return (_PERIOD * (length // 256 + 1))[:length]


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def in_pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def a_text(size: int) -> tuple[Metadata, int]:
    """Its metadata, and the size it is padded to."""
    return Metadata("text", (FileEntry("", "text/plain", size),), "client"), text_padding(size)


def some_files(*sizes: int, pads: bool = False) -> tuple[Metadata, int]:
    names = [f"ordner/größe {size} 🔑 {at}.bin" for at, size in enumerate(sizes)]
    entries = tuple(FileEntry(name, "a/b", size) for name, size in zip(names, sizes, strict=True))
    metadata = Metadata("files", entries, "client", note='Zwei "Zeilen"\n\t\u2028\x7f')
    return metadata, padme(sum(sizes)) if pads else sum(sizes)


def as_json(metadata: Metadata) -> Json:
    files = [{"name": entry.name, "type": entry.type, "size": entry.size} for entry in metadata.files]
    return {"kind": metadata.kind, "files": files, "by": metadata.by, "note": metadata.note}


def make(metadata: Metadata, padded: int, password: str | None = None, piece: int = 65536) -> Json:
    """What goes to the server, and the link; the files hold the pattern."""
    share_id, secret, file_key = new_id(), new_secret(), new_file_key()
    key = b"" if password is None else password_keys(password, secret, share_id).key
    sealer = Sealer(file_key)
    plain = pattern(metadata.plain_size).ljust(padded, b"\0")
    blob = b"".join(sealer.feed(data) for data in in_pieces(plain, piece)) + sealer.finish()
    return {
        "link": links.Link("https://h", "share", share_id, secret).url,
        "kdf": KDF_ARGON2ID if key else KDF_NONE,
        "password": password,
        "wrapped_key": b64(wrap(file_key, secret, share_id, key)),
        "meta": b64(seal_metadata(metadata, file_key)),
        "blob": b64(blob),
    }


def take(fields: Json) -> tuple[Metadata, bytes]:
    """The metadata and the files' bytes."""
    link = links.parse(fields["link"])
    key = b""
    if fields["password"] is not None:
        key = password_keys(fields["password"], link.secret, link.share_id).key
    file_key = unwrap(unb64(fields["wrapped_key"]), link.secret, link.share_id, fields["kdf"], key)
    metadata = open_metadata(unb64(fields["meta"]), file_key)
    sizes = [entry.size for entry in metadata.files]
    split, opener = PlainSplit(sizes), Opener(file_key)
    plain = [*map(opener.feed, in_pieces(unb64(fields["blob"]), 20_000)), opener.finish()]
    files = [piece for data in plain for _, piece in split.feed(data)]
    split.finish()
    return metadata, b"".join(files)
