"""What a refusal says: on a page, and in the one line that a terminal gets."""

import re

import pytest
from django.test import Client, RequestFactory

from onetimeshare import urls
from shares import errors, responses, wording
from shares.values import State
from tests.pages.page import Page, faults_in
from tests.pages.states import HTML
from tests.refusals import AT, a_refusal, every_error

GONE = [
    (State.BURNED, AT, "Already opened", "was opened on 24 Nov 2026 at 14:03 UTC, and then destroyed."),
    (State.CLAIMED, AT, "Already opened", "was opened on 24 Nov 2026 at 14:03 UTC. Nobody else can open it."),
    (State.EXPIRED, None, "It waited, and nobody came", "Nobody opened it in time, so it is gone, unopened."),
    (State.EXPIRED, AT, "Its time is over", "It had been opened before."),
    (State.REVOKED, None, "The sender took it back", "and destroyed. Nobody had opened it."),
    (State.REVOKED, AT, "The sender took it back", "It had been opened before."),
    (
        State.REMOVED,
        None,
        "Taken down",
        "The people who run this server removed it on 24 Nov 2026 at 14:03 UTC.",
    ),
]


def answer_to(error: errors.ShareError, accept: str = HTML):
    return responses.refuse(RequestFactory().get("/", headers={"accept": accept}), error)


@pytest.mark.parametrize("kind", every_error())
def test_every_refusal_has_a_status_a_page_and_a_line(kind):
    error = a_refusal(kind)

    page, line = Page(answer_to(error)), answer_to(error, "*/*").content.decode()

    assert page.status >= 400
    assert faults_in(page) == []
    assert page.texts("p")
    assert line.count("\n") == 1, "one line for a terminal"
    assert "{" not in page.words + line


@pytest.mark.parametrize(("state", "opened_at", "heading", "sentence"), GONE)
def test_each_end_of_a_share_is_told_apart(state, opened_at, heading, sentence):
    error = errors.ShareGone(state, AT, opened_at)

    said, line = wording.refusal(error), wording.refusal_line(error)

    assert said.heading == heading
    assert sentence in str(said.sentence)
    assert ("If that was not you" in line) == bool(opened_at)


def test_times_on_pages_are_for_machines_too():
    said = wording.refusal(errors.ShareGone(State.BURNED, AT, AT))

    assert (
        '<time datetime="2026-11-24T14:03:00Z">24\xa0Nov\xa02026 at 14:03\xa0UTC</time>' in said.sentence.html
    )


def test_a_missing_time_is_said_to_be_unknown():
    error = errors.ShareGone(State.BURNED, None, None)

    assert "was opened on an unknown time" in wording.refusal_line(error)


@pytest.mark.parametrize(
    ("left", "said"), [(3, "3 tries left."), (1, "One try left."), (0, "It is locked now")]
)
def test_a_wrong_password_says_what_is_left(left, said):
    assert said in wording.refusal_line(errors.WrongPassword(left))


def test_who_must_wait_is_told_how_long():
    answer = answer_to(errors.TooMany(seconds=130))

    assert answer["Retry-After"] == "130"
    assert Page(answer).heading == "Too many tries from your network"
    assert "Wait 3 minutes, then do it again. No try was used up" in Page(answer).words


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (5 * 1024**3, "5 GB"), (1024**2, "1 MB"), (2_500_000, "2.5 MB"), (1_999_999_999, "1.9 GB"),
        (1024, "1 kB"), (999, "999 bytes"),
    ],
)  # fmt: skip
def test_a_limit_is_never_said_to_be_more_than_it_is(count, said):
    assert wording.limit(count) == said


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1072, "1.1 kB"),
        (2_400_000, "2.4 MB"),
        (999_960, "1.0 MB"),
    ],
)
def test_a_size_is_said_in_three_figures(count, said):
    assert wording.size(count) == said


def test_what_a_stranger_typed_is_only_text_on_the_page():
    error = errors.InvalidInput("<b>{text}</b>")

    assert "&lt;b&gt;{text}&lt;/b&gt;" in answer_to(error).content.decode()


def test_a_fault_of_ours_has_a_page_for_browsers_and_a_line_for_terminals():
    page = urls.broken(RequestFactory().get("/", headers={"accept": HTML}))
    line = urls.broken(RequestFactory().get("/"))

    assert (Page(page).status, Page(page).heading) == (500, "Something broke here")
    assert line.content.decode().startswith("It is our fault, and has been noted.")


def test_where_even_the_page_of_a_fault_is_broken_one_line_is_left(monkeypatch):
    def breaks(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(urls, "refuse", breaks)

    answer = urls.broken(RequestFactory().get("/", headers={"accept": HTML}))

    assert (answer.status_code, answer["Content-Type"]) == (500, "text/plain; charset=utf-8")


def test_a_page_that_is_not_for_someone_is_not_a_share_that_is_not_there():
    answer = urls.not_allowed(RequestFactory().get("/admin/", headers={"accept": HTML}), PermissionError())

    assert (Page(answer).status, Page(answer).heading) == (403, "Not allowed")


@pytest.mark.django_db
def test_an_admin_form_without_its_token_gets_our_page():
    browser = Client(enforce_csrf_checks=True, headers={"accept": HTML})

    page = Page(browser.post("/accounts/login", {"login": "x", "password": "y"}))

    assert (page.status, page.heading) == (403, "Not allowed")
    assert faults_in(page) == []


@pytest.mark.django_db
def test_the_admin_wears_our_ink_and_loads_nothing_from_elsewhere(admin_client):
    html = admin_client.get("/admin/").content.decode()

    assert "OneTimeShare, moderation" in html
    assert "staff/moderation.css" in html
    assert re.findall(r'(?:src|href)="(?!/|#)[^"]*"', html) == []
