"""The send page: its parts, by the names that people read."""

from playwright.sync_api import expect


def text(page):
    return page.get_by_role("textbox", name="Text")


def strip(page):
    return page.get_by_role("button", name="Seal and get the link")


def sealed(page, words="the key"):
    text(page).fill(words)
    strip(page).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("It is sealed.", timeout=60_000)
    return page.locator(".linkbox").first.text_content()
