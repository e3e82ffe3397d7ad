"""Which language a page speaks, and who is always answered in English."""

import json

import pytest
from django.conf import settings
from django.test import Client

from tests.builders import a_sealed_text
from tests.pages.page import Page, faults_in
from tests.pages.states import HTML, NO_SHARE, NO_STUB, STATES, Browser, destroyed, locked

pytestmark = pytest.mark.django_db
OTHERS = [code for code, _ in settings.LANGUAGES if code != "en"]
PRIVACY = {
    "en": "Privacy", "de": "Datenschutz", "fr": "Confidentialité", "es": "Privacidad",
    "pt-br": "Privacidade", "ar": "الخصوصية", "ja": "プライバシー", "zh-hans": "隐私",
}  # fmt: skip


def asked(path: str, accept_language: str = "", accept: str = HTML):
    return Client().get(path, headers={"accept": accept, "accept-language": accept_language})


def spoken(answer) -> tuple[str, str]:
    (html,) = Page(answer).all("html")
    return html.attrs["lang"], html.attrs["dir"]


@pytest.mark.parametrize("language", PRIVACY)
def test_an_address_chooses_the_language(language):
    answer = asked(f"/about/privacy?lang={language}", accept_language="fr")

    assert Page(answer).heading == PRIVACY[language]
    assert spoken(answer) == (language, "rtl" if language == "ar" else "ltr")
    assert answer["Content-Language"] == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("nl,ja;q=0.5,fr;q=0.4", "ja"),
        ("pt-PT", "pt-br"),
        ("zh-CN", "zh-hans"),
        ("zh-TW", "zh-hans"),
        ("en-GB,de", "en"),
        ("tlh", "en"),
        ("*", "en"),
        ("", "en"),
        ("x" * 5000, "en"),
    ],
)
def test_else_the_browser_chooses_it(header, language):
    assert spoken(asked("/", header))[0] == language


@pytest.mark.parametrize("asked_for", ["tlh", "", "de-", "../de", "DE\x00"])
def test_a_language_that_is_not_ours_is_not_chosen(asked_for):
    assert spoken(Client().get("/", {"lang": asked_for}, headers={"accept": HTML}))[0] == "en"


def test_a_chosen_language_stays_chosen_and_no_cookie_is_needed():
    answer = asked("/about/how-it-works?lang=ar")

    page = Page(answer)

    ours = [tag.attrs["href"] for tag in page.all("a") if tag.attrs["href"].startswith("/")]
    assert len(ours) >= 4
    assert all(href.endswith("?lang=ar") for href in ours)
    assert not answer.cookies
    assert "Accept-Language" in answer["Vary"]


def test_every_page_offers_every_language_by_its_own_name():
    page = Page(asked(NO_SHARE, "de"))

    offered = {
        tag.attrs["href"]: (tag.attrs["lang"], tag.text)
        for tag in page.all("a")
        if "data-language" in tag.attrs
    }

    assert offered == {f"?lang={code}": (code, name) for code, name in settings.LANGUAGES}


@pytest.mark.parametrize("language", OTHERS)
def test_a_script_learns_its_language_and_where_its_words_are(language):
    page = Page(asked(f"/?lang={language}"))

    (block,) = (tag for tag in page.all("script") if tag.attrs.get("id") == "page")
    facts = json.loads(block.text)

    assert (facts["lang"], facts["words"]) == (language, f"/static/words/{language}.json")
    (preload,) = (tag for tag in page.all("link") if tag.attrs["rel"] == "preload")
    assert (preload.attrs["href"], preload.attrs["as"]) == (facts["words"], "fetch")


def test_in_english_a_script_fetches_no_words():
    page = Page(asked("/"))

    assert '"words": null' in page.html
    assert [tag for tag in page.all("link") if tag.attrs["rel"] == "preload"] == []


def test_programs_and_terminals_are_answered_in_english():
    left = a_sealed_text()

    line = asked("/nothing?lang=de", "de", "*/*").content.decode()
    refusal = asked("/api/v1/shares/aaaaaaaaaaaaaaaa?lang=de", "de").json()
    stub = Client().post(NO_STUB, {"link": left.manage.url}, headers={"accept-language": "de"})

    assert line == "There is no page at this address.\n"
    assert refusal["message"].startswith("This call needs its token")
    assert stub.content.decode().startswith("Nobody has opened it yet. It waits until ")


@pytest.mark.parametrize("path", ["/api/v1/docs?lang=de", "/admin/?lang=de"])
def test_what_is_only_there_in_english_says_so(path, admin_client):
    page = Page(admin_client.get(path, headers={"accept": HTML, "accept-language": "de"}))

    assert page.all("html")[0].attrs["lang"].startswith("en")
    assert [tag for tag in page.all("a") if "data-language" in tag.attrs] == []


def test_the_page_of_a_charset_that_does_not_exist_is_still_a_page():
    asks = {"accept": HTML, "accept-language": "de"}

    answer = Client().generic("POST", "/", b"x", "text/plain; charset=rot13", headers=asks)

    assert (answer.status_code, spoken(answer)[0]) == (400, "de")


class Speaker(Browser):
    """A browser that asks for one language."""

    def __init__(self, language: str) -> None:
        self._client = Client(
            raise_request_exception=False, headers={"accept": HTML, "accept-language": language}
        )


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("state", [state for state in STATES if state != "API docs"])
def test_every_state_is_told_in_every_language(state, language):
    heading, status, reach = STATES[state]

    page = Page(reach(Speaker(language)))

    assert page.status == status
    assert page.heading != heading
    assert faults_in(page) == []
    assert "{" not in page.words
    assert "%(" not in page.words


def test_times_and_sizes_are_told_as_the_reader_tells_them():
    browser = Speaker("de")

    page = Page(browser.stub(destroyed(browser)))
    facts = Page(browser.look(locked(browser)))

    assert "Geöffnet am " in page.words
    assert " um " in page.all("time")[0].text
    assert "etwa 1,1 kB" in facts.words
