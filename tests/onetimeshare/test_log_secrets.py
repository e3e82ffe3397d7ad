"""Nothing that was shared, and nothing that opens it, reaches a log: whatever happens, at any level."""

import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from onetimeshare.logs import RoutesOnly
from sealing.encoding import b64
from tests.builders import a_waiting_share, body_of, links_in

pytestmark = pytest.mark.django_db
NAME, TEXT, PASSWORD = "salaries-canary.xlsx", "text-canary", "password-canary"


@pytest.fixture
def printed():
    """All that the console handler would print, of every logger, down to DEBUG."""
    lines: list[str] = []
    handler = logging.Handler(logging.DEBUG)
    handler.addFilter(RoutesOnly())
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
