"""An HTTPS server with a certificate of its own making, which takes webhooks."""

import http.server
import json
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "hook.test"


class Taken(NamedTuple):
    """One request, as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class _Talk(http.server.BaseHTTPRequestHandler):
    server: "HookSink"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.server.taken.append(Taken(self.path, headers, body))
        self.server.answer(self)

    def log_message(self, *args: object) -> None:
        pass


def answers(status: int, **headers: str) -> Any:
    def answer(talk: _Talk) -> None:
        talk.send_response(status)
        for name, value in {"Content-Length": "0", **headers}.items():
            talk.send_header(name, value)
        talk.end_headers()

    return answer


def drips(talk: _Talk) -> None:
    """One byte of a header in half a second, for ever: no single wait is long."""
    talk.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    try:
        while not talk.server.over.wait(0.2):
            talk.wfile.write(b"x")
            talk.wfile.flush()
    except OSError:
        return


def floods(talk: _Talk) -> None:
    """A body that nobody should wait for."""
    talk.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    try:
        while not talk.server.over.is_set():
            talk.wfile.write(bytes(65536))
            time.sleep(0.01)
    except OSError:
        return


class HookSink(http.server.ThreadingHTTPServer):
    """`taken` is what came; `connections` counts every one, also those that never spoke."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.taken: list[Taken] = []
        self.connections = 0
        self.answer = answers(204)
        self.lock, self.over = threading.Lock(), threading.Event()
        self.ca = folder / "ca.pem"
        self.ca.write_bytes(_certificate()[0])
        pair = folder / "pair.pem"
        pair.write_bytes(b"".join(_certificate()))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def get_request(self) -> Any:
        self.connections += 1
        return super().get_request()

    def handle_error(self, *args: object) -> None:
        """A client that goes away in the middle is what some tests are about."""

    def shutdown(self) -> None:
        self.over.set()
        super().shutdown()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self.port}/in"

    @property
    def local_url(self) -> str:
        """By address: a process of its own knows no names of ours."""
        return f"https://127.0.0.1:{self.port}/in"


@cache
def _certificate() -> tuple[bytes, bytes]:
    """A certificate that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(NAME), x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.public_bytes(pem), key.private_bytes(pem, *plain)
