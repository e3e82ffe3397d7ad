"""S3 for tests, by moto's server over real HTTP: in this process, or as a process that checks signatures."""

import logging
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import boto3
import httpx2

from shares.storage.s3 import S3Storage

CLONE = Path(__file__).resolve().parents[1]
BUCKET, REGION = "shares-of-tests", "us-east-1"
START_SECONDS = 40
PATIENCE_SECONDS = 30
POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
# Making a user, its policy, its key and the bucket; from then on moto wants to know who asks.
ACTIONS_BEFORE_AUTH = 4


@dataclass(frozen=True)
class S3:
    """A server, a bucket in it, a prefix in that, and who may use it."""

    url: str
    key: str = "a-key"
    secret: str = "a-secret"
    bucket: str = BUCKET
    prefix: str = "blobs/"
    direct_url: str = ""

    def apart(self) -> "S3":
        """The same with a prefix of its own: nobody else's blobs are there."""
        return replace(self, prefix=f"{secrets.token_hex(4)}/")

    def storage(self, **options: Any) -> S3Storage:
        named = {
            "region": REGION,
            "endpoint_url": self.url,
            "path_style": True,
            "direct_url": self.direct_url,
        }
        return S3Storage(self.bucket, self.prefix, **{**named, **options})

    @property
    def storages(self) -> dict[str, Any]:
        """What settings.STORAGES says of it."""
        options = {"bucket": self.bucket, "prefix": self.prefix, "region": REGION}
        options |= {"endpoint_url": self.url, "path_style": True, "direct_url": self.direct_url}
        return {"shares": {"BACKEND": "shares.storage.s3.S3Storage", "OPTIONS": options}}

    @property
    def environ(self) -> dict[str, str]:
        """What a process of the product needs to be told."""
        return {
            "S3_BUCKET": self.bucket,
            "S3_PREFIX": self.prefix,
            "S3_REGION": REGION,
            "S3_ENDPOINT_URL": self.url,
            "S3_PATH_STYLE": "true",
            "S3_DIRECT_URL": self.direct_url,
            **self.credentials,
        }

    @property
    def credentials(self) -> dict[str, str]:
        return {"AWS_ACCESS_KEY_ID": self.key, "AWS_SECRET_ACCESS_KEY": self.secret}

    def client(self, service: str = "s3") -> Any:
        return _client(self, service)

    def keys(self) -> list[str]:
        """Every object below the prefix."""
        found = self.client().list_objects_v2(Bucket=self.bucket, Prefix=self.prefix)
        return [each["Key"] for each in found.get("Contents", ())]

    def uploads(self) -> list[str]:
        """The key of every upload there that is neither completed nor aborted."""
        found = self.client().list_multipart_uploads(Bucket=self.bucket, Prefix=self.prefix)
        return [upload["Key"] for upload in found.get("Uploads", ())]

    # --- where it is tests/gate.py ------------------------------------------------------------------

    def let_in(self, *origins: str, **changes: list[str]) -> None:
        """The CORS rule of docs/operations.md, for pages of these; of none: no rule."""
        if not origins:
            self.client().delete_bucket_cors(Bucket=self.bucket)
            return
        rule = {"AllowedOrigins": list(origins), "AllowedMethods": ["GET", "PUT"]}
        rule |= {"AllowedHeaders": ["x-amz-checksum-sha256", "range"], "ExposeHeaders": ["Content-Range"]}
        rule |= changes
        self.client().put_bucket_cors(Bucket=self.bucket, CORSConfiguration={"CORSRules": [rule]})

    def passes(self, seconds: int) -> None:
        """So much later, for addresses that were signed; what is told begins anew."""
        httpx2.post(f"{self.url}/_gate", json={"ahead": seconds}, timeout=PATIENCE_SECONDS)

    def told(self) -> dict[str, Any]:
        """Answers to signed addresses by method and status, and the bytes of their bodies, "in" and "out"."""
        found: dict[str, Any] = httpx2.get(f"{self.url}/_gate", timeout=PATIENCE_SECONDS).json()
        return found


@lru_cache
def _client(s3: S3, service: str) -> Any:
    session = boto3.session.Session(s3.key, s3.secret, region_name=REGION)
    return session.client(service, endpoint_url=s3.url)


@contextmanager
def in_process() -> Iterator[S3]:
    """A server in a thread of ours; it believes everybody."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    made = S3(f"http://{host}:{port}")
    made.client().create_bucket(Bucket=made.bucket)
    try:
        yield made
    finally:
        server.stop()


@contextmanager
def as_process(module: str = "moto.server") -> Iterator[S3]:
    """A server of its own that refuses whoever does not sign with the one key it knows.

    module: "tests.gate" for one that clients may be sent to.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {"PATH": os.environ["PATH"], "INITIAL_NO_AUTH_ACTION_COUNT": str(ACTIONS_BEFORE_AUTH)}
    where = (str(port),) if module == "tests.gate" else ("-H", "127.0.0.1", "-p", str(port))
    command = (sys.executable, "-m", module, *where)
    running = subprocess.Popen(
        command, cwd=CLONE, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield _with_a_user(S3(f"http://127.0.0.1:{port}"), running, port)
    finally:
        running.kill()
        running.wait()


def _with_a_user(fresh: S3, running: "subprocess.Popen[bytes]", port: int) -> S3:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            assert running.poll() is None, "moto's server does not start"
            assert time.monotonic() < until, "moto's server does not start"
            time.sleep(0.05)
    iam = fresh.client("iam")
    iam.create_user(UserName="shares")
    iam.put_user_policy(UserName="shares", PolicyName="all", PolicyDocument=POLICY)
    key = iam.create_access_key(UserName="shares")["AccessKey"]
    fresh.client().create_bucket(Bucket=fresh.bucket)
    return replace(fresh, key=key["AccessKeyId"], secret=key["SecretAccessKey"])
