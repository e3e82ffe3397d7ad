"""What the page that has sealed says and offers: the link, a message, a code, stubs to remember."""

import json

from playwright.sync_api import expect

from tests.browser.slips import sealed, strip


def test_leaving_asks_until_the_link_was_taken(slip, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    link = sealed(slip)
    asked = []
    slip.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    slip.get_by_role("link", name="Leave something else").click()
    expect(slip.get_by_role("heading", level=1)).to_have_text("It is sealed.")
    assert asked == ["beforeunload"]
    copy = slip.get_by_role("button", name="Copy link")
    width = copy.bounding_box()["width"]
    copy.click()
    expect(slip.get_by_role("button", name="Copied")).to_be_visible()
    assert slip.get_by_role("button", name="Copied").bounding_box()["width"] == width
    slip.get_by_role("link", name="Leave something else").click()

    expect(strip(slip)).to_be_visible()
    assert slip.evaluate("() => navigator.clipboard.readText()") == link
    assert asked == ["beforeunload"]


def test_a_message_holds_the_link_and_its_line_for_a_terminal(slip, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    link = sealed(slip)

    slip.get_by_role("button", name="Copy as message").click()
    expect(slip.get_by_role("status")).to_have_text("Message copied.")
    message = slip.evaluate("() => navigator.clipboard.readText()")

    assert message.splitlines()[1] == link
    line = message.splitlines()[-1]
    assert line == f"curl -f --data-urlencode 'link={link}' {link.partition('#')[0]}"


def test_the_code_opens_below_and_escape_closes_it(slip):
    sealed(slip)
    button = slip.get_by_role("button", name="QR code")

    button.click()

    code = slip.get_by_role("img", name="QR code of the link")
    expect(code).to_be_visible()
    assert button.get_attribute("aria-expanded") == "true"
    pixels = code.evaluate(
        """(canvas) => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            return [...data].filter((_, n) => n % 4 === 0);
        }"""
    )
    size = int(len(pixels) ** 0.5)
    assert set(pixels) == {0, 255}
    assert set(pixels[: 4 * size]) == {255}, "the margin"
    assert pixels[4 * size + 4] == 0, "the first corner"
    button.press("Escape")
    expect(code).to_be_hidden()


def test_stubs_are_remembered_only_if_asked_and_forgotten_at_once(slip):
    kept = "() => JSON.stringify([localStorage, sessionStorage])"
    link = sealed(slip)
    assert json.loads(slip.evaluate(kept)) == [{}, {}]

    slip.get_by_label("Remember my stubs in this browser").check()
    secret = link.partition("#")[2]
    stub = slip.get_by_role("link", name="Open the stub").get_attribute("href")
    assert stub in slip.evaluate(kept)
    assert secret not in slip.evaluate(kept)
    slip.get_by_role("button", name="QR code").click()
    slip.goto("/")

    mine = slip.get_by_role("region", name="Your stubs in this browser")
    assert mine.get_by_role("link").get_attribute("href") == stub
    mine.get_by_role("button", name="Forget all").click()
    expect(mine.get_by_text("Forget them here?")).to_be_focused()
    slip.keyboard.press("Escape")
    expect(mine.get_by_role("button", name="Forget all")).to_be_focused()
    mine.get_by_role("button", name="Forget all").click()
    mine.get_by_role("button", name="Forget all").click()
    expect(mine).to_have_count(0)
    assert json.loads(slip.evaluate(kept)) == [{}, {}]
