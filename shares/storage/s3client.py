"""How this process speaks with S3: one client, made when first needed, bounded waits, our names for errors.

boto3 is known here alone, and nobody comes here who has no bucket: it takes half a second and 40 MB of a
process, which installations with a folder do not pay.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from urllib3.exceptions import HTTPError

from shares.errors import BlobMissing, ShareError, StoreAway, StoreFull

CONNECT_SECONDS = 2
ATTEMPTS = 2
# As many as a process has threads, and some; urllib3 opens them when they are needed.
CONNECTIONS = 64
# After S3 kept somebody waiting in vain, the next ones in this process do not wait for it as well.
REST_SECONDS = 1.0

_MISSING = ("404", "NoSuchKey", "NoSuchUpload", "NotFound")
_FULL = ("QuotaExceeded", "InsufficientStorage", "InsufficientCapacity", "XMinioStorageFull", "507")
_making = threading.Lock()
_rest_until = 0.0


@dataclass(frozen=True)
class Place:
    """Where the bucket is. Credentials come from boto3's own chain: environment, files, role of the host.

    patience_seconds: how long each of the tries waits for an answer. is_for_signing: nothing is asked of it;
    addresses are signed for others to ask.
    """

    bucket: str
    region: str
    endpoint_url: str
    path_style: bool
    patience_seconds: float
    is_for_signing: bool = False


def client(place: Place) -> Any:
    """This process' client for *place*: threads share it, a forked process makes its own."""
    with _making:  # clients may be shared by threads; making one may not
        return _made(place, os.getpid())


@lru_cache(maxsize=8)
def _made(place: Place, pid: int) -> Any:
    # With an endpoint of one's own, "auto" is "path".
    by_host = "virtual" if place.is_for_signing else "auto"
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=place.patience_seconds,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=CONNECTIONS,
        # Checksums as AWS now likes them are unknown to many others that speak S3, and to sign a payload is
        # to read it twice. Blobs are sealed: whoever changes one, on the way or in the bucket, is found out.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        # Unless it is told so, it signs addresses by the old way, which covers no header.
        signature_version="s3v4" if place.is_for_signing else None,
        s3={"addressing_style": "path" if place.path_style else by_host, "payload_signing_enabled": False},
    )
    try:
        return boto3.session.Session().client(
            "s3", region_name=place.region or None, endpoint_url=place.endpoint_url or None, config=config
        )
    except ValueError as error:  # an endpoint that is no address
        raise StoreAway from error


@contextmanager
def s3_errors() -> Iterator[None]:
    """What boto3 and its HTTP library raise inside becomes StoreAway, StoreFull or BlobMissing."""
    global _rest_until
    if time.monotonic() < _rest_until:
        raise StoreAway
    try:
        yield
    except ClientError as error:
        raise _refusal(error_code(error)) from error
    except (BotoCoreError, HTTPError) as error:
        if isinstance(error, HTTPClientError):
            _rest_until = time.monotonic() + REST_SECONDS
        raise StoreAway from error


def read_some(body: Any, size_bytes: int) -> bytes:
    """At most *size_bytes* of an answer's body; nothing at its end, and where its line broke."""
    try:
        return bytes(body.read(size_bytes))
    except (BotoCoreError, HTTPError, OSError):
        return b""


def _refusal(code: str) -> ShareError:
    if code in _MISSING:
        return BlobMissing()
    return StoreFull() if code in _FULL else StoreAway()


def error_code(error: BaseException | None) -> str:
    """S3's own word for what went wrong ("AccessDenied"), or the name of the exception."""
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        return str(response.get("Error", {}).get("Code", ""))
    return type(error).__name__
