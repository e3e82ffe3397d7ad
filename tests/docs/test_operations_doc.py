"""docs/operations.md: its tables are what the code does."""

import re

import dj_database_url
import pytest
from django.test import RequestFactory
from redis.connection import ConnectionPool, SSLConnection

from shares import limits, redis_line
from shares.errors import TooMany
from tests.docs.conftest import CLONE
from tests.docs.test_settings_doc import told

DOC = (CLONE / "docs" / "operations.md").read_text()
WORDS = {"h": "an hour", "m": "a minute"}
# The rows of "Redis away" that are about a rate, by the words they begin with.
RATES = {
    "leaving a share": "create",
    "signing in": "login",
    "opening, claiming": "claim",
    "status, receipt": "read",
    "parts sent": "part",
}


def section(title: str) -> str:
    return re.split(r"^#{2,3} ", DOC.partition(f"# {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def rows(title: str) -> list[list[str]]:
    lines = re.findall(r"^\| (.*) \|$", section(title), re.MULTILINE)
    return [line.split(" | ") for line in lines[1:]]


def admitted(name: str, tries: int) -> int:
    """How many of so many requests this rate lets through."""
    request = RequestFactory().get("/")
    count = 0
    for _ in range(tries):
        try:
            limits.check(name, request)
        except TooMany:
            continue
        count += 1
    return count


def test_the_rates_in_the_table_are_the_defaults():
    table = {setting.strip("`"): default for setting, default, _ in rows("Limits")}

    defaults = {name: row.default for name, row in told().items() if name.startswith("RATE_")}
    assert table == {name: f"{rate[:-2]} {WORDS[rate[-1]]}" for name, rate in defaults.items()}


@pytest.mark.promise("R11")
def test_with_redis_away_what_the_table_says_stays_open_and_the_rest_closes(monkeypatch, settings):
    monkeypatch.setattr(redis_line, "_rest_until", float("inf"))
    fresh = {name: limits.ProcessCap(limits.CAP_A_MINUTE) for name in limits._caps}
    monkeypatch.setattr(limits, "_caps", fresh)
    table = {
        rate: says for what, says in rows("Redis away") for start, rate in RATES.items() if start in what
    }
    assert set(table) == set(RATES.values())
    cap = 30
    for name in table:
        setattr(settings, f"RATE_{name.upper()}", "1/h")

    through = {name: admitted(name, 2 * cap) for name in table}

    said = {
        name: cap if "closes" in says and f"{cap} a minute" in says else 2 * cap
        for name, says in table.items()
    }
    assert through == said


def test_the_urls_for_tls_are_understood_as_they_stand():
    table = dict(rows("TLS to Postgres and Redis"))
    ca = "/etc/onetimeshare/ca.pem"

    told = dj_database_url.parse(table["Postgres"].strip("`"))["OPTIONS"]
    lines = ConnectionPool.from_url(table["Redis, Valkey"].strip("`"))

    assert told == {"sslmode": "verify-full", "sslrootcert": ca}
    assert lines.connection_class is SSLConnection
    assert lines.connection_kwargs["ssl_ca_certs"] == ca
