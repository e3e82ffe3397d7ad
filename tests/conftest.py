"""What every test may use: a clean Redis, an own folder for blobs and keys, and ready-made shares."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import storages

from shares import countdown, limits, redis_line
from shares.redis_line import cache
from tests import signed_in_clients  # noqa: F401 - teaches Django's test client our cookie
from tests.faults.proxy import Proxy
from tests.s3 import S3, as_process

pytest_plugins = ["tests.promises.plugin"]

# Told that it runs in CI, pytest prints the whole difference of two blobs: hours of work for a megabyte.
# And told to keep no bytecode, each of some hundred processes would compile the product anew.
for _name in ("CI", "BUILD_NUMBER", "PYTHONDONTWRITEBYTECODE"):
    os.environ.pop(_name, None)
sys.dont_write_bytecode = False


@pytest.fixture(autouse=True)
def _fresh_stores(tmp_path: Path, settings) -> Iterator[None]:
    """No test sees another's keys, blobs, rate windows or rests."""
    settings.SEAL_KEYS_DIR = tmp_path / "sealkeys"
    storages._storages = {}
    settings.STORAGES = {
        **settings.STORAGES,
        "shares": {
            "BACKEND": "shares.storage.folder.FolderStorage",
            "OPTIONS": {"location": tmp_path / "shares", "reserve_bytes": 0},
        },
    }
    cache.clear()
    redis_line._rest_until = 0.0
    countdown._salt = ("", b"")
    limits._caps.update({name: limits.ProcessCap(limits.CAP_A_MINUTE) for name in limits._caps})
    yield
    shutil.rmtree(tmp_path / "shares", ignore_errors=True)


@pytest.fixture(scope="session")
def gate() -> Iterator[S3]:
    """An S3 that clients may be sent to, and that wants to know who asks (tests/gate.py)."""
    with as_process("tests.gate") as server:
        yield server


@pytest.fixture(scope="module")
def past(gate: S3) -> Iterator[Proxy]:
    """The line between clients and that S3, past the server."""
    proxy = Proxy(("127.0.0.1", int(gate.url.rpartition(":")[2]))).start()
    yield proxy
    proxy.stop()
