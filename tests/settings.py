"""The product's settings over the tests' own engines, which never wait for the disk."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from onetimeshare import engines

# One database and one Redis number for each process of a parallel run.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
_data = Path(tempfile.mkdtemp(prefix="onetimeshare-tests-"))
atexit.register(shutil.rmtree, _data, ignore_errors=True)
(_data / "static").mkdir()
_found = engines.start(durable=False)

os.environ.update(
    MODE="development",
    SECRET_KEY="for-tests-only",
    PUBLIC_URL="http://testserver",
    ALLOWED_HOSTS="testserver",
    DATABASE_URL=_found.database_url,
    REDIS_URL=_found.redis_url.replace("db=0", f"db={int(_worker) % 16}"),
    DATA_DIR=str(_data),
    STORAGE_RESERVE_BYTES="0",
    RATE_CREATE="",
    RATE_CLAIM="",
    RATE_READ="",
    RATE_PART="",
    RATE_REPORT="",
    RATE_WEBHOOK="",
)

from onetimeshare.settings import *  # noqa: E402, F403 - the environment above comes first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
