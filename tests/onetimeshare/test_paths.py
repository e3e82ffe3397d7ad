"""Three hundred paths that scanners try: nothing of the machine or of the clone is served (S12)."""

import re
from urllib.parse import unquote_to_bytes

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from onetimeshare import middleware
from tests.builders import body_of
from tests.onetimeshare.paths_corpus import PATHS
from tests.promises.marks import CLONE

pytestmark = pytest.mark.django_db
SECRET = "the secret beside the static files"
OF_THE_MACHINE = re.compile(
    rf"{SECRET}|root:x:0|\[core\]|SECRET_KEY|Traceback|DJANGO_SETTINGS|sentinel of style"
)


@pytest.fixture
def static(settings, tmp_path):
    """Where static files lie, and beside it what must stay there."""
    for folder in (static := tmp_path / "site" / "static", tmp_path / "site" / "etc"):
        folder.mkdir(parents=True)
    (static / "style.css").write_text("sentinel of style")
    for name in ("secret.txt", "etc/passwd"):
        (static.parent / name).write_text(SECRET)
        (tmp_path / name.rpartition("/")[2]).write_text(SECRET)
    settings.STATIC_ROOT = static
    return static


def ask(browser, path, method="GET"):
    """As gunicorn passes it on: decoded once, and nothing of it taken away."""
    path, _, query = path.partition("?")
    return browser.generic(
        method, "/", PATH_INFO=unquote_to_bytes(path).decode("latin-1"), QUERY_STRING=query
    )


def served(browser, paths=PATHS):
    """What was answered with something to read, or as a fault of ours."""
    found = {}
    for path in paths:
        answer = ask(browser, path)
        text = body_of(answer).decode(errors="replace")
        is_refused = answer.status_code in (301, 302, 400, 404, 405) and not OF_THE_MACHINE.search(text)
        if not is_refused:
            found[path] = answer.status_code
    return found


@pytest.mark.promise("S12")
@pytest.mark.usefixtures("static")
def test_none_of_three_hundred_paths_is_served(figure):
    browser, staff = Client(raise_request_exception=False), Client(raise_request_exception=False)
    staff.force_login(User.objects.create_superuser("root@example.org", "x" * 20))
    assert len(PATHS) >= 300
    assert OF_THE_MACHINE.search(body_of(ask(browser, "/static/style.css")).decode()), "what is meant to be"

    assert served(browser) == {}
    assert served(staff, [path for path in PATHS if path.startswith("/admin")]) == {}
    figure("S12", f"0 of {len(PATHS)} paths are served")


def careless(folder):
    """A server that opens whatever a path names below *folder*."""

    def call(self, request):
        path = folder / request.path_info.lstrip("/").replace("\\", "/")
        try:
            return HttpResponse(path.read_bytes())
        except (OSError, ValueError):
            return HttpResponse("Not found", status=404)

    return call


@pytest.mark.twin("S12")
def test_a_server_of_files_is_noticed(static, monkeypatch, red):
    monkeypatch.setattr(middleware.Refusals, "__call__", careless(static.parent))
    beside = served(Client())
    monkeypatch.setattr(middleware.Refusals, "__call__", careless(CLONE))
    clone = served(Client())

    assert {
        "/etc/passwd",
        "/static/../secret.txt",
        "/static/%2e%2e%2fsecret.txt",
        "/static/..%5csecret.txt",
    } <= set(beside)
    assert {"/manage.py", "/pyproject.toml", "/onetimeshare/settings.py"} <= set(clone)
    red("a server that opens whatever a path names")


@pytest.mark.twin("S12")
def test_a_fault_is_noticed(monkeypatch, red):
    monkeypatch.setattr(middleware, "_names_us", lambda request: 1 / 0)

    assert set(served(Client(raise_request_exception=False), PATHS[:9]).values()) == {500}
    red("a path that is a fault of ours")
