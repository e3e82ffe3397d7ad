"""What holds for each page in each of its states."""

import re

import pytest

from tests.pages.page import Page, faults_in
from tests.pages.states import STATES, WITH_NOTHING_SEALED, Browser

# From the people who read these pages for the first time, worried.
NEVER_SAID = (
    "secret message", "self-destruct", "burn after", "vault", "military", "zero-knowledge", "oops",
    "successfully", "please", "sorry", "invalid", "are you sure", "lease", "claim", "burn", "ciphertext",
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(params=STATES)
def state(request) -> str:
    return request.param


def test_a_page_says_its_state_in_one_heading_and_ties_its_parts_together(state):
    heading, status, reach = STATES[state]

    page = Page(reach(Browser()))

    assert (page.heading, page.status) == (heading, status)
    assert faults_in(page) == []


# Those who write programs need the words of the exchange.
@pytest.mark.parametrize("state", [state for state in STATES if state != "API docs"])
def test_a_page_avoids_the_words_that_frighten_or_name_mechanisms(state):
    page = Page(STATES[state][2](Browser()))

    assert [word for word in NEVER_SAID if re.search(rf"\b{word}", page.words, re.IGNORECASE)] == []
    assert not re.search(r"!|\{\w*\}|None|\bState\.|\bWhat\.|an unknown time", page.words)


@pytest.mark.parametrize("name", WITH_NOTHING_SEALED)
def test_where_nothing_is_sealed_nothing_is_orange(name):
    page = Page(STATES[name][2](Browser()))

    orange = [
        tag.attrs["href"] for tag in page.all("use") if re.search("sealed|locked|opening", tag.attrs["href"])
    ]

    assert page.with_class("strip") == []
    assert len(orange) == 1, "the mark in the header, and no other"


def test_every_page_leads_home_and_past_its_header(state):
    page = Page(STATES[state][2](Browser()))

    links = [tag.attrs["href"] for tag in page.all("a")]

    assert links[:2] == ["#content", "/"]
    assert page.with_id("content").name == "main"


def test_a_page_is_kept_by_nobody_and_sets_no_cookie(state):
    answer = STATES[state][2](Browser())

    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert "default-src 'none'" in answer["Content-Security-Policy"]
