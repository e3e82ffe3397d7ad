"""What belongs to these tests alone."""

from importlib.util import find_spec

import pytest
from django.test import Client

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
