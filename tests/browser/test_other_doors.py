"""What a browser leaves opens elsewhere, and what is left elsewhere opens in a browser."""

import os

import pytest

from sealing import links
from sealing.encoding import unb64
from sealing.envelope import open_metadata
from sealing.keys import KDF_ARGON2ID, link_token, password_keys, unwrap, verifier
from sealing.stream import Opener
from tests.browser import left
from tests.browser.people import Recipient, Sender, Stub, put
from tests.faults import client
from tests.faults.client import send
from tests.faults.envelopes import b64
from tests.faults.test_curl import curl, paste
from tests.faults.test_curl import left as printed_by

FILES = {"Übersicht 7.bin": os.urandom(200_000), "zwei/drei.txt": b"3"}


def test_what_curl_leaves_opens_in_a_browser(site, page, tmp_path):
    (path,) = put(tmp_path, {"notes.pdf": os.urandom(200_000)})
    printed = printed_by(curl(tmp_path, "-T", "notes.pdf", f"{site.url}/"))

    recipient = Recipient(page, printed.link).open()

    assert recipient.saved() == {"notes.pdf": path.read_bytes()}
    recipient.destroyed()
    Stub(page, printed.manage).sees("received whole, then destroyed")


def copied_line(sender):
    """The line for a terminal, from the message that one copies."""
    sender.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sender.press("Copy as message")
    sender.page.get_by_role("status").filter(has_text="Message copied.").wait_for()
    message = sender.page.evaluate("() => navigator.clipboard.readText()")
    return message.splitlines()[-1]


def test_what_a_browser_leaves_opens_by_the_line_for_a_terminal(page, tmp_path):
    files = {'it\'s "quoted" $(id).bin': os.urandom(200_000)}
    sender = Sender(page).choose(*put(tmp_path, files))
    sender.seal()
    inbox = tmp_path / "inbox"

    line = copied_line(sender)
    assert "quoted" not in line  # a chat keeps it

    done = paste(inbox, line)

    assert done.returncode == 0, done.stderr
    assert [path.read_bytes() for path in inbox.iterdir()] == list(files.values())


def test_a_guarded_text_opens_by_the_line_for_a_terminal(page, tmp_path):
    sender = Sender(page).write("short").guard("zebra quiet")
    sender.seal()
    line = copied_line(sender)
    assert "zebra" not in line

    done = paste(tmp_path / "inbox", line, stdin=b"zebra quiet")

    assert done.stdout == b"short"


def test_the_recipients_line_for_a_terminal_opens_it_too(site, page, tmp_path):
    Recipient(page, left.a_text(site).link(site.url))
    page.get_by_text("Other ways to open it").click()

    line = page.get_by_label("The command").text_content()

    assert paste(tmp_path / "inbox", line).returncode == 0
    assert (tmp_path / "inbox" / "opened").read_text() == left.TEXT


@pytest.mark.parametrize("password", ["", "zebra-Öl"])
def test_what_a_browser_seals_opens_with_the_twin_in_python(site, page, tmp_path, password):
    sender = Sender(page).choose(*put(tmp_path, FILES)).write("a note")
    link = links.parse((sender.guard(password) if password else sender).seal().link)
    share_id, lease = links.encode(link.share_id), os.urandom(32)
    keys = password_keys(password, link.secret, link.share_id) if password else None
    said = {"lease_verifier": b64(verifier(lease))} | ({"password_token": b64(keys.token)} if keys else {})

    half = send(
        site.url, client.api("POST", f"/{share_id}/claim", link_token(link.secret, link.share_id), said)
    ).json
    blob = send(site.url, client.api("GET", f"/{share_id}/blob", lease)).body

    assert half["kdf"] == (KDF_ARGON2ID if keys else 0)
    wrapped = unb64(half["wrapped_key"])
    file_key = unwrap(wrapped, link.secret, link.share_id, half["kdf"], keys.key if keys else b"")
    metadata = open_metadata(unb64(half["meta"]), file_key)
    assert (metadata.by, metadata.kind, metadata.note) == ("client", "files", "a note")
    assert [entry.size for entry in metadata.files] == [len(data) for data in FILES.values()]
    opener = Opener(file_key)
    assert opener.feed(blob) + opener.finish() == b"".join(FILES.values())
