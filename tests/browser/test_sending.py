"""Sending when something is missing, too much, or changes: it is said, and nothing is left."""

import os

from playwright.sync_api import expect

from sealing.envelope import padme
from sealing.stream import sealed_size
from tests.browser.people import Recipient, Sender, a_line, put, unfinished

MIB, GIB = 1024**2, 1024**3


def calls(watch):
    """Requests to the API so far."""
    return [asked.url for asked in watch.requests if "/api/" in asked.url]


def test_nothing_to_seal_is_said_and_nothing_is_sent(page, watch):
    sender = Sender(page)

    sender.press_strip()

    sender.sees("Nothing to seal yet. Type some text or add files.")
    expect(sender.text).to_be_focused()
    assert calls(watch) == []


def test_too_much_is_said_before_anything_is_sent(page, watch, tmp_path):
    (tmp_path / "huge.bin").touch()
    os.truncate(tmp_path / "huge.bin", 6 * GIB)  # takes no room
    sender = Sender(page).choose(tmp_path / "huge.bin").write("a note")

    sender.press_strip()

    sender.sees("6.4 GB is more than this server takes (5 GB). Remove something, or split it.")
    assert calls(watch) == []
    sender.press("Remove huge.bin")
    sender.seal()
    assert calls(watch)


def test_a_note_and_a_text_that_are_too_long_are_said_before_anything_is_sent(page, watch, tmp_path):
    sender = Sender(page).choose(*put(tmp_path, {"a.bin": b"a"})).write("x" * 2001)
    sender.press_strip()
    sender.sees("A note has at most 2,000 characters. Shorten it, or add it as a file.")

    sender.press("Remove a.bin")
    typed = "(field, text) => { field.value = text; field.dispatchEvent(new Event('input')) }"
    sender.text.evaluate(typed, f"{'x' * 63}\n" * (MIB // 64) + "x")  # as pasted: `fill` is slow
    sender.press_strip()
    sender.sees("is more than this server takes as text (1 MB). Add it as a file instead.")
    assert calls(watch) == []


def test_more_files_than_a_share_takes_are_said_before_anything_is_sent(page, watch, tmp_path):
    paths = put(tmp_path, {f"many/{n}": b"" for n in range(1001)})
    sender = Sender(page).choose_folder(paths[0].parent)
    sender.sees("1,001 files")

    sender.press_strip()

    sender.sees("At most 1,000 files in one share.")
    assert calls(watch) == []


def test_a_file_that_changes_while_it_is_sent_leaves_nothing(site, page, watch, tmp_path):
    (path,) = put(tmp_path, {"notes.bin": os.urandom(40 * MIB)})
    before = unfinished(site)
    with a_line(site, watch) as line:
        sender = Sender(page, line.url).choose(path)
        line.delay_seconds = 0.02
        sender.press_strip()
        sender.waits_for_percent(10)
        path.write_bytes(b"something else")
        line.heal()

        sender.sees("notes.bin changed while it was being sealed. Nothing was left. Add it again.")
        expect(sender.button("Seal and get the link")).to_be_visible()
    assert unfinished(site) == before


def test_a_file_that_is_gone_when_it_is_sealed_is_named(page, tmp_path):
    (path, _) = put(tmp_path, {"notes.bin": b"1", "other.bin": b"2"})
    sender = Sender(page).choose(path, tmp_path / "other.bin")
    path.unlink()

    sender.press_strip()

    sender.sees("notes.bin cannot be read. Nothing was left. Add it again, or leave it out.")
    sender.press("Remove notes.bin")
    sender.seal()


def test_two_files_of_one_name_come_out_as_two(page, new_context, tmp_path):
    first, second = put(tmp_path, {"a/notes.txt": b"first", "b/notes.txt": b"second"})
    sender = Sender(page).choose(first).choose(second)

    found = sender.seal()

    files = Recipient(new_context().new_page(), found.link).open().saved()
    assert files == {"notes.txt": b"first", "notes (2).txt": b"second"}


def test_hiding_the_exact_size_changes_what_the_server_sees_and_not_what_comes_out(
    site, page, new_context, tmp_path
):
    files = {"notes.bin": os.urandom(100_003)}
    sender = Sender(page).choose(*put(tmp_path, files))
    page.get_by_label("Hide the exact size").check()
    found = sender.seal()

    ((size,),) = site.sql("SELECT size FROM shares_share WHERE id = %s", found.link.split("/s/")[1][:16])
    assert size == sealed_size(padme(100_003)) > sealed_size(100_003)
    assert Recipient(new_context().new_page(), found.link).open().saved() == files


def test_after_one_share_another_is_left_from_the_same_tab(page, new_context):
    links = []
    for text in ("first", "second"):
        sender = Sender(page).write(text)
        page.keyboard.press("Control+Enter")
        links.append(sender.sealed().link)

    assert [Recipient(new_context().new_page(), link).open().text for link in links] == ["first", "second"]
