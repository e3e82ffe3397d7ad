"""What lies on the device is taken off it when asked, and nobody is told so before."""

import os

from playwright.sync_api import expect

from tests.browser.left import some_files
from tests.browser.people import Recipient

# More goes into the site's own folder on the device.
IN_MEMORY = 64 * 1024**2
ADDRESSES = """
  window.addresses = new Set();
  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (blob) => { const made = createObjectURL(blob); addresses.add(made); return made; };
  URL.revokeObjectURL = (gone) => { addresses.delete(gone); revokeObjectURL(gone); };
"""
# A file that is written cannot be removed.
HOLD = """async (id) => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("receiving");
  window.held = await (await folder.getFileHandle(id)).createWritable();
}"""
NAMES = """async () => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("receiving");
  return Array.fromAsync(folder.keys());
}"""


def test_it_is_said_to_be_removed_when_it_is(site, page):
    envelope = some_files(site, {"notes.bin": os.urandom(IN_MEMORY + 1)})
    page.add_init_script(ADDRESSES)
    recipient = Recipient(page, envelope.link(site.url)).open().destroyed()
    page.evaluate(HOLD, envelope.id)

    recipient.press("Remove it from this device")
    recipient.press("Remove")

    expect(page.get_by_role("alert")).to_have_text("That did not work")
    recipient.reads("One file, ready to save")

    page.evaluate("() => held.abort()")
    recipient.press("Remove it from this device")
    recipient.press("Remove")

    recipient.reads("Removed")
    assert page.evaluate(NAMES) == []
    assert page.evaluate("() => addresses.size") == 0
