"""Guarded shares: a wrong password uses up a try, five lock it until the sender unlocks."""

import os

from playwright.sync_api import expect

from tests.browser.left import a_text, some_files
from tests.browser.people import PATIENCE_MS, Recipient, Sender, Stub
from tests.faults.envelopes import seal

PASSWORD = "zebra-Öl-quiet-42"
TEXT = "Only for who knows the word."


def test_the_password_opens_it_and_stands_beside_the_link(page, new_context):
    sender = Sender(page).write(TEXT).guard(PASSWORD)
    left = sender.seal()
    sender.sees(f"They also need the password: {PASSWORD}")
    assert PASSWORD not in left.link

    recipient = Recipient(new_context().new_page(), left.link)
    recipient.sees("5 tries left.")
    recipient.try_password(PASSWORD)

    assert recipient.has_it().text == TEXT
    recipient.destroyed()


def test_four_words_by_chance_are_a_password(page, new_context):
    sender = Sender(page).write(TEXT).wants_a_password()
    first = sender.password.input_value()
    sender.press("Another")
    expect(sender.password).not_to_have_value(first)
    words = sender.password.input_value()
    assert len(words.split("-")) == 4
    left = sender.seal()

    recipient = Recipient(new_context().new_page(), left.link)
    recipient.try_password(words)

    assert recipient.has_it().text == TEXT


def test_a_wrong_password_uses_up_a_try_and_stays_in_its_field(site, page):
    recipient = Recipient(page, a_text(site, TEXT, PASSWORD).link(site.url))

    recipient.try_password("zebra-Ol-quiet-42")
    recipient.sees("That is not the password. 4 tries left.")
    expect(recipient.password).to_have_value("zebra-Ol-quiet-42")
    expect(recipient.password).to_be_focused()
    expect(page.get_by_role("alert")).to_have_text("That is not the password. 4 tries left.")

    recipient.try_password(PASSWORD)
    assert recipient.has_it().text == TEXT


def test_without_a_password_nothing_is_asked_and_no_try_is_used_up(site, page):
    envelope = a_text(site, TEXT, PASSWORD)
    recipient = Recipient(page, envelope.link(site.url))

    recipient.press_strip()

    recipient.sees("Type the password, which the sender gives you. No try was used up.")
    assert site.sql("SELECT attempts FROM shares_share WHERE id = %s", envelope.id) == [(0,)]


def test_five_wrong_passwords_lock_it_until_the_sender_unlocks_it(site, page, new_context):
    envelope = a_text(site, TEXT, PASSWORD)
    recipient = Recipient(page, envelope.link(site.url))
    for left in ("4 tries left.", "3 tries left.", "2 tries left.", "One try left. After that it locks"):
        recipient.try_password("open sesame")
        recipient.sees(f"That is not the password. {left}")
    recipient.try_password("open sesame")
    recipient.reads("Locked")
    recipient.sees("Five wrong passwords. Nothing is lost: ask the sender to unlock it from their stub.")
    expect(recipient.button("Open it now")).to_have_count(0)

    stub = Stub(new_context().new_page(), envelope.manage_link(site.url))
    stub.reads("Locked")
    stub.page.get_by_role("button", name="Unlock").click()
    stub.reads("Waiting")

    recipient.press("Look again")
    recipient.sees("5 tries left.")
    recipient.try_password(PASSWORD)
    assert recipient.has_it().text == TEXT


def test_a_reload_in_the_middle_asks_for_the_password_again_and_uses_no_try(site, page):
    files = {"notes.bin": os.urandom(300_000)}
    envelope = some_files(site, files, password=PASSWORD)
    recipient = Recipient(page, envelope.link(site.url))
    page.route("**/api/v1/shares/*/blob", lambda route: route.abort())  # no byte comes
    with page.expect_request("**/api/v1/shares/*/blob", timeout=PATIENCE_MS):
        recipient.try_password(PASSWORD)

    page.reload()
    page.unroute_all()
    recipient.sees("Type the password again to go on. It uses up no try.")
    recipient.password.fill("open sesame")
    recipient.press("Go on")
    recipient.sees("That is not the password. No try was used up.")
    recipient.password.fill(PASSWORD)
    recipient.press("Go on")

    assert recipient.has_it().saved() == files
    recipient.destroyed()
    assert site.sql("SELECT attempts FROM shares_share WHERE id = %s", envelope.id) == [(0,)]


def test_destroying_a_guarded_share_needs_its_password(site, page):
    envelope = a_text(site, TEXT, PASSWORD)
    recipient = Recipient(page, envelope.link(site.url))
    recipient.press("Destroy it unopened")
    recipient.press("Destroy")
    recipient.sees("Type the password first. Destroying it needs it, too.")

    recipient.password.fill("open sesame")
    recipient.press("Destroy it unopened")
    recipient.press("Destroy")
    recipient.sees("That is not the password. 4 tries left.")
    recipient.password.fill(PASSWORD)
    recipient.press("Destroy it unopened")
    recipient.press("Destroy")

    recipient.reads("Destroyed")
    assert site.sql("SELECT state FROM shares_share WHERE id = %s", envelope.id) == [("burned",)]


def test_a_link_of_another_share_is_not_opened_by_the_right_password(site, page):
    """The secret of one link under the id of another: the server knows no such share."""
    envelope, stranger = a_text(site, TEXT, PASSWORD), seal(b"x")
    mixed = envelope.link(site.url).split("#")[0] + "#" + stranger.link(site.url).split("#")[1]

    Recipient(page, mixed).reads("Nothing under this link")
