"""The send page under hands and keys: what it takes, what it says, where the focus goes."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.slips import strip, text

DROP = """([kind, names]) => {
    const data = new DataTransfer();
    for (const name of names) data.items.add(new File(["x".repeat(10)], name));
    const event = kind === "paste"
        ? new ClipboardEvent(kind, { clipboardData: data, bubbles: true, cancelable: true })
        : new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
}"""
PASTE_TEXT = """(text) => {
    document.activeElement.blur();
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
}"""

# A megabyte at once: typing it takes Chromium many seconds.
TYPE = """(area, text) => {
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
}"""


def choose(page, *files):
    with page.expect_file_chooser() as asked:
        page.get_by_role("button", name="Add files").click()
    asked.value.set_files([{"name": name, "mimeType": "", "buffer": data} for name, data in files])


def test_an_empty_slip_says_what_is_missing_and_nothing_moves(slip):
    before = strip(slip).bounding_box()

    strip(slip).click()

    expect(slip.get_by_role("alert")).to_have_text("Nothing to seal yet. Type some text or add files.")
    expect(text(slip)).to_be_focused()
    assert text(slip).get_attribute("aria-invalid") == "true"
    assert strip(slip).bounding_box() == before
    text(slip).fill("x")
    assert text(slip).get_attribute("aria-invalid") is None


def test_the_keyboard_seals_and_comes_to_the_link(slip):
    text(slip).fill("the key")
    text(slip).press("Control+Enter")

    expect(slip.get_by_role("heading", name="Send this link")).to_be_focused(timeout=60_000)
    expect(slip.get_by_role("status")).to_have_text("Sealed. The link is ready to copy.")
    assert slip.title().startswith("Sealed · ")


def test_limits_are_said_before_they_are_hit(slip):
    assert "up to 5 GB" in slip.locator(".add").inner_text().replace("\xa0", " ")

    slip.evaluate(DROP, ["drop", [f"{n}.txt" for n in range(1001)]])
    strip(slip).click()

    expect(slip.get_by_role("alert")).to_have_text("At most 1,000 files in one share.")


def test_more_text_than_fits_is_counted_and_refused(slip):
    line = "x" * 99 + "\n"
    text(slip).evaluate(TYPE, line * 10_000)
    expect(slip.locator(".room")).to_have_text("1.0 MB of 1.0 MB")

    text(slip).evaluate(TYPE, line * 10_486)
    strip(slip).click()

    expect(slip.get_by_role("alert")).to_have_text(re.compile("more than this server takes as text"))


def test_what_was_typed_becomes_the_note_once_there_are_files(slip):
    text(slip).fill("n" * 1950)
    choose(slip, ("a.txt", b"x"))

    expect(slip.locator(".room")).to_have_text("1,950 of 2,000 characters")
    assert text(slip).get_attribute("placeholder") == "A short note to go with the files (optional)"
    expect(slip.get_by_label("Hide the exact size")).to_be_visible()
    text(slip).fill("n" * 2001)
    strip(slip).click()
    expect(slip.get_by_role("alert")).to_have_text(re.compile("A note has at most 2,000 characters"))


def test_delete_takes_a_row_away_and_the_focus_to_the_next(slip):
    choose(slip, ("a.txt", b"x"), ("b.txt", b"xx"), ("c.txt", b"xxx"))
    expect(slip.get_by_role("status")).to_have_text("3 files added, 6 bytes in all.")

    slip.get_by_role("button", name="Remove b.txt").press("Delete")
    expect(slip.get_by_role("button", name="Remove c.txt")).to_be_focused()
    expect(slip.get_by_role("status")).to_have_text("b.txt removed. 2 files left.")
    slip.keyboard.press("Delete")
    slip.keyboard.press("Enter")

    expect(slip.get_by_role("button", name="Add files")).to_be_focused()
    expect(slip.locator(".rows li")).to_have_count(0)


def test_files_are_taken_wherever_they_are_dropped_or_pasted(slip):
    slip.evaluate(DROP, ["dragover", ["a.txt"]])
    expect(slip.get_by_text("Drop to add")).to_be_visible()
    slip.evaluate(DROP, ["drop", ["a.txt"]])
    slip.evaluate(DROP, ["paste", ["b.png"]])
    slip.evaluate(PASTE_TEXT, "from elsewhere")

    expect(slip.locator(".rows .name")).to_have_text(["a.txt", "b.png"])
    expect(slip.get_by_text("Drop to add")).to_have_count(0)
    expect(text(slip)).to_have_value("from elsewhere")


def test_a_name_is_shown_as_text_whatever_it_holds(slip):
    name = "<img src=x onerror=alert(1)>\u202egnp.exe"

    choose(slip, (name, b"x"))

    expect(slip.locator(".rows bdi")).to_have_text(name)
    assert slip.locator(".rows img").count() == 0


def test_a_password_by_chance_is_four_words_and_each_time_another(slip):
    slip.get_by_role("button", name="Add one").click()
    field = slip.get_by_role("textbox", name="Password")
    expect(field).to_be_focused()
    expect(field).to_have_value(re.compile("^([a-z]{3,7}-){3}[a-z]{3,7}$"))
    first = field.input_value()
    expect(slip.locator("#strength")).to_have_text("Strong: four words by chance, 44 bits.")

    slip.get_by_role("button", name="Another").click()

    expect(field).not_to_have_value(first)
    field.fill("hunter2")
    expect(slip.locator("#strength")).to_have_text("Weak. Easy to guess. Longer is better than stranger.")
    assert slip.locator(".bars .is-full").count() == 1


def test_an_empty_password_is_none_that_anybody_wanted(slip):
    text(slip).fill("x")
    slip.get_by_role("button", name="Add one").click()
    field = slip.get_by_role("textbox", name="Password")
    expect(field).not_to_have_value("")
    field.fill("")

    strip(slip).click()

    expect(slip.get_by_role("alert")).to_have_text("The password is empty. Type one, or remove it.")
    expect(field).to_be_focused()
    field.press("Escape")
    expect(field).to_be_hidden()
    expect(slip.get_by_role("button", name="Add one")).to_be_focused()


def test_stopping_keeps_all_and_leaves_nothing(slip, context):
    context.route("**/parts/*", lambda route: None)  # on its way for ever
    text(slip).fill("note")
    choose(slip, ("big.bin", bytes(200_000)))
    strip(slip).click()
    stop = slip.get_by_role("button", name="Stop")
    expect(stop).to_be_focused()
    expect(slip.get_by_role("heading", level=1)).to_have_text("Sealing")

    stop.click()

    expect(slip.get_by_role("status")).to_have_text("Stopped. Nothing can be opened.", timeout=30_000)
    expect(text(slip)).to_be_focused()
    expect(text(slip)).to_have_value("note")
    expect(slip.locator(".rows .name")).to_have_text(["big.bin"])
    expect(slip.get_by_role("heading", level=1)).to_have_text("One link. Opened once. Then gone.")
    expect(strip(slip)).to_be_visible()


REFUSALS = {
    "store_full": "The server is full. Nothing was left. Try later.",
    "not_allowed": "Only signed-in people can leave things here.",
    "banned": re.compile("The people who run this server take nothing from your network, .* until Jan.5,"),
    "too_large": "That is more than this server takes (5 GB). Remove something, or split it.",
    "too_many": "Too many shares from your network just now. Try again in 4 minutes.",
    "anything": "That did not work, and nothing was left. Try again.",
}
STATUS = {"store_full": 507, "too_large": 413, "too_many": 429, "anything": 422}


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_says_what_happened_and_keeps_what_was_typed(slip, context, code):
    said = {"code": code, "message": "x", "max_bytes": 5 * 1024**3, "retry_after": 200}
    said["until"] = "2099-01-05T12:00:00Z"
    context.route("**/api/v1/shares", lambda route: route.fulfill(status=STATUS.get(code, 403), json=said))
    text(slip).fill("the key")

    strip(slip).click()

    expect(slip.get_by_role("alert")).to_have_text(REFUSALS[code], timeout=30_000)
    expect(text(slip) if code == "too_large" else strip(slip)).to_be_focused()
    expect(text(slip)).to_have_value("the key")


def test_a_way_back_to_the_server_is_said_where_browsers_seal_nothing(new_context):
    page = new_context().new_page()
    page.add_init_script("Object.defineProperty(globalThis, 'isSecureContext', { value: false })")

    page.goto("/")

    note = page.locator("form .note")
    expect(note).to_contain_text("This address is not secure. Browsers seal and open only over https.")
    expect(page.get_by_label("Files")).to_be_visible()
