"""`manage.py doctor` sees what proxies do to the address of a visitor, and tells nobody else."""

import threading
from contextlib import contextmanager
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.signing import TimestampSigner
from django.test import Client

from onetimeshare.doctor import proxy
from onetimeshare.handler import Handler
from tests.doctors import a_free_port, doctor
from tests.shares.hooks import HookSink
from tests.shares.sinks import serving

pytestmark = pytest.mark.django_db
FAR, NEAR = "198.51.100.7", "10.0.0.2"


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        return


@contextmanager
def a_server_behind(change):
    """The product over HTTP; *change* does to X-Forwarded-For what the proxies in front would do."""

    def application(environ, start_response):
        told = change(environ.get("HTTP_X_FORWARDED_FOR", ""))
        environ.pop("HTTP_X_FORWARDED_FOR", None)
        if told:
            environ["HTTP_X_FORWARDED_FOR"] = told
        return Handler()(environ, start_response)

    server = make_server("127.0.0.1", 0, application, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def nothing(told):
    return told


def one_appends(told):
    return f"{told}, {FAR}"


def two_append(told):
    return f"{told}, {FAR}, {NEAR}"


def one_replaces(told):
    return FAR


def one_removes(told):
    return ""


@pytest.mark.parametrize(
    ("change", "trusted", "level", "says"),
    [
        (nothing, 0, "OK", "no proxy"),
        (one_appends, 1, "OK", FAR),
        (two_append, 2, "OK", FAR),
        (one_replaces, 1, "OK", FAR),
        (nothing, 1, "FAIL", "choose their own"),
        (one_appends, 2, "FAIL", "choose their own"),
        (one_appends, 0, "FAIL", "share one address"),
        (two_append, 1, "FAIL", NEAR),
        (one_removes, 1, "WARN", "around your proxies"),
    ],
)
def test_what_the_proxies_do_is_seen(settings, change, trusted, level, says):
    settings.TRUSTED_PROXY_COUNT = trusted
    with a_server_behind(change) as url:
        code, found = doctor("--url", url)

    said, do = found[f"{level} proxy"]
    assert says in said
    if level == "FAIL":
        assert code == 1
        assert "TRUSTED_PROXY_COUNT=" in do


def test_a_server_that_is_not_ours_does_not_know_the_doctor():
    with a_server_behind(nothing) as url:
        assert "does not know" in doctor("--url", f"{url}/elsewhere")[1]["FAIL proxy"][0]


@pytest.mark.parametrize(
    "proof",
    [
        "",
        "x",
        "a:b:c",
        TimestampSigner(key="another", salt="onetimeshare.doctor").sign("x"),
        TimestampSigner().sign("x"),
    ],
    ids=["none", "short", "made up", "of another secret", "for another purpose"],
)
def test_nobody_without_our_secret_learns_how_they_are_seen(proof):
    answer = Client().get("/healthz/seen", headers={"Authorization": f"Bearer {proof}"})

    assert answer.status_code == 404
    assert b"127.0.0.1" not in answer.content


def test_a_proof_is_good_for_a_minute(monkeypatch):
    head = {"Authorization": f"Bearer {proxy._signer.sign('x')}", "X-Forwarded-For": FAR}
    assert Client().get("/healthz/seen", headers=head).json() == {
        "address": "127.0.0.1",
        "forwarded": FAR,
        "trusted": 0,
    }

    monkeypatch.setattr(proxy, "GOOD_SECONDS", -1)  # a minute later

    assert Client().get("/healthz/seen", headers=head).status_code == 404


def test_a_certificate_that_browsers_refuse_fails(tmp_path):
    with serving(HookSink(tmp_path)) as sink:
        assert "certificate" in doctor("--url", sink.local_url)[1]["FAIL proxy"][1]


def test_an_address_where_nobody_answers_fails():
    code, found = doctor("--url", f"http://localhost:{a_free_port()}")

    assert code == 1
    assert "PUBLIC_URL" in found["FAIL proxy"][1]


def test_a_name_that_the_server_does_not_have_fails(settings):
    settings.ALLOWED_HOSTS = ["share.example.org"]
    with a_server_behind(nothing) as url:
        assert "another name" in doctor("--url", url)[1]["FAIL proxy"][0]


@pytest.mark.parametrize("url", ["ftp://localhost", "localhost", "http://"])
def test_an_address_that_is_none_fails(url):
    assert "FAIL proxy" in doctor("--url", url)[1]
