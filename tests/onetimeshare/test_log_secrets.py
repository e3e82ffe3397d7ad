"""Nothing that was shared, and nothing that opens it, reaches a log: whatever happens, at any level."""

import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils.module_loading import import_string

from accounts.models import User
from onetimeshare.logs import CONFIG
from sealing.encoding import b64
from shares.models import NoticeChoice
from tests.builders import a_waiting_share, body_of, links_in
from tests.shares.people import a_member

pytestmark = pytest.mark.django_db
NAME, TEXT, PASSWORD = "salaries-canary.xlsx", "text-canary", "password-canary"
EMAIL, SECRET = "ann-canary@example.org", b"secret-canary"


@pytest.fixture
def printed():
    """All that the console handler would print, of every logger, down to DEBUG."""
    lines: list[str] = []
    handler = logging.Handler(logging.DEBUG)
    for name in CONFIG["handlers"]["console"]["filters"]:
        handler.addFilter(import_string(CONFIG["filters"][name]["()"])())
    handler.emit = lambda record: lines.append(logging.Formatter("%(name)s %(message)s").format(record))
    loggers = [logging.getLogger(name) for name in ("", "django", "django.request", "shares", "onetimeshare")]
    before = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    yield lines
    for logger, level in before:
        logger.removeHandler(handler)
        logger.setLevel(level)


def test_no_name_text_password_link_or_token_is_ever_printed(printed, monkeypatch):
    visitor = Client(raise_request_exception=False)
    form = {"file": SimpleUploadedFile(NAME, b"x"), "text": TEXT, "password": PASSWORD, "expires": "2h"}
    answer = visitor.post("/", form)
    link, manage = links_in(answer.content.decode())
    sent = a_waiting_share(guarded=True)
    token = {"Authorization": f"Bearer {b64(sent.link_token)}"}

    visitor.put(f"/{NAME}", TEXT.encode(), content_type="text/plain")
    visitor.put(f"/{NAME}?password={PASSWORD}", b"x", content_type="text/plain")
    visitor.get(f"/{NAME}")
    visitor.delete(f"/{NAME}")
    visitor.post("/", {"text": TEXT, "expires": PASSWORD})
    visitor.post("/s/aaaqeayeaudaocaj", {"link": link.url, "password": f"{PASSWORD}-wrong"})
    body_of(visitor.post("/s/aaaqeayeaudaocaj", {"link": link.url, "password": PASSWORD}))
    visitor.post("/m/aaaqeayeaudaocaj", {"link": manage.url, "action": PASSWORD})
    visitor.post(
        f"/api/v1/shares/{sent.id}/claim", {"lease_verifier": TEXT}, "application/json", headers=token
    )
    visitor.get(f"/api/v1/{NAME}", headers=token)
    visitor.generic("POST", "/", TEXT.encode(), f"multipart/form-data; boundary={PASSWORD}\n")
    monkeypatch.setattr("shares.services.status.status", lambda *args: 1 / 0)
    visitor.get(f"/api/v1/shares/{sent.id}", headers=token)

    text = "\n".join(printed)
    assert "ZeroDivisionError" in text  # it listens
    secrets = [link.url, manage.url, link.url.partition("#1")[2], manage.url.partition("#1")[2]]
    secrets += [b64(sent.link_token), sent.link_token.hex()]
    for secret in (NAME, "canary", TEXT, PASSWORD, "Bearer", *secrets):
        assert secret not in text


def refused_row():
    """With a blank line in it, as people write them."""
    NoticeChoice.objects.create(
        account=a_member(), webhook_url="http://canary\n\nTraceback canary", webhook_secret=SECRET
    )


def second_of_a_kind():
    for _ in range(2):
        User.objects.create_user(EMAIL)


def no_value_of_its_type():
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::cidr", [f"{TEXT}\n{PASSWORD}"])


def no_statement():
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s FROM nowhere", [TEXT])


@pytest.mark.parametrize("fails", [refused_row, second_of_a_kind, no_value_of_its_type, no_statement])
def test_of_what_the_database_refuses_no_value_is_printed(printed, fails):
    log = logging.getLogger("shares")
    try:
        try:
            with transaction.atomic():
                fails()
        except DatabaseError as error:
            log.warning("it failed: %s", error)
            log.warning(error)
            log.exception("it failed")
            raise KeyError("another") from error
    except KeyError:
        log.exception("it failed again")

    text = "\n".join(line for line in printed if not line.startswith("django.db"))
    assert text.count("psycopg.errors.") == 2  # it listens, and still says what went wrong
    assert "DETAIL" not in text
    assert "canary" not in text
    assert SECRET.hex() not in text
