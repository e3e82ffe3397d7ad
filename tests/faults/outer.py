"""Servers of the distribution for what the wheels' own cannot do: a pooler before Postgres, and TLS.

Each runs as the rig's account, on a port of its own, in a folder of its own. Where a program is not
installed its test says so: `apt-get install pgbouncer postgresql redis-server`.
"""

import configparser
import contextlib
import io
import shutil
import socket
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.docs.runbooks import scripts
from tests.faults.counts import missing
from tests.faults.processes import Account, RigError, end, free_port

PROGRAMS = "/usr/lib/postgresql/*/bin/{}", "/usr/sbin/{}", "/usr/bin/{}", "/usr/local/bin/{}"
START_SECONDS = 20
DAY = timedelta(days=1)


def program(name: str) -> str:
    """Where the distribution has it."""
    for pattern in PROGRAMS:
        for path in sorted(Path("/").glob(pattern.format(name)[1:]), reverse=True):
            return str(path)
    return shutil.which(name) or missing(f"{name} (apt install pgbouncer postgresql redis-server)")


@contextlib.contextmanager
def served(account: Account, command: Sequence[str | Path], port: int, log: Path) -> Iterator[None]:
    """The server answers at *port* while inside."""
    running = account.spawn(command, {"PATH": "/usr/sbin:/usr/bin:/bin"}, log)
    try:
        until = time.monotonic() + START_SECONDS
        while not _listens(port):
            if running.poll() is not None or time.monotonic() > until:
                raise RigError(f"{command[0]} does not start: {log.read_text()[-2000:]}")
            time.sleep(0.05)
        yield
    finally:
        running.terminate()
        end(running, 5)


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@contextlib.contextmanager
def pgbouncer(account: Account, folder: Path, socket_folder: Path, size: int) -> Iterator[int]:
    """As the document configures it, but for its place, and never more than *size* connections; its port."""
    port = free_port()
    [documented] = scripts("operations.md", "Connections, and PgBouncer", kind="ini")
    told = configparser.ConfigParser()
    told.read_string(documented)
    told["databases"] = {"*": f"host={socket_folder} user=onetimeshare"}
    here = {"listen_addr": "127.0.0.1", "listen_port": str(port), "default_pool_size": str(size)}
    told["pgbouncer"].update(here | {"unix_socket_dir": "", "auth_type": "any"})
    written = io.StringIO()
    told.write(written)
    account.note(folder / "pgbouncer.ini", written.getvalue())
    command = [program("pgbouncer"), folder / "pgbouncer.ini"]
    with served(account, command, port, folder / "pgbouncer.log"):
        yield port


@contextlib.contextmanager
def postgres_with_tls(account: Account, folder: Path) -> Iterator[int]:
    """A PostgreSQL that takes nothing but TLS, with the certificate in *folder*; its port."""
    port, data = free_port(), folder / "postgres"
    for name in ("initdb", "postgres"):
        program(name)
    log = folder / "postgres.log"
    made = account.spawn([program("initdb"), "-D", data, "-U", "onetimeshare", "-A", "trust", "-N"], {}, log)
    assert made.wait(60) == 0, log.read_text()
    (data / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 trust\n")
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(folder),
        "ssl": "on",
        "ssl_cert_file": str(folder / "server.pem"),
        "ssl_key_file": str(folder / "server.key"),
    }
    flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with served(account, [program("postgres"), "-D", data, *flags], port, log):
        yield port


@contextlib.contextmanager
def redis_with_tls(account: Account, folder: Path) -> Iterator[int]:
    """A Redis that takes nothing but TLS; its port."""
    port = free_port()
    settings = {
        "port": "0",
        "tls-port": str(port),
        "tls-cert-file": str(folder / "server.pem"),
        "tls-key-file": str(folder / "server.key"),
        "tls-ca-cert-file": str(folder / "ca.pem"),
        "tls-auth-clients": "no",
        "dir": str(folder),
        "save": "",
    }
    flags = [word for name, value in settings.items() for word in (f"--{name}", value)]
    with served(account, [program("redis-server"), *flags], port, folder / "redis.log"):
        yield port


def write_certificates(account: Account, folder: Path) -> None:
    """ca.pem signs server.pem, which is for localhost; other-ca.pem signs nothing."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = _certificate("a test's authority", ca_key, "a test's authority", ca_key, is_ca=True)
    own = _certificate("localhost", key, "a test's authority", ca_key, is_ca=False)
    other_key = ec.generate_private_key(ec.SECP256R1())
    other = _certificate("another authority", other_key, "another authority", other_key, is_ca=True)
    for name, made in (("ca.pem", ca), ("server.pem", own), ("other-ca.pem", other)):
        account.note(folder / name, made.public_bytes(serialization.Encoding.PEM).decode())
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    account.note(folder / "server.key", text.decode()).chmod(0o600)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    is_ca: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
    )
    if not is_ca:
        made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return made.sign(issuer_key, hashes.SHA256())
