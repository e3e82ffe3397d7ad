"""What was given never stands in a log, whatever was raised and whoever wrote the message."""

import errno
import smtplib

import pytest
from django.core.exceptions import ImproperlyConfigured
from redis.exceptions import ResponseError

from onetimeshare.redactor import fault, named, scrubbed

CANARY = "canary-tJ3q9Zx0aLw"
ID, SECRET = "aaaqeayeaudaocaj", "1oZ4kQ2r9-8_mXc7VbN3sLw5Ty6Ue0Ia"
LINES = (
    f"claimed http://localhost/s/{ID}#{SECRET}",
    f"asked /m/{ID}#{SECRET} for it",
    f"GET /api/v1/shares/{ID}/claim",
    f"GET /s/{ID}?canary={CANARY}",
    f"PUT /notes?password={CANARY}&expires=1h",
    f"Authorization: Bearer {CANARY}",
    f"{{'Authorization': 'Basic {CANARY}'}}",
    f"Cookie: __Host-session={CANARY}; __Host-csrf={CANARY}",
    f"'Set-Cookie': 'session={CANARY}; Path=/'",
    f"password={CANARY}",
    f'{{"link_token": "{CANARY}", "lease_secret": "{CANARY}"}}',
    f"PASSWORD: {CANARY}",
    f"postgres://share:{CANARY}@db.example.org/share",
    f"X-Api-Key: {CANARY}",
    f"a letter to {CANARY}@example.org",
)


@pytest.mark.parametrize("line", LINES)
def test_of_a_line_with_a_secret_only_the_rest_is_left(line):
    left = scrubbed(line)

    assert "[removed]" in left
    for secret in (CANARY, ID, SECRET):
        assert secret not in left


@pytest.mark.parametrize(
    "line",
    [
        "POST /s/<share_id:share_id> 500",
        "an answer was broken off: lease_over",
        "Worker (pid:4711) was sent SIGKILL! Perhaps out of memory?",
        'connection to server at "10.1.2.3", port 5432 failed: Connection refused',
    ],
)
def test_a_line_of_ours_stays_as_it_is(line):
    assert scrubbed(line) == line


def int_of():
    int(CANARY)


def key_of():
    {}[CANARY]


def decoded():
    f"{CANARY}\xff".encode("latin-1").decode()


def opened():
    raise FileNotFoundError(errno.ENOENT, "No such file", f"/srv/{CANARY}")


def mailed():
    raise smtplib.SMTPRecipientsRefused({f"{CANARY}@example.org": (550, CANARY.encode())})


def cached():
    raise ResponseError(f"unknown command {CANARY}")


def noted():
    error = RuntimeError(CANARY)
    error.add_note(CANARY)
    raise error


def grouped():
    raise ExceptionGroup(CANARY, [ValueError(CANARY)])


@pytest.mark.parametrize("fails", [int_of, key_of, decoded, opened, mailed, cached, noted, grouped])
def test_of_a_fault_the_kind_and_the_place_are_told_and_no_value(fails):
    try:
        try:
            fails()
        except Exception as error:
            kind = type(error).__name__
            raise KeyError(CANARY) from error
    except KeyError as error:
        told = fault(error)

    assert kind in told
    assert fails.__name__ in told
    assert told.endswith("KeyError")
    assert CANARY not in told


def test_words_about_code_are_told_and_scrubbed():
    assert named(ImproperlyConfigured("EMAIL_URL names no mail server.")).endswith("no mail server.")
    assert "NoneType" in named(AttributeError("'NoneType' object has no attribute 'pk'"))
    assert CANARY not in named(ImproperlyConfigured(f"password={CANARY}"))


def test_a_fault_that_is_its_own_cause_comes_to_an_end():
    first, second = ValueError(CANARY), ValueError(CANARY)
    first.__cause__, second.__cause__ = second, first

    assert fault(first).count("ValueError") == 2
