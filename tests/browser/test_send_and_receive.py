"""Whole ways from one browser to another: what was left comes out as it was, once."""

import os

import pytest
from playwright.sync_api import expect

from tests.browser.people import Recipient, Sender, Stub, put

KIB, MIB = 1024, 1024**2
TEXT = (
    "The key is under the third stone.\n\n"
    "  Ask for Nora \u2013 \u05e9\u05dc\u05d5\u05dd, \U0001f511\t<b>&amp;</b>"
)


@pytest.fixture
def other(new_context):
    """Another person's tab."""
    return new_context().new_page()


def test_a_text_comes_out_as_it_was_and_is_gone_after_that(page, other, new_context):
    left = Sender(page).write(TEXT).seal()

    recipient = Recipient(other, left.link)
    recipient.reads("Someone left something for you")
    recipient.open()
    assert recipient.text == TEXT
    recipient.destroyed().sees("It is already gone from the server.")
    assert "#" not in other.url

    late = Recipient(new_context().new_page(), left.link)
    late.reads("Already opened")
    late.sees("If that was not you, someone else has what was inside.")
    Stub(page, left.stub).sees("received whole, then destroyed")


def test_looking_at_a_link_opens_nothing(page, other):
    left = Sender(page).write(TEXT).seal()

    for _ in range(3):
        recipient = Recipient(other, left.link)
        recipient.sees("Nothing has been opened yet, and looking at this page changes nothing.")
        expect(recipient.button("Open it now")).to_be_enabled()
        recipient.page.mouse.move(200, 300)
    Stub(page, left.stub).reads("Waiting")

    assert recipient.open().text == TEXT


SIZES = {"0 bytes": 0, "64 KiB exactly": 64 * KIB, "20 MiB": 20 * MIB}


@pytest.mark.parametrize("size", SIZES)
def test_one_file_comes_out_as_it_was(page, other, tmp_path, size):
    files = {"notes.bin": os.urandom(SIZES[size])}
    left = Sender(page).choose(*put(tmp_path, files)).seal()

    recipient = Recipient(other, left.link).open()

    recipient.reads("One file, ready to save")
    assert recipient.saved() == files
    recipient.destroyed()


@pytest.mark.full
def test_a_file_of_300_mib_comes_out_as_it_was(page, other, tmp_path):
    files = {"notes.bin": os.urandom(300 * MIB)}
    left = Sender(page).choose(*put(tmp_path, files)).seal()

    recipient = Recipient(other, left.link).open()

    assert recipient.saved() == files
    recipient.destroyed()


NOTE = "All ten belong together."
TEN = {
    f"{n}. \u0434\u043e\u0433\u043e\u0432\u043e\u0440 & 100%.bin": os.urandom(n * 20_000) for n in range(10)
}


def test_ten_files_come_out_one_by_one_and_as_one_zip(page, other, tmp_path):
    left = Sender(page).choose(*put(tmp_path, TEN)).write(NOTE).seal()

    recipient = Recipient(other, left.link).open()

    recipient.reads("10 files, ready to save")
    recipient.sees(NOTE)
    assert recipient.saved() == TEN
    other.wait_for_timeout(1000)  # Chromium drops an eleventh download within one second, for any page
    assert recipient.saved_zip() == {**TEN, "note.txt": NOTE.encode()}
    recipient.destroyed()


FOLDER = {
    "logs/today.txt": b"quiet",
    "logs/2026/november/23.txt": os.urandom(70_000),
    "logs/2026/empty": b"",
    "logs/\u00fcber uns/caf\u00e9.txt": b"closed",
}


def test_a_folder_keeps_its_names(page, other, tmp_path):
    put(tmp_path, FOLDER)
    sender = Sender(page).choose_folder(tmp_path / "logs")
    sender.sees("4 files")
    left = sender.seal()

    recipient = Recipient(other, left.link).open()

    assert recipient.saved() == FOLDER
    assert recipient.saved_zip() == FOLDER


def test_a_share_that_opens_twice_opens_twice(page, new_context):
    left = Sender(page).write(TEXT).lets_open(2).seal()

    first, second, third = (new_context().new_page() for _ in range(3))
    opened = Recipient(first, left.link)
    opened.sees("It opens 2 times in all, 2 are left.")
    assert opened.open().text == TEXT
    opened.sees("It can still be opened once.")
    Stub(page, left.stub).reads("Opened 1 of 2 times")

    opened = Recipient(second, left.link)
    assert opened.open().text == TEXT
    opened.destroyed()

    Recipient(third, left.link).reads("Already opened")


def test_a_link_is_copied_as_it_stands_there(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sender = Sender(page).write(TEXT)
    left = sender.seal()

    sender.press("Copy link")

    expect(page.get_by_role("status")).to_have_text("Link copied.")
    assert page.evaluate("() => navigator.clipboard.readText()") == left.link
