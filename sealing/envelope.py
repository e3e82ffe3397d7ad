"""What the sender says about the contents: kinds, names, sizes; sealed beside the blob, never inside it.

Source: docs/envelope.md, "Metadata".
"""

import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

from sealing.errors import EnvelopeDamaged, MetadataInvalid
from sealing.keys import FILE_KEY_BYTES, SALT_BYTES, check_length, derive, open_once, seal_once
from sealing.stream import TAG_BYTES

VERSION = 1
MAX_METADATA_BYTES = 65536
MAX_FILES = 1000
MAX_PLAIN_BYTES = 2**53 - 1
TEXT_STEP_BYTES = 1024

_PAD_BYTES = 256
_MAX_DEPTH = 32
_MAX_SIZE_DIGITS = 16
_LABEL = b"ots1/meta"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class FileEntry:
    """One file: its name (a relative path; nothing for text), media type and size in bytes.

    Name and type are the sender's words: show a name through `safe_name`, never act on a type.
    """

    name: str = field(repr=False)
    type: str = field(repr=False)
    size: int


@dataclass(frozen=True)
class Metadata:
    """The contents of a share, in the order of their bytes; *by* tells who sealed them."""

    kind: Literal["text", "files"]
    files: tuple[FileEntry, ...]
    by: Literal["client", "server"]
    note: str | None = field(default=None, repr=False)

    @property
    def plain_size(self) -> int:
        """Bytes of all files together, without padding."""
        return sum(entry.size for entry in self.files)


def seal_metadata(metadata: Metadata, file_key: bytes, salt: bytes | None = None) -> bytes:
    """The sealed metadata: 288 bytes for most, never more than 65 568. salt: only vectors pass one.

    Raises MetadataInvalid for what `open_metadata` would refuse, KeyLengthError.
    """
    check_length("file key", file_key, FILE_KEY_BYTES)
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    check_length("salt", salt, SALT_BYTES)
    padded = _padded(metadata)
    if _parse(padded) != metadata:
        raise MetadataInvalid("the metadata would not come back as it is")
    return salt + seal_once(derive(file_key, salt, _LABEL), padded)


def open_metadata(sealed: bytes, file_key: bytes) -> Metadata:
    """Raises EnvelopeDamaged, MetadataInvalid, KeyLengthError."""
    check_length("file key", file_key, FILE_KEY_BYTES)
    if len(sealed) < SALT_BYTES + TAG_BYTES:
        raise EnvelopeDamaged("the sealed metadata is too short")
    salt = sealed[:SALT_BYTES]
    return _parse(open_once(derive(file_key, salt, _LABEL), sealed[SALT_BYTES:]))


def _padded(metadata: Metadata) -> bytes:
    is_text = metadata.kind == "text"
    files = [
        ({} if is_text and entry.name == "" else {"name": entry.name})
        | {"type": entry.type, "size": entry.size}
        for entry in metadata.files
    ]
    says: dict[str, Any] = {"v": VERSION, "kind": metadata.kind, "files": files, "by": metadata.by}
    if metadata.note is not None:
        says["note"] = metadata.note
    try:
        data = json.dumps(says, ensure_ascii=False, separators=(",", ":")).encode()
    except (UnicodeEncodeError, TypeError, ValueError):
        # Not chained, here and below: these errors carry the text they stumbled over.
        raise MetadataInvalid("the metadata is not text and whole numbers") from None
    return data + bytes(-len(data) % _PAD_BYTES)


def _parse(padded: bytes) -> Metadata:
    """Metadata from padded JSON, with every refusal. Raises MetadataInvalid."""
    if len(padded) % _PAD_BYTES or not 0 < len(padded) <= MAX_METADATA_BYTES:
        raise MetadataInvalid("the metadata has an impossible size")
    data = padded.rstrip(b"\0")
    if data[:1] != b"{" or data[-1:] != b"}":
        raise MetadataInvalid("the metadata is not one object and zero bytes")
    try:
        says = json.loads(
            data.decode(), object_pairs_hook=_object, parse_int=_integer, parse_constant=_refuse_constant
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise MetadataInvalid("the metadata is not JSON") from None
    _check_values(says)
    return _metadata(says)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    says = dict(pairs)
    if len(says) != len(pairs):
        raise MetadataInvalid("a key appears twice")
    return says


def _integer(digits: str) -> int | float:
    """An int if it can be a size; anything else becomes a float, which no field accepts."""
    return int(digits) if len(digits) <= _MAX_SIZE_DIGITS and digits != "-0" else float("nan")


def _refuse_constant(name: str) -> NoReturn:
    raise MetadataInvalid(f"{name} is not JSON")


def _check_values(value: Any, depth: int = 1) -> None:
    """Refuse lone surrogates and deep nesting anywhere, also in keys that nobody reads."""
    if depth > _MAX_DEPTH:
        raise MetadataInvalid(f"the metadata is nested deeper than {_MAX_DEPTH} levels")
    if isinstance(value, dict):
        for key, inner in value.items():
            _check_values(key, depth)
            _check_values(inner, depth + isinstance(inner, dict | list))
    elif isinstance(value, list):
        for inner in value:
            _check_values(inner, depth + isinstance(inner, dict | list))
    elif isinstance(value, str) and _LONE_SURROGATE.search(value):
        raise MetadataInvalid("the metadata holds half a character")


def _metadata(says: dict[str, Any]) -> Metadata:
    if type(says.get("v")) is not int or says["v"] != VERSION:
        raise MetadataInvalid("the metadata is of another version")
    kind, by, note = says.get("kind"), says.get("by"), says.get("note", "")
    if kind not in ("text", "files") or by not in ("client", "server"):
        raise MetadataInvalid("the metadata does not say what it is, or who sealed it")
    entries = says.get("files")
    if not isinstance(entries, list) or not 1 <= len(entries) <= (1 if kind == "text" else MAX_FILES):
        raise MetadataInvalid("the metadata lists no files, or too many")
    metadata = Metadata(
        kind=kind,
        files=tuple(_entry(entry, kind) for entry in entries),
        by=by,
        note=_text(note) if "note" in says else None,
    )
    if metadata.plain_size > MAX_PLAIN_BYTES:
        raise MetadataInvalid("the sizes are too large")
    return metadata


def _entry(entry: Any, kind: str) -> FileEntry:
    if not isinstance(entry, dict) or ("name" in entry) is (kind == "text"):
        raise MetadataInvalid("an entry without a name, or a text with one")
    size = entry.get("size")
    if type(size) is not int or not 0 <= size <= MAX_PLAIN_BYTES:
        raise MetadataInvalid("a size is not a whole number of bytes")
    return FileEntry(name=_text(entry.get("name", "")), type=_text(entry.get("type")), size=size)


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise MetadataInvalid("a name, type or note is not text")
    return value


def padme(size: int) -> int:
    """The size to pad files to, to hide the exact one: at most 12 % more.

    Source: Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", 2019).
    """
    if size < 2:
        return size
    exponent = size.bit_length() - 1
    mask = (1 << exponent - exponent.bit_length()) - 1
    return (size + mask) & ~mask


def text_padding(size: int) -> int:
    """The size to pad a text to: the next multiple of 1024, at least 1024."""
    return max(1, -(-size // TEXT_STEP_BYTES)) * TEXT_STEP_BYTES
