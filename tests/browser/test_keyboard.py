"""All flows by keyboard alone: where Tab leads, where the focus goes, what is said aloud, what titles say."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import left
from tests.browser.people import PATIENCE_MS
from tests.browser.states import STATES, visited
from tests.browser.waiting import until

SEND_ORDER = [
    "Skip to the content", "OneTimeShare", "How it works", "Account", "Text", "Add files", "Add a folder",
    "Waits for", "Opens", "Add one", "Seal and get the link", "How it works", "Privacy", "Command line",
]  # fmt: skip
RECEIVE_ORDER = [
    "Skip to the content", "OneTimeShare", "How it works", "Account", "Password, from the sender",
    "Show the password", "Open it now", "Other ways to open it", "Report this", "Destroy it unopened",
    "How it works",
]  # fmt: skip
NAME = "(one) => one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent ?? one.textContent"
HEARS = """() => {
    window.heard = [];
    new MutationObserver((changes) => {
        for (const { target } of changes) {
            const region = target.parentElement?.closest("[data-live]") ?? target;
            if (region.matches?.("[data-live]") && region.textContent) {
                const said = `${region.getAttribute("role")}: ${region.textContent}`;
                window.heard.push(said.replaceAll("\\xa0", " "));
            }
        }
    }).observe(document, { childList: true, subtree: true, characterData: true });
}"""
RING = """() => {
    const element = document.activeElement;
    const drawn = [element, element.closest("label, .choice, .write")].filter(Boolean).map(getComputedStyle);
    return drawn.some((style) => style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 3);
}"""


class Keys:
    """Somebody without a mouse, who hears what is said."""

    def __init__(self, page, url="/"):
        page.add_init_script(f"({HEARS})()")
        # From now on: a key can be faster than who begins to wait for a chooser.
        page.on("filechooser", lambda _: None)
        self.page = page
        page.goto(url)

    @property
    def here(self):
        """The name of what has the focus; "" for nothing."""
        focused = self.page.evaluate_handle("document.activeElement")
        return re.sub(r"\s+", " ", focused.evaluate(NAME)).strip() if self.is_somewhere else ""

    @property
    def is_somewhere(self):
        return self.page.evaluate("document.activeElement !== document.body")

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, text):
        self.page.keyboard.insert_text(text)
        return self

    def tab_to(self, name):
        """Forward, and never so far that it comes round."""
        for _ in range(40):
            self.press("Tab")
            if self.here == name:
                return self
        raise AssertionError(f"Tab does not lead to {name!r}")

    def tabs(self, number):
        found = []
        for _ in range(number):
            self.press("Tab")
            found.append(self.here)
        return found

    def is_at(self, role, name):
        expect(self.page.get_by_role(role, name=name, exact=True)).to_be_focused(timeout=PATIENCE_MS)

    def hears(self, what):
        until(self.page, "(what) => window.heard.includes(what)", what)

    def is_titled(self, words):
        expect(self.page).to_have_title(f"{words} · OneTimeShare")


@pytest.fixture
def sender(page):
    keys = Keys(page)
    expect(page.get_by_role("button", name="Add files")).to_be_visible()
    return keys


def reads(site, page, envelope):
    keys = Keys(page, envelope.link(site.url))
    expect(page.get_by_role("button", name="Open it now")).to_be_visible()
    return keys


def test_tab_leads_through_the_send_page_as_one_reads_it(sender):
    assert sender.tabs(len(SEND_ORDER)) == SEND_ORDER
    sender.is_titled("Leave something")


def test_tab_leads_through_the_receive_page_as_one_reads_it(site, page):
    keys = reads(site, page, left.a_text(site, password="four words"))

    assert keys.tabs(len(RECEIVE_ORDER)) == RECEIVE_ORDER
    keys.is_titled("A share for you")


def test_the_skip_link_is_seen_when_it_is_reached_and_leads_to_the_content(sender):
    sender.press("Tab")
    assert sender.page.get_by_text("Skip to the content").bounding_box()["width"] > 50

    sender.press("Enter", "Tab")

    assert sender.here == "Text"


def test_a_text_is_sealed_and_its_link_copied(sender, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])

    sender.tab_to("Text").type("by keyboard").press("Control+Enter")

    sender.is_at("heading", "Send this link")
    sender.hears("status: Sealed. The link is ready to copy.")
    sender.is_titled("Sealed")
    sender.tab_to("Copy linkCopied").press("Enter")
    sender.hears("status: Link copied.")
    assert "/s/" in sender.page.evaluate("navigator.clipboard.readText()")
    sender.tab_to("QR code").press("Space")
    expect(sender.page.get_by_role("img", name="QR code of the link")).to_be_visible()
    sender.press("Escape")
    expect(sender.page.get_by_role("img", name="QR code of the link")).to_be_hidden()
    assert sender.here == "QR code"
    sender.tab_to("Copy stub linkCopied").press("Space")
    sender.hears("status: Stub link copied.")


def test_files_are_chosen_taken_out_and_sealed(sender, tmp_path):
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(name)
    sender.tab_to("Add files")

    with sender.page.expect_file_chooser() as chooser:
        sender.press("Enter")
    chooser.value.set_files([tmp_path / "one.txt", tmp_path / "two.txt"])

    sender.hears("status: 2 files added, 14 bytes in all.")
    sender.page.evaluate("document.activeElement.blur()")
    sender.tab_to("Remove one.txt").press("Delete")
    sender.hears("status: one.txt removed. 1 file left.")
    assert sender.here == "Remove two.txt"
    sender.press("Delete")
    assert sender.here == "Add files"
    sender.tab_to("Seal and get the link").press("Enter")
    sender.hears("alert: Nothing to seal yet. Type some text or add files.")
    sender.is_at("textbox", "Text")


def test_the_password_panel_opens_closes_and_its_enter_seals(sender):
    sender.tab_to("Text").type("guarded").tab_to("Add one").press("Space")
    sender.is_at("textbox", "Password")
    expect(sender.page.get_by_role("textbox", name="Password")).not_to_have_value("")

    sender.press("Escape")
    assert sender.here == "Add one"
    sender.press("Enter")
    sender.is_at("textbox", "Password")
    sender.press("Control+a").type("four words by hand").press("Enter")

    sender.is_at("heading", "Send this link")
    expect(sender.page.get_by_text("four words by hand")).to_be_visible()


def test_a_running_transfer_is_stopped_but_not_by_escape(sender, tmp_path):
    sender.page.context.route("**/parts/*", lambda route: None)
    (tmp_path / "large.bin").write_bytes(bytes(2_000_000))
    sender.tab_to("Add files")
    with sender.page.expect_file_chooser() as chooser:
        sender.press("Space")
    chooser.value.set_files(tmp_path / "large.bin")

    sender.press("Control+Enter") if sender.here == "Add files" else sender.tab_to("Text").press(
        "Control+Enter"
    )

    sender.is_at("button", "Stop")
    sender.hears("status: Sealing and sending.")
    sender.is_titled("Sealing, 0\xa0%")
    sender.press("Escape")
    sender.is_at("button", "Stop")
    sender.press("Enter")
    sender.hears("status: Stopped. Nothing can be opened.")
    sender.is_at("textbox", "Text")


def test_a_guarded_share_is_opened(site, page):
    keys = reads(site, page, left.a_text(site, password="four words"))
    until(page, "() => window.heard.some((said) => said.includes('It needs a password.'))")
    keys.tab_to("Password, from the sender").type("wrong")

    keys.press("Control+Enter")
    assert keys.here == "Password, from the sender"
    keys.press("Enter")

    keys.hears("alert: That is not the password. 4 tries left.")
    keys.is_at("textbox", "Password, from the sender")
    keys.press("Tab", "Space")
    keys.hears("status: Password shown.")
    keys.press("Shift+Tab", "Control+a").type("four words").press("Enter")
    keys.is_at("heading", "Here it is")
    keys.hears("status: Opened. The text is below.")
    keys.is_titled("Opened")
    keys.tab_to("Hide").press("Enter")
    keys.hears("status: Text hidden.")
    assert keys.here == "Show"


def test_files_are_saved(site, page):
    keys = reads(site, page, left.some_files(site, {"a.txt": b"a", "b.txt": b"b"}))
    keys.tab_to("Open it now").press("Enter")
    keys.is_at("heading", "2 files, ready to save")
    keys.hears("status: Opened. 2 files are ready to save.")

    keys.tab_to("Save b.txt")
    with page.expect_download() as saving:
        keys.press("Enter")

    assert saving.value.path().read_bytes() == b"b"
    keys.tab_to("Save all as one zip")


def test_destroying_unopened_asks_and_can_be_left_again(site, page):
    keys = reads(site, page, left.a_text(site))
    keys.tab_to("Destroy it unopened").press("Enter")
    assert keys.here.startswith("Destroy it?")

    keys.press("Escape")
    assert keys.here == "Destroy it unopened"
    keys.press("Enter").tab_to("Destroy").press("Enter")

    keys.is_at("heading", "Destroyed")


def test_the_stub_revokes(site, page):
    envelope = left.a_text(site)
    keys = Keys(page, envelope.manage_link(site.url))
    expect(page.get_by_role("heading", name="Waiting")).to_be_visible()
    keys.is_titled("Stub: waiting")
    keys.tab_to("Revoke").press("Enter")
    assert keys.here.startswith("Revoke it?")

    keys.press("Escape")
    assert keys.here == "Revoke"
    keys.press("Space").tab_to("Revoke").press("Enter")

    keys.is_at("heading", "Revoked")


@pytest.mark.parametrize(
    "name",
    [
        "send-password",
        "send-files",
        "send-done",
        "receive-password",
        "receive-files",
        "stub-waiting",
        "plain-send",
    ],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_whatever_tab_reaches_has_a_ring(name, scheme, browser, site):
    with visited(STATES[name], browser, site, color_scheme=scheme) as page:
        page.evaluate("document.activeElement.blur()")
        bare, seen = [], 0
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement === document.body"):
                break
            seen += 1
            if not page.evaluate(RING):
                bare.append(page.evaluate("document.activeElement.outerHTML.slice(0, 90)"))

        assert seen > 8
        assert bare == []
