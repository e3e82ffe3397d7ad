"""The whole way on a phone, and from right to left: nothing sticks out, nothing is lost."""

import os

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person, Recipient, Sender, Stub, put

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "has_touch": True,
    "is_mobile": True,
}
RIGHT_TO_LEFT = (
    "document.addEventListener('DOMContentLoaded', () => { document.documentElement.dir = 'rtl' })"
)
LONG = "x" * 400
PASSWORD = "zebra-quiet-orbit-yodel"
NAME = "a very long name of a file " * 5 + "end.bin"


def fits(person: Person) -> None:
    """Nothing to scroll sideways."""
    wide, room = person.page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    assert wide <= room, person.heading.text_content()


def whole_way(new_context, tmp_path, **options):
    """A guarded file with a note from one to the other, each page looked at by `fits`; yields each person."""
    files = {NAME: os.urandom(70_000)}
    sender = Sender(new_context(**options).new_page())
    fits(sender)
    yield sender, "Seal and get the link"
    sender.choose(*put(tmp_path, files)).write(f"Note {LONG}").guard(PASSWORD)
    fits(sender)
    found = sender.seal()
    fits(sender)

    recipient = Recipient(new_context(**options).new_page(), found.link)
    expect(recipient.password).to_be_visible()
    fits(recipient)
    yield recipient, "Open it now"
    recipient.try_password("wrong")
    recipient.sees("4 tries left.")
    fits(recipient)
    recipient.try_password(PASSWORD)
    assert recipient.has_it().saved() == files
    fits(recipient.destroyed())

    stub = Stub(new_context(**options).new_page(), found.stub)
    stub.reads("Opened")
    fits(stub)
    late = Recipient(new_context(**options).new_page(), found.link)
    late.reads("Already opened")
    fits(late)


def test_the_whole_way_on_a_phone(new_context, tmp_path):
    for person, strip in whole_way(new_context, tmp_path, **PHONE):
        box = person.button(strip).bounding_box()
        assert box["height"] >= 44
        assert person.button("Add a folder").count() == 0  # phones choose none
        assert person.page.evaluate("() => matchMedia('(pointer: coarse)').matches")


def test_a_text_by_touch(new_context):
    tap = new_context(**PHONE).new_page()
    sender = Sender(tap).write(LONG)
    sender.button("Seal and get the link").tap()
    found = sender.sealed()

    recipient = Recipient(new_context(**PHONE).new_page(), found.link)
    recipient.button("Open it now").tap()

    assert recipient.has_it().text == LONG
    fits(recipient)


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.full)])
def test_the_whole_way_from_right_to_left(new_context, tmp_path, width):
    def contexts(**options):
        context = new_context(**options)
        context.add_init_script(RIGHT_TO_LEFT)
        return context

    for person, name in whole_way(contexts, tmp_path, viewport={"width": width, "height": 844}):
        strip = person.button(name)
        slip = strip.locator("xpath=ancestor::form").bounding_box()
        end = strip.bounding_box()
        assert end["x"] < slip["x"], "the strip's end sticks out at the left"
        assert end["x"] + end["width"] <= slip["x"] + slip["width"], "and begins at the right"
        assert abs(end["x"] + end["width"] - slip["x"] - slip["width"]) <= 1


def test_a_left_to_right_page_has_the_strips_end_at_the_right(page):
    Sender(page)
    strip = page.get_by_role("button", name="Seal and get the link")
    slip = strip.locator("xpath=ancestor::form").bounding_box()
    end = strip.bounding_box()
    assert end["x"] + end["width"] > slip["x"] + slip["width"]
    assert abs(end["x"] - slip["x"]) <= 1
