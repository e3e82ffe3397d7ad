"""Reads tests/vectors: recipes into bytes, and one mutation into one broken envelope."""

import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sealing import links
from sealing.envelope import open_metadata
from sealing.keys import derive, password_keys, unwrap
from sealing.split import PlainSplit
from sealing.stream import NONCE_BYTES, SEALED_CHUNK_BYTES, open_stream, seal

FOLDER = Path(__file__).parent.parent / "vectors"
Json = dict[str, Any]

# A byte string whose chunks all differ: byte[i] = 7i mod 256.
_PERIOD = bytes(7 * i % 256 for i in range(256))


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text())


def pattern(length: int) -> bytes:
    return (_PERIOD * (length // 256 + 1))[:length]


def text_of(parts: list[Any]) -> str:
    """[text, times] or text, one after the other."""
    return "".join(part if isinstance(part, str) else part[0] * part[1] for part in parts)


def padded_json(case: Json) -> bytes:
    data = b"".join(
        bytes.fromhex(part["hex"]) if isinstance(part, dict) else text_of([part]).encode()
        for part in case["parts"]
    )
    return data + bytes(case.get("pad", -(-len(data) // 256) * 256) - len(data))


def dishonest_blob(case: Json, file_key: bytes, nonce: bytes) -> bytes:
    """The chunks a case asks for, in its order and under its counters, then its cut and its tail."""
    aead = ChaCha20Poly1305(derive(file_key, nonce, b"payload"))
    blob = nonce
    for counter, length, last in case["chunks"]:
        blob += aead.encrypt(counter.to_bytes(11, "big") + bytes([last]), pattern(length), None)
    blob = blob[: case.get("cut", len(blob))]
    return blob + bytes.fromhex(case.get("tail", "")) + (blob if case.get("again") else b"")


def in_pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def drain(source: Iterable[bytes], released: bytearray) -> None:
    """Keep what comes out of *source*, also when it ends in a refusal."""
    for piece in source:
        released += piece


# --- whole envelopes ------------------------------------------------------------------------------


def envelope(base: Json, file_key: bytes) -> Json:
    """The fields of a base, its blob made from the recipe."""
    plain = pattern(sum(base["sizes"])).ljust(base["padded"], b"\0")
    blob = b"".join(seal(io.BytesIO(plain), file_key, bytes.fromhex(base["payload_nonce"])))
    assert hashlib.sha256(blob).hexdigest() == base["blob_sha256"]
    return base | {
        "wrapped_key": bytes.fromhex(base["wrapped_key"]),
        "meta": bytes.fromhex(base["meta"]),
        "blob": blob,
        "plain": plain,
    }


def mutated(whole: Json, mutant: Json) -> Json:
    """*whole* with one field changed; a hex argument replaces a field of bytes."""
    old, value = whole[mutant["field"]], mutant["value"]
    if mutant["op"] == "replace" and isinstance(old, bytes):
        value = bytes.fromhex(value)
    new = value if mutant["op"] == "replace" else _operations[mutant["op"]](old, value)
    return whole | {mutant["field"]: new}


def _flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def _with_chunks(order: Any) -> Any:
    def change(blob: bytes, value: Any) -> bytes:
        body = blob[NONCE_BYTES:]
        chunks = [body[i : i + SEALED_CHUNK_BYTES] for i in range(0, len(body), SEALED_CHUNK_BYTES)]
        return blob[:NONCE_BYTES] + b"".join(order(chunks, value))

    return change


def _swap(chunks: list[bytes], pair: list[int]) -> list[bytes]:
    one, other = pair
    chunks[one], chunks[other] = chunks[other], chunks[one]
    return chunks


_operations: dict[str, Any] = {
    "flip": _flip,
    "cut": lambda data, length: data[:length],
    "append": lambda data, tail: data + bytes.fromhex(tail),
    "again": lambda data, times: data * (times + 1),
    "drop_chunk": _with_chunks(lambda chunks, i: chunks[:i] + chunks[i + 1 :]),
    "repeat_chunk": _with_chunks(lambda chunks, i: chunks[: i + 1] + chunks[i:]),
    "swap_chunks": _with_chunks(_swap),
}


class Stretched:
    """Remembers Argon2id's answers: many mutants share one password."""

    def __init__(self) -> None:
        self._known: dict[Any, bytes] = {}

    def key(self, password: str, secret: bytes, share_id: bytes) -> bytes:
        asked = (password, secret, share_id)
        if asked not in self._known:
            self._known[asked] = password_keys(password, secret, share_id).key
        return self._known[asked]


def open_key(fields: Json, stretched: Stretched) -> bytes:
    link = links.parse(fields["link"])
    password_key = b""
    if fields["password"] is not None:
        password_key = stretched.key(fields["password"], link.secret, link.share_id)
    return unwrap(fields["wrapped_key"], link.secret, link.share_id, fields["kdf"], password_key)


def open_envelope(fields: Json, stretched: Stretched) -> Iterator[bytes]:
    """Everything a receiver does, in its order; yields the files' bytes as they are released."""
    file_key = open_key(fields, stretched)
    metadata = open_metadata(fields["meta"], file_key)
    split = PlainSplit([entry.size for entry in metadata.files])
    for plain in open_stream(in_pieces(fields["blob"], 20_000), file_key):
        yield from (piece for _, piece in split.feed(plain))
    split.finish()
