"""Leaving something through the form: what it offers, what it keeps, what it hands out."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.pages.page import Page, words
from tests.pages.states import HTML, Browser

pytestmark = pytest.mark.django_db


def test_the_form_says_its_limits_and_who_seals():
    page = Page(Browser().get("/"))

    assert "Up to 5 GB in all, at most 1000 files." in page.words
    assert "Text alone: up to 1 MB." in page.words
    assert page.with_class("note")[0].text.startswith("The server seals this for you.")


def test_lifetimes_are_offered_in_words_and_the_usual_one_is_chosen():
    page = Page(Browser().get("/"))

    offered = {tag.text: tag.attrs for tag in page.all("option")}

    assert list(offered)[:6] == ["5 minutes", "1 hour", "24 hours", "3 days", "7 days", "30 days"]
    assert [text for text, attrs in offered.items() if "selected" in attrs] == ["24 hours"]
    assert list(offered)[6:] == ["Once", "Twice", "3 times", "5 times", "10 times", "25 times", "100 times"]


def test_nothing_is_offered_that_the_site_would_refuse(settings):
    settings.MIN_LIFETIME_SECONDS, settings.MAX_LIFETIME_SECONDS = 3600, 4 * 86400
    settings.DEFAULT_LIFETIME_SECONDS, settings.MAX_OPENS = 7200, 3

    browser = Browser()
    values = [tag.attrs["value"] for tag in Page(browser.get("/")).all("option")]

    assert values == ["3600", "7200", "86400", "259200", "1", "2", "3"]
    for expires in values[:4]:
        assert browser.post("/", {"text": "x", "expires": expires, "opens": "3"}).status_code == 201


def test_what_was_typed_and_chosen_is_still_there_after_a_refusal(settings):
    settings.MAX_TEXT_BYTES = 1024
    typed = {"text": "\nkey=<1>\n" + "x" * 2000, "expires": "259200", "opens": "5", "password": 'a"b'}

    page = Page(Browser().post("/", typed))

    assert page.status == 413
    # A browser drops the first line end of a text area.
    assert page.field("text").text == "\n" + typed["text"]
    assert [tag.attrs["value"] for tag in page.all("option") if "selected" in tag.attrs] == ["259200", "5"]
    assert page.field("password").attrs["value"] == 'a"b'
    assert "More than this server takes (1 kB). Nothing was left" in words(page.with_id("problem").text)


def test_a_refusal_is_tied_to_the_field_and_heard_at_once():
    page = Page(Browser().post("/", {"text": ""}))

    problem, text = page.with_id("problem"), page.field("text")

    assert words(problem.text) == "Nothing to seal yet. Type some text or add files."
    assert problem.attrs["role"] == "alert"
    assert text.attrs["aria-describedby"].split()[0] == "problem"
    assert text.attrs["aria-invalid"] == "true"


def test_the_result_shows_both_links_whole_and_the_lines_that_open_and_revoke():
    page = Page(Browser().post("/", {"file": SimpleUploadedFile("it's.pdf", b"content")}))

    link, stub = (tag.text for tag in page.with_class("linkbox"))
    opening, revoking = (tag.text for tag in page.with_class("command"))

    assert link.startswith("http://testserver/s/")
    assert stub.startswith("http://testserver/m/")
    assert len(link.partition("#")[2]) == len(stub.partition("#")[2]) == 27
    assert opening == (
        f"curl -f --no-clobber -o './it'\"'\"'s.pdf' --data-urlencode 'link={link}' {link.partition('#')[0]}"
    )
    assert f"'link={stub}'" in revoking
    assert "-d action=revoke" in revoking


def test_the_strip_of_the_result_says_how_often_and_until_when():
    once = Page(Browser().post("/", {"text": "x", "opens": "1"}))
    thrice = Page(Browser().post("/", {"text": "x", "opens": "3", "password": "y"}))

    assert words(once.with_class("strip")[0].text).startswith("Sealed. Opens once, until ")
    assert words(thrice.with_class("strip")[0].text).startswith("Sealed. Opens 3 times, until ")
    assert "The first 3 to open it get what is inside." in thrice.words
    assert "the first opening is the only one" in once.words
    assert "the first opening is the only one" not in thrice.words
    assert "They also need the password. Not in the same message as the link." in thrice.words
    assert "They also need the password." not in once.words


def test_the_stub_is_one_press_away_from_the_result():
    browser = Browser()
    page = Page(browser.post("/", {"text": "x"}))

    (form,) = page.all("form")
    stub = Page(browser.post(form.attrs["action"], {"link": page.field("link").attrs["value"]}))

    assert stub.heading == "Waiting"


def test_a_browser_gets_a_page_and_a_terminal_gets_lines(client):
    page = client.post("/", {"text": "x"}, headers={"accept": HTML})
    lines = client.post("/", {"text": "x"}, headers={"accept": "*/*"})

    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert lines["Content-Type"] == "text/plain; charset=utf-8"
