"""Shares that cannot be opened: each page says what happened, and keeps nothing that is not whole."""

import os

import pytest

from tests.browser import left
from tests.browser.people import Recipient, Sender, Stub
from tests.faults import client
from tests.faults.client import send
from tests.faults.envelopes import seal

TEXT = "The key is under the third stone."


def test_expired_before_anybody_came(site, page, new_context):
    envelope = left.a_text(site, TEXT)
    left.expired(site, envelope)

    recipient = Recipient(page, envelope.link(site.url))

    recipient.reads("It waited, and nobody came")
    recipient.sees("Nobody opened it in time, so it is gone, unopened. Ask the sender to leave it again.")
    recipient.sees_not("If that was not you")
    Stub(new_context().new_page(), envelope.manage_link(site.url)).reads("Expired unopened")


def test_expired_while_its_page_was_open(site, page):
    envelope = left.a_text(site, TEXT)
    recipient = Recipient(page, envelope.link(site.url))
    recipient.reads("Someone left something for you")
    left.expired(site, envelope)

    recipient.press_strip()

    recipient.reads("It waited, and nobody came")


def test_the_sender_takes_it_back_while_the_recipient_looks(site, page, new_context):
    left_by = Sender(page).write(TEXT).seal()
    recipient = Recipient(new_context().new_page(), left_by.link)
    recipient.reads("Someone left something for you")
    Stub(page, left_by.stub).revoke()

    recipient.press_strip()

    recipient.reads("The sender took it back")
    recipient.sees("Nobody had opened it.")


def test_keep_it_revokes_nothing(site, page):
    envelope = left.a_text(site, TEXT)
    stub = Stub(page, envelope.manage_link(site.url))

    stub.press("Revoke")
    stub.press("Keep it")
    stub.press("Revoke")
    page.keyboard.press("Escape")
    stub.sees_not("Revoke it?")

    page.reload()
    stub.reads("Waiting")


def test_destroyed_unopened_by_its_recipient(site, page, new_context):
    envelope = left.a_text(site, TEXT)
    recipient = Recipient(page, envelope.link(site.url))

    recipient.press("Destroy it unopened")
    recipient.sees("Destroy it? Nobody can open it then, you included.")
    recipient.press("Keep it")
    recipient.press("Destroy it unopened")
    recipient.press("Destroy")

    recipient.reads("Destroyed")
    recipient.sees("You destroyed it unopened on")
    assert "#" not in page.url
    page.reload()
    recipient.reads("Destroyed")
    late = Recipient(new_context().new_page(), envelope.link(site.url))
    late.reads("Already opened")
    assert send(site.url, client.fetch(envelope, os.urandom(32))).status >= 400


def test_taken_down_by_those_who_run_the_server(site, page):
    envelope = left.a_text(site, TEXT)
    left.removed(site, envelope)

    Recipient(page, envelope.link(site.url)).reads("Taken down")


def test_not_ready_yet_becomes_ready_by_itself(site, page):
    envelope = left.half_left(site)
    recipient = Recipient(page, envelope.link(site.url))
    recipient.reads("Still being sealed")
    assert recipient.button("Open it now").count() == 0

    send(site.url, client.part(envelope, 0, len(envelope.blob)))
    assert send(site.url, client.complete(envelope)).status == 200

    recipient.reads("Someone left something for you")


# --- the link itself --------------------------------------------------------------------------------

CUT = {
    "no fragment": lambda link: link.split("#")[0],
    "an empty fragment": lambda link: link.split("#")[0] + "#",
    "half a secret": lambda link: link[:-9],
    "one character less": lambda link: link[:-1],
}


@pytest.mark.parametrize("how", CUT)
def test_a_cut_link_says_so_and_takes_the_whole_one(site, page, how):
    envelope = left.a_text(site, TEXT)
    whole = envelope.link(site.url)
    recipient = Recipient(page, CUT[how](whole))
    recipient.reads("The link is cut")
    recipient.sees("Nothing has been opened.")

    page.get_by_label("The whole link").fill(CUT[how](whole))
    recipient.press("Look")
    recipient.sees("That is not a whole link: the part after the # is missing or cut.")
    page.get_by_label("The whole link").fill(f"  {whole}. ")
    recipient.press("Look")

    assert recipient.open().text == TEXT


def test_a_link_of_a_newer_version_says_so(site, page):
    envelope = left.a_text(site, TEXT)

    recipient = Recipient(page, envelope.link(site.url).replace("#1", "#2"))

    recipient.reads("This link is newer than this page")
    recipient.sees("Reload the page. If that does not help, the server needs an update.")


def test_an_unknown_link_guesses_nothing(site, page):
    recipient = Recipient(page, left.nowhere(site).link(site.url))

    recipient.reads("Nothing under this link")
    recipient.sees("We cannot tell which. Ask the sender to copy the whole link again.")


def test_another_link_pasted_over_the_address_is_looked_at(site, page):
    envelope = left.a_text(site, TEXT)
    recipient = Recipient(page, envelope.link(site.url).split("#")[0])
    recipient.reads("The link is cut")

    page.goto(envelope.link(site.url))

    assert recipient.open().text == TEXT


def test_a_stub_link_that_is_cut_takes_the_whole_one(site, page):
    envelope = left.a_text(site, TEXT)
    stub = Stub(page, envelope.manage_link(site.url).split("#")[0])
    stub.reads("The link is cut")

    page.get_by_label("Your stub's link").fill(envelope.manage_link(site.url))
    stub.press("Look")

    stub.reads("Waiting")


# --- the bytes --------------------------------------------------------------------------------------


def stored(site, envelope):
    ((name,),) = site.sql("SELECT storage_name FROM shares_share WHERE id = %s", envelope.id)
    return next(path for path in site.blobs() if path.name == name)


def flip_a_byte(site, envelope):
    """In the stored blob; again to mend it."""
    path = stored(site, envelope)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


SIZES = {"within the claim": 1000, "fetched": 300_000}


@pytest.mark.parametrize("size", SIZES)
def test_what_did_not_arrive_whole_is_kept_by_nobody_and_not_destroyed(site, page, size):
    files = {"notes.bin": os.urandom(SIZES[size])}
    envelope = left.some_files(site, files)
    flip_a_byte(site, envelope)
    recipient = Recipient(page, envelope.link(site.url))
    recipient.press_strip()
    recipient.reads("It did not arrive whole")
    recipient.sees("none of it is kept. Nothing was destroyed.")
    assert page.get_by_role("link", name="Save").count() == 0

    recipient.press("Fetch it again")
    recipient.sees("It is damaged on the server. Tell the sender.")
    assert site.sql("SELECT state FROM shares_share WHERE id = %s", envelope.id) == [("claimed",)]

    flip_a_byte(site, envelope)
    page.reload()
    assert recipient.has_it().saved() == files


def test_of_several_openings_a_damaged_one_destroys_nothing(site, page):
    envelope = left.a_text(site, TEXT, max_claims=2)
    flip_a_byte(site, envelope)
    recipient = Recipient(page, envelope.link(site.url))

    recipient.press_strip()

    recipient.reads("It did not arrive whole")
    assert site.sql("SELECT state, claims_left FROM shares_share WHERE id = %s", envelope.id) == [
        ("ready", 1)
    ]
    assert site.sql("SELECT closed_at FROM shares_lease WHERE share_id = %s", envelope.id) == [(None,)]


def test_a_claim_is_refused_where_the_blob_is_gone(site, page):
    envelope = left.some_files(site, {"notes.bin": os.urandom(SIZES["fetched"])})
    stored(site, envelope).unlink()

    recipient = Recipient(page, envelope.link(site.url))
    recipient.press_strip()

    recipient.reads("It is damaged on the server")


def test_a_link_with_another_secret_is_unknown(site, page):
    envelope = left.a_text(site, TEXT)
    stranger = seal(b"x").link(site.url)

    Recipient(page, envelope.link(site.url).split("#")[0] + "#" + stranger.split("#")[1]).reads(
        "Nothing under this link"
    )
    assert Recipient(page, envelope.link(site.url)).open().text == TEXT
