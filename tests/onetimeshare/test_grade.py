"""Every route × every status × browser, program: the headers as tests/grade.py grades them (S8).

The routes come from the map of addresses. What they answer by themselves is graded where the matrix of roles
asks them (tests/shares/roles.py); here each of them comes to everything else a view may come to.
"""

from collections import Counter
from itertools import product

import pytest
from django.core.exceptions import DisallowedHost, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.handlers.base import BaseHandler
from django.db import OperationalError
from django.http import (
    Http404,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseNotModified,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    StreamingHttpResponse,
    UnreadablePostError,
)
from django.test import Client

from onetimeshare import middleware, strict
from onetimeshare.slots import SlotTaken
from shares.responses import STATUS
from tests.faults.counts import count
from tests.grade import ALWAYS, HSTS, faults_in
from tests.refusals import a_refusal, every_error
from tests.shares.roles import address, address_of_people, make_things, routes

pytestmark = pytest.mark.django_db
HTML = "text/html,application/xhtml+xml"


def raising(make, *args):
    def view(request, *of_path, **named_in_path):
        raise make(*args)

    return view


def giving(make, *args, **named):
    return lambda request, *of_path, **named_in_path: make(*args, **named)


# What a view may come to, and the status that a caller sees.
REFUSALS = [(STATUS.get(kind, 400), raising(a_refusal, kind)) for kind in every_error()]
DJANGOS = [
    (200, giving(HttpResponse, "x")),
    (200, giving(StreamingHttpResponse, [b"x"])),
    (301, giving(HttpResponsePermanentRedirect, "/")),
    (302, giving(HttpResponseRedirect, "/")),
    (304, giving(HttpResponseNotModified)),
    (400, raising(SuspiciousOperation, "x")),
    (400, raising(DisallowedHost, "x")),
    (400, raising(UnreadablePostError, "x")),
    (403, raising(PermissionDenied)),
    (404, raising(Http404)),
    (405, giving(HttpResponseNotAllowed, ["GET"])),
    (413, raising(RequestDataTooBig, "x")),
    (500, raising(ZeroDivisionError, "the inside of the server")),
    (500, raising(SystemError, "x")),
    (503, raising(OperationalError, "the connection is lost")),
    (503, raising(SlotTaken)),
]
OUTCOMES = [*REFUSALS, *DJANGOS]


@pytest.fixture
def come_to(monkeypatch):
    """Whatever is asked, its route stays, and its view comes to that."""
    found, chosen = BaseHandler.resolve_request, []

    def resolve(handler, request):
        match = found(handler, request)
        match.func = chosen[-1]
        return match

    monkeypatch.setattr(BaseHandler, "resolve_request", resolve)
    return chosen.append


@pytest.fixture
def paths():
    things, people = make_things(), "accounts/"
    return sorted(
        address_of_people(route.removeprefix(people), things)
        if route.startswith(people)
        else address(route, things)
        for route in routes()
    )


def ask_all(paths, come_to, *, step=1):
    """Every *step*-th pair of a path and an outcome. What is wrong, and how often each status came."""
    browser = Client(raise_request_exception=False)
    statuses, wrong = Counter(), {}
    for (n, (status, view)), (m, path) in product(enumerate(OUTCOMES), enumerate(paths)):
        if (n + m) % step == 0:
            come_to(view)
            for accept in (HTML, "*/*") if step == 1 else (HTML,) if (n // step + m) % 2 else ("*/*",):
                answer = browser.get(path, headers={"accept": accept})
                seen = answer.status_code
                # allauth leads from there to the door where nothing is found.
                assert seen == status or (path, seen) == ("/accounts/", 302), (path, seen, status)
                statuses[seen] += 1
                if faults := faults_in(path, seen, answer.headers, hsts=True):
                    wrong[path, status] = faults
    return wrong, statuses


@pytest.fixture
def behind_tls(settings):
    settings.HSTS_SECONDS = 31536000


@pytest.mark.promise("S8")
@pytest.mark.usefixtures("behind_tls")
def test_every_route_with_every_status_has_all_headers(paths, come_to, figure):
    wrong, statuses = ask_all(paths, come_to, step=count(7, 1))

    assert wrong == {}
    figure(
        "S8", f"{statuses.total()} answers of {len(paths)} routes with {len(statuses)} statuses are strict"
    )


def altered(name, value):
    """The middleware, which leaves a header out, or has another in its place."""
    was = middleware.Headers.__call__

    def call(self, request):
        answer = was(self, request)
        del answer[name]
        if value:
            answer[name] = value.replace("OURS", strict.PUBLIC_CSP)
        return answer

    return call


CSP = "Content-Security-Policy"
BROKEN = [
    *((name, "") for name in (*ALWAYS, HSTS, CSP, "Cache-Control")),
    *((CSP, f"OURS; {more}") for more in ("frame-src https:", "object-src data:", "script-src 'self'")),
    (CSP, strict.STAFF_CSP),
    *(
        (CSP, strict.PUBLIC_CSP.replace(*words))
        for words in [
            ("script-src 'self'", "script-src 'self' 'unsafe-inline'"),
            ("script-src 'self'", "script-src 'self' 'unsafe-eval'"),
            ("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"),
            ("style-src 'self'", "style-src *"),
            ("default-src 'none'", "default-src 'self'"),
            ("form-action 'self'; ", ""),
            ("base-uri 'none'; ", ""),
            ("frame-ancestors 'none'", "frame-ancestors 'self'"),
        ]
    ),
    ("Cache-Control", "private"),
    ("Cache-Control", "public, max-age=60"),
    ("Referrer-Policy", "unsafe-url"),
    ("Access-Control-Allow-Origin", "*"),
    ("Server", "gunicorn"),
    (HSTS, "max-age=0"),
]


@pytest.mark.twin("S8")
@pytest.mark.usefixtures("behind_tls")
@pytest.mark.parametrize(("name", "value"), BROKEN)
def test_a_header_that_is_missing_or_wrong_is_noticed(paths, come_to, monkeypatch, red, name, value):
    monkeypatch.setattr(middleware.Headers, "__call__", altered(name, value))

    wrong, _ = ask_all(["/s/aaaaaaaaaaaaaaaa"], come_to, step=7)

    assert len(wrong) > 5
    if value or name != CSP:
        assert all(len(faults) == 1 for faults in wrong.values()), wrong
    red(f"a header that is missing or wrong, in {len(BROKEN)} ways")


@pytest.mark.twin("S8")
def test_a_view_with_a_policy_of_its_own_is_noticed(come_to, red):
    def careless(request, *args, **named):
        return HttpResponse("x", headers={CSP: "default-src 'self'", "Cache-Control": "public"})

    come_to(careless)
    answer = Client().get("/s/aaaaaaaaaaaaaaaa")

    assert len(faults_in("/s/aaaaaaaaaaaaaaaa", 200, answer.headers)) == 6
    red("a view with a policy of its own")
