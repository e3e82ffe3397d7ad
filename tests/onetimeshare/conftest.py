"""What belongs to these tests alone."""

import shutil
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.test import Client

from onetimeshare import engines
from tests.scraped import TOKEN, read

# The floors are looked at with a tool of `make check`; where only `make test` has run, it is not there.
collect_ignore = [] if find_spec("importlinter") else ["test_floors.py"]


@pytest.fixture
def told(settings):
    """Ask as Prometheus does."""
    settings.METRICS_TOKEN = TOKEN

    def ask():
        answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
        return read(answer.content.decode())

    return ask


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path, closed to others as mkdtemp makes it: as root, the servers need their way in."""
    path = Path(tempfile.mkdtemp(prefix="ots-", dir="/tmp"))
    yield path
    for root in (path, *path.iterdir()):
        engines.stop(root)
    shutil.rmtree(path)
