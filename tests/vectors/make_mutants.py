"""mutants.json: five envelopes, and some 300 ways to break one field of one of them."""

import hashlib
import io
import json
from collections.abc import Iterator
from typing import Any

from make_golden import PASSWORD

from sealing.envelope import FileEntry, Metadata, padme, seal_metadata
from sealing.keys import password_keys, wrap
from sealing.links import Link
from sealing.stream import NONCE_BYTES, SEALED_CHUNK_BYTES, plain_size, seal

Json = dict[str, Any]


def pattern(length: int, start: int = 0) -> bytes:
    """byte[i] = 7i mod 256: no two neighbouring chunks of it look alike once sealed."""
    return bytes(7 * i % 256 for i in range(start, start + length))


def mutants() -> Json:
    bases = {base["name"]: base for base in map(_base, BASES)}
    distinct = {json.dumps(mutant): mutant for mutant in _mutants(bases)}
    return {"bases": list(bases.values()), "mutants": list(distinct.values())}


BASES: list[Json] = [
    {"name": "text", "kind": "text", "sizes": [11], "padded": 1024, "password": None},
    {"name": "password", "kind": "text", "sizes": [40], "padded": 1024, "password": PASSWORD},
    {"name": "files", "kind": "files", "sizes": [70000, 0, 66000], "padded": padme(136000), "password": None},
    {"name": "exact", "kind": "files", "sizes": [131072], "padded": 131072, "password": None},
    {"name": "empty", "kind": "files", "sizes": [0], "padded": 0, "password": None},
]


def _base(terms: Json) -> Json:
    """An envelope. Its blob is a recipe: the pattern, cut by the sizes, then zeros up to `padded`."""
    number = BASES.index(terms)
    share_id, secret, file_key, nonce, wrap_salt, meta_salt = (
        _bytes(f"{what} {number}", length)
        for what, length in (("id", 10), ("L", 16), ("FK", 16), ("PN", 16), ("WS", 16), ("MS", 16))
    )
    password_key = password_keys(terms["password"], secret, share_id).key if terms["password"] else b""
    names = [""] if terms["kind"] == "text" else [f"folder/{i}.bin" for i in range(len(terms["sizes"]))]
    entries = tuple(
        FileEntry(name, "text/plain", size) for name, size in zip(names, terms["sizes"], strict=True)
    )
    metadata = Metadata(terms["kind"], entries, "client")
    total = sum(terms["sizes"])
    blob = b"".join(seal(io.BytesIO(pattern(total) + bytes(terms["padded"] - total)), file_key, nonce))
    return terms | {
        "link": Link("https://h", "share", share_id, secret).url,
        "kdf": 1 if password_key else 0,
        "wrapped_key": wrap(file_key, secret, share_id, password_key, wrap_salt).hex(),
        "meta": seal_metadata(metadata, file_key, meta_salt).hex(),
        "payload_nonce": nonce.hex(),
        "blob_bytes": len(blob),
        "blob_sha256": hashlib.sha256(blob).hexdigest(),
    }


def _mutants(bases: dict[str, Json]) -> Iterator[Json]:
    """Each names a base, a field, one operation, its argument. The first few change nothing that counts."""

    def mutant(base: str, field: str, op: str, value: Any, expect: str = "refuse") -> Json:
        return {"base": base, "field": field, "op": op, "value": value, "expect": expect}

    for name, base in bases.items():
        yield mutant(name, "blob", "cut", base["blob_bytes"], "open")
        yield mutant(name, "link", "replace", " " + base["link"].replace("https", "HTTPS") + "\n", "open")
    yield mutant("password", "password", "replace", "caf\u00e9 \U0001f511", "open")

    for name in (
        "cafe \U0001f511",
        "Cafe\u0301 \U0001f511",
        "cafe\u0301 \U0001f511 ",
        "",
        "\ud800",
        "a" * 1025,
        None,
    ):
        yield mutant("password", "password", "replace", name)
    yield mutant("password", "link", "replace", _other_letter(bases["password"]["link"], -1 - 8))
    yield mutant("password", "kdf", "replace", 0)
    for name in ("text", "files", "exact", "empty"):
        yield mutant(name, "kdf", "replace", 1)
        yield mutant(name, "kdf", "replace", 2)
        yield mutant(name, "kdf", "replace", 255)
        for at in (-2, -13, -26):
            yield mutant(name, "link", "replace", _other_letter(bases[name]["link"], at))
        for at in (12, 20, 27):
            yield mutant(name, "link", "replace", _other_letter(bases[name]["link"], at))
        yield mutant(name, "link", "replace", bases[name]["link"].replace("#1", "#2"))
        yield mutant(name, "link", "replace", bases[name]["link"][:-1])
        other = "text" if name != "text" else "files"
        yield mutant(name, "wrapped_key", "replace", bases[other]["wrapped_key"])
        yield mutant(name, "meta", "replace", bases[other]["meta"])
    for name, base in bases.items():
        for field in ("wrapped_key", "meta"):
            size = len(base[field]) // 2
            for turn in range(9):
                yield mutant(name, field, "flip", _number(f"{name} {field} {turn}", size * 8))
            for length in (0, 1, 16, size - 1):
                yield mutant(name, field, "cut", length)
            yield mutant(name, field, "append", "00")
        size = base["blob_bytes"]
        for turn in range(9):
            yield mutant(name, "blob", "flip", _number(f"{name} blob {turn}", size * 8))
        for length in (0, 15, 16, 31, size - 1, size - 16):
            yield mutant(name, "blob", "cut", length)
        yield mutant(name, "blob", "append", "00")
        yield mutant(name, "blob", "append", "00" * 16)
        yield mutant(name, "blob", "again", 1)
        plain_size(size)  # a base that no blob could be would make every mutant of it pass
    for name in ("files", "exact"):
        for index in range(2):
            yield mutant(name, "blob", "drop_chunk", index)
            yield mutant(name, "blob", "repeat_chunk", index)
            yield mutant(
                name,
                "blob",
                "cut",
                NONCE_BYTES + SEALED_CHUNK_BYTES * (index + 1) - (index == 1 and name == "exact"),
            )
        yield mutant(name, "blob", "swap_chunks", [0, 1])
    yield mutant("files", "blob", "swap_chunks", [1, 2])
    yield mutant("files", "blob", "drop_chunk", 2)
    yield mutant("files", "blob", "repeat_chunk", 2)


def _other_letter(text: str, at: int) -> str:
    at %= len(text)
    letter = "b" if text[at] != "b" else "c"
    return text[:at] + letter + text[at + 1 :]


def _bytes(label: str, length: int) -> bytes:
    return hashlib.sha256(label.encode()).digest()[:length]


def _number(label: str, below: int) -> int:
    return int.from_bytes(_bytes(label, 8), "big") % below
