"""JavaScript off: leaving, opening and the stub work by plain forms, and say what the server sees."""

import os
import re

import pytest
from playwright.sync_api import expect

from tests.browser import left
from tests.browser.left import TEXT
from tests.browser.people import Left, Person, Recipient, put

PASSWORD = "zebra-quiet"


@pytest.fixture
def plain(new_context):
    """A visitor whose browser runs no scripts."""
    return Person(new_context(java_script_enabled=False).new_page())


def seal(person):
    """Press the strip; the links, which stand there as text."""
    person.press("Seal and get the link")
    person.reads("It is sealed.")
    links = [
        region.get_by_text(re.compile("^http")).first for region in person.page.get_by_role("region").all()
    ]
    return Left(*(str(link.text_content()) for link in links))


def look(person, link):
    person.page.goto("about:blank")  # the address of a page is not gone to twice
    person.page.goto(link)
    person.reads("Open a share")
    person.page.get_by_label("The whole link").fill(link)
    person.press("Look")


def open_it(person, link):
    look(person, link)
    person.reads("Someone left something for you")
    person.sees("The server opens it for you. It holds the key and sees the content while it passes it on.")
    person.press("Open it now")


def test_a_text_is_sealed_and_opened_by_the_server_which_says_so(plain, watch):
    plain.page.goto("/")
    plain.sees(
        "The server seals this for you. It sees the content while it does, and stores only sealed bytes."
    )
    plain.page.get_by_role("textbox", name="Text", exact=True).fill(TEXT)
    found = seal(plain)

    open_it(plain, found.link)
    plain.reads("Here it is")
    assert plain.page.get_by_label("The text").text_content() == TEXT
    plain.press("I have it: destroy it now")
    plain.reads("Destroyed")

    look(plain, found.link)
    plain.reads("Already opened")
    watch.forgive("status of 410")


def test_files_are_sealed_by_the_server_and_come_out_in_a_browser_with_scripts(plain, page, tmp_path):
    files = {"one.bin": os.urandom(100_000), "zwei.bin": b"2"}
    plain.page.goto("/")
    plain.page.get_by_label("Files").set_input_files(put(tmp_path, files))
    plain.page.get_by_label("Password, if you want one").fill(PASSWORD)
    found = seal(plain)
    plain.sees("They also need the password.")

    recipient = Recipient(page, found.link)
    recipient.try_password(PASSWORD)

    assert recipient.has_it().saved() == files
    recipient.destroyed()


def test_files_sealed_in_a_browser_are_opened_by_the_server(site, plain):
    files = {"notes.bin": os.urandom(300_000)}
    envelope = left.some_files(site, files)

    with plain.page.expect_download() as saving:
        open_it(plain, envelope.link(site.url))

    assert saving.value.suggested_filename == "notes.bin"
    assert saving.value.path().read_bytes() == files["notes.bin"]


def test_wrong_passwords_are_counted_and_the_sender_unlocks(site, plain, watch):
    envelope = left.a_text(site, password=PASSWORD)
    look(plain, envelope.link(site.url))
    plain.sees("5 tries left.")
    for said in ("4 tries left.", "3 tries left.", "2 tries left.", "One try left."):
        plain.page.get_by_label("Password, from the sender").fill("sesame")
        plain.press("Open it now")
        plain.sees(said)
    plain.page.get_by_label("Password, from the sender").fill("sesame")
    plain.press("Open it now")
    plain.reads("Locked")
    watch.forgive("status of 4")

    plain.page.goto(envelope.manage_link(site.url))
    plain.page.get_by_label("Your stub's link").fill(envelope.manage_link(site.url))
    plain.press("Look")
    plain.reads("Locked")
    plain.page.get_by_role("button", name="Unlock").click()
    plain.reads("Waiting")

    look(plain, envelope.link(site.url))
    plain.page.get_by_label("Password, from the sender").fill(PASSWORD)
    plain.press("Open it now")
    assert plain.page.get_by_label("The text").text_content() == TEXT


def test_the_stub_revokes(site, plain, watch):
    envelope = left.a_text(site)
    plain.page.goto(envelope.manage_link(site.url))
    plain.page.get_by_label("Your stub's link").fill(envelope.manage_link(site.url))
    plain.press("Look")
    plain.reads("Waiting")

    plain.page.get_by_text("Revoke", exact=True).first.click()
    plain.sees("Revoke it? It is destroyed now, unopened, and nobody can open it.")
    plain.press("Revoke")

    plain.reads("Revoked")
    look(plain, envelope.link(site.url))
    plain.reads("The sender took it back")
    watch.forgive("status of 410")


def test_nothing_to_seal_is_said_and_keeps_the_page(plain, watch):
    plain.page.goto("/")

    plain.press("Seal and get the link")

    expect(plain.page.get_by_role("main").get_by_role("alert")).to_be_visible()
    expect(plain.button("Seal and get the link")).to_be_visible()
    watch.forgive("status of 422")


def test_a_browser_with_scripts_may_let_the_server_open_it(site, page):
    recipient = Recipient(page, left.a_text(site).link(site.url))

    page.get_by_text("Other ways to open it").click()
    recipient.sees(
        "The server can open it for you. It holds the key and sees the content while it passes it on."
    )
    recipient.press("Let the server open it")
    recipient.reads("Someone left something for you")
    recipient.sees("The server opens it for you.")
    recipient.press("Open it now")

    recipient.reads("Here it is")
    assert page.get_by_label("The text").text_content() == TEXT
