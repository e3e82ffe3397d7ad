"""Opening without scripts: look first, then press the strip; and what a wrong password says."""

import pytest

from shares.values import State
from tests.builders import Fields, a_sealed_text, row_of
from tests.pages.page import Page, words
from tests.pages.states import NO_SHARE, Browser, locked, opened

pytestmark = pytest.mark.django_db


def state_of(left) -> str:
    return row_of(left.link).state


def test_the_receive_page_is_the_same_bytes_for_every_id():
    browser = Browser()

    pages = {browser.get(f"/s/{'abcdefgh'[n] * 16}").content for n in range(8)}
    known = browser.get(f"/s/{row_of(a_sealed_text().link).pk}").content

    assert pages == {known}


def test_looking_shows_the_facts_and_takes_nothing():
    left = a_sealed_text("secret")

    page = Page(Browser().look(left))

    facts = dict(zip(page.texts("dt"), page.texts("dd"), strict=True))
    assert facts["Size"] == "about 1.1 kB"
    assert facts["Opens"] == "once"
    assert "Nothing has been opened yet, and looking at this page changes nothing." in page.words
    assert facts["Waits until"].endswith(" UTC")
    assert page.all("time")[0].attrs["datetime"] == f"{left.expires_at:%FT%TZ}"
    assert page.with_class("note")[0].text.startswith("The server opens it for you.")
    assert "secret" not in page.html
    assert state_of(left) == State.READY


def test_several_openings_are_counted_out():
    browser = Browser()
    left = opened(browser, opens=3)

    page = Page(browser.look(left))

    assert "It opens 3 times in all, 2 are left." in page.words
    assert "2 of 3 left" in page.texts("dd")
    assert "cannot be opened a second time" not in page.words
    assert page.texts("button")[-1] == "I have it: end this opening"


def test_no_password_is_asked_where_there_is_none():
    page = Page(Browser().look(a_sealed_text()))

    assert [tag for tag in page.all("input") if tag.attrs.get("type") == "password"] == []


def test_a_wrong_password_stays_in_its_field_and_says_what_is_left():
    browser = Browser()
    answer, _ = browser.open(a_sealed_text(password="right"), "wr<ng")

    page = Page(answer)

    field = page.field("password")
    assert field.attrs["value"] == "wr<ng"
    assert field.attrs["aria-describedby"] == "problem"
    assert words(page.with_id("problem").text) == "That is not the password. 4 tries left."


def test_the_right_password_after_a_wrong_one_opens_under_the_same_lease():
    browser = Browser()
    left = a_sealed_text("the secret\n", password="right")
    answer, fields = browser.open(left, "wrong")

    again = Fields(answer.content.decode()).found
    page = Page(browser.post(NO_SHARE, {**again, "password": "right"}))

    assert again["lease"] == fields["lease"]
    assert page.with_class("shown")[0].text == "the secret\n"


def test_a_locked_share_says_that_nothing_is_lost_and_has_nothing_to_press():
    browser = Browser()
    left = locked(browser)

    page = Page(browser.look(left))

    assert page.heading == "Locked"
    assert "Nothing is lost: ask the sender to unlock it" in page.words
    assert [words(tag.text) for tag in page.all("button")] == ["Look again"]


def test_text_is_shown_as_it_was_and_again_on_a_second_press():
    browser = Browser()
    secret = "<script>alert(1)</script>\n\n  a=1 &amp; b\n"
    left = a_sealed_text(secret)
    first, fields = browser.open(left)

    again = browser.post(NO_SHARE, fields)

    assert Page(first).with_class("shown")[0].text == secret
    assert Page(again).with_class("shown")[0].text == secret
    assert "It is gone for everybody else." in Page(first).words


def test_destroying_it_says_so_once_it_is_true():
    browser = Browser()
    left = a_sealed_text()
    _, fields = browser.open(left)

    page = Page(browser.post(NO_SHARE, {**fields, "action": "destroy"}))

    assert state_of(left) == State.BURNED
    assert page.heading == "Destroyed"
    assert "the server's half of the key, and the sealed bytes. The link opens nothing now." in page.words


def test_ending_one_opening_of_several_does_not_claim_that_the_share_is_destroyed():
    browser = Browser()
    left = a_sealed_text(opens=2)
    first, fields = browser.open(left)

    page = Page(browser.post(NO_SHARE, {**fields, "action": "destroy"}))

    assert "I have it: end this opening" in Page(first).texts("button")
    assert page.heading == "Your opening is over"
    assert "The share can still be opened once." in page.words
    assert state_of(left) == State.READY


def test_destroying_what_was_not_opened_here_destroys_nothing():
    browser = Browser()
    left = a_sealed_text()
    fields = Fields(browser.look(left).content.decode()).found

    answer = browser.post(NO_SHARE, {**fields, "action": "destroy"})

    assert answer.status_code == 422
    assert "It has not been opened from this page yet." in Page(answer).words
    assert state_of(left) == State.READY


@pytest.mark.parametrize("text", ["", "x", "http://testserver/s/aaaaaaaaaaaaaaaa"])
def test_a_link_that_cannot_be_used_is_asked_for_again_in_place(text):
    page = Page(Browser().post(NO_SHARE, {"link": text}))

    field = page.field("link")
    assert field.attrs["aria-describedby"] == "sentence"
    assert page.with_id("sentence").text
    assert page.texts("button") == ["Look"]


def test_if_that_was_not_you_stands_only_where_someone_has_opened_it():
    browser = Browser()
    left = opened(browser)
    other = a_sealed_text()
    browser.stub(other, "revoke")

    seen = [Page(browser.look(share)).words for share in (left, other)]

    assert ["If that was not you," in words_ for words_ in seen] == [True, False]


def test_a_wrong_link_and_an_unknown_id_read_the_same_and_change_nothing():
    browser = Browser()
    left = a_sealed_text()
    wrong = left.link.url[:-26] + "a" * 26
    unknown = f"http://testserver{NO_SHARE}#1{'a' * 26}"

    pages = {browser.post(NO_SHARE, {"link": link}).content for link in (wrong, unknown)}

    assert len(pages) == 1
    assert state_of(left) == State.READY


def test_a_form_from_another_site_is_refused_and_changes_nothing():
    browser = Browser()
    left = a_sealed_text()

    answers = [
        browser.post(NO_SHARE, {"link": left.link.url}, sec_fetch_site=site)
        for site in ("cross-site", "same-site")
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "Nothing was done" in Page(answers[0]).words
    assert state_of(left) == State.READY
