"""Each request has a name: in its answer's head and in the lines it causes; nobody chooses that of others."""

import json
import logging
import re

import pytest
from django.test import RequestFactory

from onetimeshare import logs, requestid
from onetimeshare.handler import Handler
from onetimeshare.watched import Watched

pytestmark = pytest.mark.django_db
TOLD = "4bf92f35-77b3-4da6-a3ce-929d0e0e4736"
OURS = re.compile("[0-9a-f]{16}")


def asked(path="/healthz", **head):
    """The name in the answer's head."""
    names = []

    def start_response(status, headers):
        names.extend(value for name, value in headers if name == "X-Request-ID")

    for block in Watched(Handler())(RequestFactory().get(path, **head).environ, start_response):
        assert block
    (name,) = names
    return name


def test_every_answer_names_its_request_anew():
    names = {asked(), asked("/nowhere"), asked("/s/aaaqeayeaudaocaj")}

    assert len(names) == 3
    assert all(OURS.fullmatch(name) for name in names)


def test_the_name_a_proxy_of_ours_gave_is_kept(settings):
    settings.TRUSTED_PROXY_COUNT = 2

    assert asked(HTTP_X_REQUEST_ID=TOLD, HTTP_X_FORWARDED_FOR="192.0.2.1, 10.0.0.1") == TOLD


@pytest.mark.parametrize(
    ("hops", "forwarded"), [(0, "192.0.2.1"), (1, ""), (2, "192.0.2.1")], ids=["none", "around", "too few"]
)
def test_nobody_else_names_a_request(settings, hops, forwarded):
    settings.TRUSTED_PROXY_COUNT = hops

    assert asked(HTTP_X_REQUEST_ID=TOLD, HTTP_X_FORWARDED_FOR=forwarded) != TOLD


@pytest.mark.parametrize(
    "told",
    [
        "",
        "abc",
        "a" * 65,
        TOLD + "\r\nSet-Cookie: a=b",
        TOLD + "\n",
        "salaries-of-all-of-us",
        "é" * 20,
        "1oZ4kQ2r9-8_mXc7",
    ],
)
def test_a_name_of_another_shape_is_replaced(settings, told):
    settings.TRUSTED_PROXY_COUNT = 1

    assert OURS.fullmatch(asked(HTTP_X_REQUEST_ID=told, HTTP_X_FORWARDED_FOR="192.0.2.1"))


def test_the_line_of_a_fault_has_the_name_that_the_visitor_saw(monkeypatch):
    lines: list[str] = []
    handler = logging.Handler()
    logs.dress(handler)
    handler.setFormatter(logs.formatter(True))
    handler.emit = lambda record: lines.append(handler.format(record))
    logging.getLogger("django.request").addHandler(handler)
    monkeypatch.setattr("onetimeshare.health._works", lambda look: 1 / 0)
    try:
        name = asked("/readyz")
    finally:
        logging.getLogger("django.request").removeHandler(handler)

    (line,) = map(json.loads, lines)
    assert line["request_id"] == name
    assert (line["method"], line["route"], line["status"]) == ("GET", "/readyz", 500)
    assert "ZeroDivisionError" in line["exception"]
    requestid.end()
