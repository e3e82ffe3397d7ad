"""The strict headers, on every answer whatever its status, and no cookie where none is needed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client, RequestFactory

from onetimeshare import middleware
from sealing.encoding import b64
from shares.models import Share
from shares.storage import share_storage
from tests.builders import a_sealed_text, a_waiting_share, body_of, row_of
from tests.grade import faults_in

pytestmark = pytest.mark.django_db
HTML = {"Accept": "text/html"}
PUBLIC_PAGES = ["/", "/s/aaaqeayeaudaocaj", "/m/aaaqeayeaudaocaj", "/api/v1/docs", "/api/v1/openapi.json"]


def is_strict(answer):
    assert faults_in(answer.request["PATH_INFO"], answer.status_code, answer.headers) == []
    return True


def locked():
    left = a_sealed_text(password="geheim")
    Share.objects.filter(pk=row_of(left.link).pk).update(attempts=5)
    return left


# What to send, and the status that comes back: each once for a browser and once for curl.
ANSWERS = {
    "page": (200, lambda ask: ask.get("/")),
    "head": (200, lambda ask: ask.head("/")),
    "left": (201, lambda ask: ask.post("/", {"text": "x"})),
    "unreadable": (400, lambda ask: ask.generic("POST", "/", b"x", "multipart/form-data; boundary=")),
    "wrong password": (403, lambda ask: _open(ask, a_sealed_text(password="a"), "wrong")),
    "cross site": (403, lambda ask: ask.post("/", {"text": "x"}, headers={"Sec-Fetch-Site": "cross-site"})),
    "no page": (404, lambda ask: ask.get("/nothing/here")),
    "unknown": (404, lambda ask: ask.get("/s/short")),
    "method": (405, lambda ask: ask.delete("/")),
    "options": (405, lambda ask: ask.options("/s/aaaqeayeaudaocaj")),
    "not locked": (409, lambda ask: _manage(ask, a_sealed_text(), "unlock")),
    "gone": (410, lambda ask: _opened_twice(ask)),
    "no length": (411, lambda ask: _chunked(ask)),
    "too large": (413, lambda ask: ask.generic("PUT", "/a", CONTENT_LENGTH=str(10**13))),
    "invalid": (422, lambda ask: ask.post("/", {})),
    "locked": (423, lambda ask: _open(ask, locked(), "a")),
    "full": (507, lambda ask: _full(ask)),
}


def _open(ask, left, password):
    lease = b64(bytes(32))
    return ask.post("/s/aaaqeayeaudaocaj", {"link": left.link.url, "password": password, "lease": lease})


def _manage(ask, left, action):
    return ask.post("/m/aaaqeayeaudaocaj", {"link": left.manage.url, "action": action})


def _opened_twice(ask):
    left = a_sealed_text()
    body_of(Client().post("/s/aaaqeayeaudaocaj", {"link": left.link.url}))
    return ask.post("/s/aaaqeayeaudaocaj", {"link": left.link.url})


def _chunked(ask):
    return ask.generic(
        "POST",
        "/",
        b"",
        "multipart/form-data; boundary=x",
        CONTENT_LENGTH="",
        HTTP_TRANSFER_ENCODING="chunked",
    )


def _full(ask):
    share_storage().reserve_bytes = 10**18
    return ask.post("/", {"file": SimpleUploadedFile("a", bytes(200_000))})


@pytest.mark.promise("S8")
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_of_the_plain_doors_is_strict_and_has_something_to_read(name, accept):
    status, ask = ANSWERS[name]

    answer = ask(Client(headers={"Accept": accept}))

    assert answer.status_code == status, answer.content
    assert is_strict(answer)
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    if name != "head":
        kind = "text/html" if accept == "text/html" else "text/plain"
        assert answer["Content-Type"].startswith(kind) or (name == "page" and accept == "*/*")
        assert answer.content.strip()


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_public_pages_are_strict_set_no_cookie_and_ask_nothing_of_postgres(path, django_assert_num_queries):
    visitor = Client()
    visitor.cookies["session"] = visitor.cookies["csrf"] = "x" * 32

    with django_assert_num_queries(0):
        answer = visitor.get(path, headers=HTML)

    assert answer.status_code == 200
    assert is_strict(answer)
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


def test_pages_hold_nothing_inline_and_nothing_foreign():
    for path in PUBLIC_PAGES[:-1]:
        page = Client().get(path, headers=HTML).content.decode()
        for inline in (" style=", "<style", " onclick=", " onload=", "javascript:", "<script>"):
            assert inline not in page, path
        for address in page.replace("http://testserver", "").split('src="')[1:]:
            assert address.startswith("/"), path


def test_the_page_of_every_id_is_the_same_to_the_last_byte(django_assert_num_queries):
    known = a_waiting_share()

    for kind in ("s", "m"):
        with django_assert_num_queries(0):
            pages = [Client().get(f"/{kind}/{share_id}") for share_id in (known.id, "a" * 16, "A" * 16)]
        assert len({page.content for page in pages}) == 1
        assert len({str(sorted(page.headers.items())) for page in pages}) == 1


def test_reading_pages_in_any_way_claims_nothing():
    left = a_sealed_text()
    path = left.link.url.partition("#")[0]

    for method in ("GET", "HEAD", "OPTIONS", "PROPFIND"):
        for headers in ({}, HTML, {"Range": "bytes=0-10"}, {"User-Agent": "Slackbot-LinkExpanding 1.0"}):
            Client().generic(method, path, headers=headers)

    assert row_of(left.link).opened_at is None


def test_a_fault_of_ours_is_strict_and_tells_nothing(monkeypatch, caplog):
    def fails(*args, **named):
        raise ZeroDivisionError("the inside of the server")

    monkeypatch.setattr("shares.views.send.leave_form", fails)
    monkeypatch.setattr("shares.services.status.status", fails)
    visitor = Client(raise_request_exception=False)
    sent = a_waiting_share()

    answers = [
        visitor.post("/", {"text": "x"}),
        visitor.post("/", {"text": "x"}, headers=HTML),
        visitor.get(f"/api/v1/shares/{sent.id}", headers={"Authorization": f"Bearer {b64(sent.link_token)}"}),
    ]

    for answer in answers:
        assert answer.status_code == 500
        assert is_strict(answer)
        assert answer["Cache-Control"] == "no-store"
        assert b"inside of the server" not in answer.content
        assert b"Traceback" not in answer.content
    assert answers[2].json()["code"] == "broken"


@pytest.mark.parametrize("door", ["form", "put", "open", "api"])
def test_postgres_away_is_strict_and_says_when_to_come_back(monkeypatch, door):
    left = a_sealed_text()

    def away(*args, **named):
        raise OperationalError("the connection is lost")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", away)
    visitor = Client()
    answer = {
        "form": lambda: visitor.post("/", {"text": "x"}),
        "put": lambda: visitor.put("/a", b"x", content_type="text/plain"),
        "open": lambda: visitor.post("/s/aaaqeayeaudaocaj", {"link": left.link.url}),
        "api": lambda: visitor.get(
            "/api/v1/shares/aaaqeayeaudaocaj", headers={"Authorization": f"Bearer {b64(bytes(32))}"}
        ),
    }[door]()

    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert is_strict(answer)
    assert b"connection is lost" not in answer.content


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/nothing/"])
def test_the_admin_is_as_strict_but_for_trusted_types(path):
    answer = Client().get(path)

    assert is_strict(answer)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.promise("S10")
def test_the_cookies_of_people_are_closed(settings):
    for name in ("SESSION", "CSRF"):
        assert getattr(settings, f"{name}_COOKIE_HTTPONLY") is True
        assert getattr(settings, f"{name}_COOKIE_SAMESITE") == "Lax"

    answer = Client().get("/accounts/login")

    assert {cookie.key for cookie in answer.cookies.values()} == {"csrf"}
    assert all(cookie["httponly"] for cookie in answer.cookies.values())


def test_behind_tls_browsers_are_told_to_stay_there(settings):
    settings.HSTS_SECONDS = 31536000
    asked = RequestFactory().get("/healthz")

    answer = middleware.Headers(lambda request: Client().get("/healthz"))(asked)

    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_files_of_ours_are_strict_too(settings, tmp_path):
    (tmp_path / "style.css").write_text("p {}")
    settings.STATIC_ROOT = tmp_path

    answer = Client().get("/static/style.css")

    assert answer.status_code == 200
    assert is_strict(answer)
    body_of(answer)


def test_head_says_how_long_the_page_is_and_sends_none_of_it(client):
    page, head = client.get("/"), client.head("/")

    assert head.content == b""
    assert int(head["Content-Length"]) == len(page.content)


def test_a_foreign_host_gets_nothing_and_a_balancer_may_ask_by_address(client):
    foreign = client.get("/", headers={"host": "evil.example"})
    balancer = client.get("/healthz", headers={"host": "10.0.0.7:8000"})

    assert (foreign.status_code, balancer.status_code) == (400, 200)
    assert "evil" not in foreign.content.decode()
    assert foreign["Content-Security-Policy"]
