"""What server and client read of an envelope: the blob, the metadata, the link."""

import io
import json
from contextlib import suppress

from sealing import keys, links
from sealing.encoding import b64, decode, encode, unb64
from sealing.envelope import Metadata, open_metadata, seal_metadata
from sealing.errors import MetadataInvalid, SealingError
from sealing.names import safe_name
from sealing.split import PlainSplit
from sealing.stream import NONCE_BYTES, SEALED_CHUNK_BYTES, Opener, chunk_offset, plain_size, seal
from shares.unpack import unique_names

FILE_KEY = b"0123456789abcdef"
NONCE, SALT, ID, SECRET = bytes(range(64, 80)), bytes(range(96, 112)), bytes(10), bytes(range(16, 32))
PLAIN = bytes(7 * i % 256 for i in range(3 * 65536))
SIZES = [0, 1, 1000, 65535, 65536, 65537, 131072, 140_000, 3 * 65536]
BLOBS = [b"".join(seal(io.BytesIO(PLAIN[:size]), FILE_KEY, NONCE)) for size in SIZES]
WRAPPED = keys.wrap(FILE_KEY, SECRET, ID, salt=SALT)


class Orders:
    """The input, read as numbers and pieces; behind its end everything is zero."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def number(self, below: int) -> int:
        size = (below.bit_length() + 7) // 8
        return int.from_bytes(self.piece(size), "big") % below if below else 0

    def piece(self, size: int) -> bytes:
        found = self._data[self._at : self._at + size]
        self._at += size
        return found


def envelope(data: bytes) -> None:
    """A blob of ours, changed as the input says, opened in pieces from some chunk on, split into files."""
    orders = Orders(data)
    which = orders.number(len(BLOBS))
    blob, truth = bytearray(BLOBS[which]), PLAIN[: SIZES[which]]
    start = orders.number(4)
    pace = 400 + orders.number(100_000)
    for _ in range(orders.number(6)):
        _change(blob, orders)
    with suppress(SealingError):
        plain_size(len(blob))
    with suppress(SealingError):
        keys.unwrap(bytes(blob[:48]) if which else WRAPPED + bytes(blob[32:33]), SECRET, ID, orders.number(4))
    given = b""
    with suppress(SealingError):
        split = PlainSplit([orders.number(len(truth) + 1) for _ in range(orders.number(4))])
        opener = Opener(FILE_KEY, NONCE if start else None, start)
        rest = memoryview(blob)[chunk_offset(start) if start else 0 :]
        for at in range(0, len(rest), pace):
            plain = opener.feed(rest[at : at + pace])
            given += plain
            with suppress(SealingError):
                split.feed(plain)
        given += opener.finish()
        assert given == truth[start * 65536 :], "something else was taken for whole"
        split.finish()
    assert truth[start * 65536 :].startswith(given), "bytes were given out that nobody sealed"


def _change(blob: bytearray, orders: Orders) -> None:
    at, what = orders.number(len(blob) + 1), orders.number(6)
    if what == 0:
        del blob[at:]
    elif what == 1:
        blob[at:at] = orders.piece(1 + orders.number(40))
    elif what == 2 and at < len(blob):
        blob[at] ^= orders.number(256)
    elif what == 3:  # a chunk twice, or not at all
        index = NONCE_BYTES + SEALED_CHUNK_BYTES * orders.number(3)
        chunk = blob[index : index + SEALED_CHUNK_BYTES]
        blob[index : index + orders.number(2) * SEALED_CHUNK_BYTES] = chunk * orders.number(3)
    elif what == 4:
        blob[:] = blob[:16] + blob[at:]
    else:
        blob += blob[: orders.number(len(blob) + 1)]


def metadata(data: bytes) -> None:
    """Sealed with the right key, so that the input itself is what gets parsed; and once as sealed bytes."""
    with suppress(SealingError):
        open_metadata(data, FILE_KEY)
    padded = data + bytes(-len(data) % 256)
    key = keys.derive(FILE_KEY, SALT, b"ots1/meta")
    try:
        found = open_metadata(SALT + keys.seal_once(key, padded), FILE_KEY)
    except MetadataInvalid:
        return
    assert isinstance(found, Metadata)
    assert open_metadata(seal_metadata(found, FILE_KEY), FILE_KEY) == found, "it does not come back as it is"
    names = list(unique_names(found.files))
    assert len(set(names)) == len(names) == len(found.files)
    for name in [*names, *(safe_name(entry.name) for entry in found.files)]:
        assert not {"", ".", ".."} & set(name.split("/")), "a name that leaves its folder"
        assert json.dumps(name).encode()


def link(data: bytes) -> None:
    """A pasted link, and the two encodings that are in one."""
    text = data.decode(errors="surrogateescape")
    with suppress(SealingError):
        found = links.parse(text)
        assert links.parse(found.url) == found, "a link that means something else when it is written again"
    with suppress(SealingError):
        assert encode(decode(text, 10)) == text.lower()
    with suppress(SealingError):
        assert b64(unb64(text)) == text
    with suppress(SealingError):
        keys.check_password(text)


TARGETS = {"envelope": envelope, "metadata": metadata, "link": link}
