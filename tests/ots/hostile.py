"""A server that answers whatever a test wants, and remembers what it was asked."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sealing import keys
from sealing.encoding import b64
from sealing.envelope import FileEntry, Metadata, seal_metadata
from sealing.keys import derive, seal_once
from sealing.links import Link
from sealing.stream import Sealer

SOON = "2030-01-01T00:00:00Z"
_RANGE = re.compile(r"bytes=(\d+)-(\d+)")


@dataclass(frozen=True)
class Answer:
    """said: JSON, or bytes as they stand."""

    status: int
    said: Any = b""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        return self.said if isinstance(self.said, bytes) else json.dumps(self.said).encode()


@dataclass
class Envelope:
    """What a dishonest sender or server hands out; `link` is what its recipient has."""

    origin: str
    blob: bytes
    meta: bytes
    share_id: bytes = field(default_factory=keys.new_id)
    secret: bytes = field(default_factory=keys.new_secret)
    file_key: bytes = field(default_factory=keys.new_file_key)
    wrapped_key: bytes = b""
    kdf: int = 0

    @property
    def link(self) -> str:
        return Link(self.origin, "share", self.share_id, self.secret).url

    @property
    def status(self) -> dict[str, Any]:
        times = dict.fromkeys(("expires_at", "opened_at", "ended_at"))
        counts = {"attempts_left": 5, "claims_left": 1, "max_claims": 1}
        return {"state": "ready", "size": len(self.blob), "kdf": self.kdf, **counts, **times}

    @property
    def lease(self) -> dict[str, Any]:
        return {
            "wrapped_key": b64(self.wrapped_key),
            "meta": b64(self.meta),
            "size": len(self.blob),
            "kdf": self.kdf,
            "lease_expires_at": SOON,
        }


def sealed(origin: str, contents: bytes, names: list[str], sizes: list[int]) -> Envelope:
    """Properly sealed, whatever its names say; those that no honest program seals as well."""
    made = Envelope(origin, b"", b"")
    sealer = Sealer(made.file_key)
    made.blob = sealer.feed(contents) + sealer.finish()
    entries = tuple(FileEntry(name, "", size) for name, size in zip(names, sizes, strict=True))
    if any("\0" in name for name in names):
        says = {"v": 1, "kind": "files", "by": "client", "files": [vars(entry) for entry in entries]}
        data = json.dumps(says).encode()
        salt = bytes(16)
        padded = data + bytes(-len(data) % 256)
        made.meta = salt + seal_once(derive(made.file_key, salt, b"ots1/meta"), padded)
    else:
        made.meta = seal_metadata(Metadata("files", entries, "client"), made.file_key)
    made.wrapped_key = keys.wrap(made.file_key, made.secret, made.share_id)
    return made


class Hostile:
    """`answers[("POST", "claim")]` is an Answer, or a function that makes one; `asked` lists what came.

    A function that makes None hangs up.
    """

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        self.answers: dict[tuple[str, str], Answer | Callable[[Any], Answer | None]] = {}
        self.asked: list[tuple[str, str]] = []

    def hands_out(self, envelope: Envelope) -> None:
        self.asked.clear()
        self.answers = {
            ("GET", "status"): Answer(200, envelope.status),
            ("POST", "claim"): Answer(200, envelope.lease),
            ("GET", "blob"): lambda asked: ranged(envelope.blob, asked.headers["Range"]),
            ("POST", "burn"): Answer(204),
        }

    def times(self, call: str) -> int:
        return sum(name == call for _, name in self.asked)


def ranged(blob: bytes, wanted: str) -> Answer:
    found = _RANGE.fullmatch(wanted)
    assert found, wanted
    start, stop = int(found[1]), int(found[2]) + 1
    headers = {"Content-Range": f"bytes {start}-{stop - 1}/{len(blob)}"}
    return Answer(206, blob[start:stop], headers)


@contextmanager
def hostile_server() -> Iterator[Hostile]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = (
            -1
        )  # head and body in one go: else the other side's kernel waits 40 ms before it says "ack"

        def _answer(self) -> None:
            *_, last = self.path.split("/")
            name = {"shares": "create"}.get(last, last)
            name = "part" if "/parts/" in self.path else "status" if len(name) == 16 else name
            made.asked.append((self.command, name))
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = made.answers.get((self.command, name), Answer(404, {"code": "unknown", "message": ""}))
            answer = answer(self) if callable(answer) else answer
            if answer is None:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for title, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(title, value)
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = _answer

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made = Hostile(server)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
