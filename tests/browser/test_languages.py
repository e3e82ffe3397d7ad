"""The whole way in other languages: in the reader's words and direction, with nothing lost."""

import json
import os
from itertools import product

import pytest
from playwright.sync_api import Page, expect

from tests.browser.executable import CLONE
from tests.browser.left import a_text
from tests.browser.people import put

LANGUAGES = {"ar": "rtl", "de": "ltr", "ja": "ltr"}
# Each language in one width: the one with the longest words where there is least room.
SHORT = {("ar", 360), ("de", 360), ("ja", 1280)}
TEXT = "وصول 12:30 — Übergabe, 午後"
WORDS = CLONE / "locale" / "dist" / "words"


def words(language: str) -> dict[str, str | list[str]]:
    """What the scripts say in it, by the English."""
    return dict(json.loads((WORDS / f"{language}.json").read_text())["words"])


def speaks(page: Page, language: str) -> None:
    """That no sentence stands there in English, in the right direction, with nothing to scroll sideways."""
    root = page.locator("html")
    expect(root).to_have_attribute("lang", language)
    expect(root).to_have_attribute("dir", LANGUAGES[language])
    seen = page.get_by_role("main").inner_text()
    english = [said for said, other in words(language).items() if len(said) > 8 and other != said]
    assert [said for said in english if said in seen] == []
    wide, room = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    assert wide <= room


@pytest.mark.parametrize(
    ("language", "width"),
    [
        pytest.param(language, width, marks=[] if (language, width) in SHORT else [pytest.mark.full])
        for language, width in product(LANGUAGES, (360, 1280))
    ],
)
def test_the_whole_way_in_another_language(new_context, tmp_path, language, width):
    says = words(language)
    options = {"locale": language, "viewport": {"width": width, "height": 800}}
    file = {"رسالة.pdf": os.urandom(3000)}

    sender = new_context(**options).new_page()
    sender.goto("/")
    add = sender.get_by_role("button", name=says["Add files"], exact=True)
    with sender.expect_file_chooser() as asked:
        add.click()
    asked.value.set_files(put(tmp_path, file))
    sender.locator("#text").fill(TEXT)
    speaks(sender, language)
    sender.locator("button.strip").click()
    expect(sender.locator("h1")).to_have_text(says["It is sealed."])
    speaks(sender, language)
    link = str(sender.locator(".linkbox").first.text_content())
    stub_link = str(sender.get_by_role("link", name=says["Open the stub"]).get_attribute("href"))

    recipient = new_context(**options).new_page()
    recipient.goto(link)
    expect(recipient.locator("h1")).to_have_text(says["Someone left something for you"])
    speaks(recipient, language)
    recipient.locator("button.strip").click()
    row = recipient.locator("a[download]").first
    expect(row).to_be_visible()
    expect(recipient.get_by_text(TEXT)).to_be_visible()
    with recipient.expect_download() as saving:
        row.click()
    assert saving.value.path().read_bytes() == file[saving.value.suggested_filename]
    speaks(recipient, language)

    stub = new_context(**options).new_page()
    stub.goto(stub_link)
    expect(stub.locator("h1")).to_have_text(says["Opened"])
    speaks(stub, language)

    late = new_context(**options).new_page()
    late.goto(link)
    expect(late.locator("h1")).to_have_text(says["Already opened"])
    speaks(late, language)


def test_another_language_keeps_the_link_and_takes_nothing(site, page):
    left = a_text(site, TEXT)
    link = left.link(site.url)
    page.goto(link)
    expect(page.get_by_role("button", name="Open it now")).to_be_visible()

    page.locator("a[data-language][lang=ar]").click()

    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.url.partition("#")[2] == link.partition("#")[2]
    assert page.evaluate("history.length") == 2, "about:blank, and the link once"
    page.locator("button.strip").click()
    expect(page.get_by_text(TEXT)).to_be_visible()
