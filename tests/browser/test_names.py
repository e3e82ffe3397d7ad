"""Names that a stranger gave his files: text on the page and nothing else, safe to save."""

import re

import pytest

from sealing.names import safe_name
from tests.browser.left import some_files
from tests.browser.people import Recipient
from tests.faults.counts import count
from tests.shares.names_corpus import NAMES

# Metadata with a NUL in it is refused as a whole.
CHOSEN = [name for name in NAMES if "\0" not in name][:: count(2, 1)]
NOTE = "<img src=x onerror=alert(1)> &amp; <b>bold</b>"
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]")
# What the page is made of, but for what it says.
BUILT = "() => [...document.querySelectorAll('main *')].map((element) => element.localName)"


def shown(page):
    return page.locator(".rows .name bdi").all_text_contents()


def opened(page, site, files, note=None):
    recipient = Recipient(page, some_files(site, files, note=note).link(site.url))
    recipient.open().destroyed()
    return page


@pytest.mark.promise("S14")
def test_hostile_names_are_shown_as_text_and_never_as_markup(site, page):
    opened(page, site, dict.fromkeys(CHOSEN, b"x"), NOTE)

    names = shown(page)
    assert len(names) == len(set(names)) == len(CHOSEN)
    # The same name may come twice once it is safe; then it got a number.
    bases = [safe_name(name) for name in CHOSEN]
    assert sum(name == base for name, base in zip(names, bases, strict=True)) >= len(set(bases)) * 0.9
    assert [name for name in names if CONTROLS.search(name) or "\\" in name] == []
    assert [name for name in names if re.search(r"(^|/)\.{1,2}(/|$)|^/", name)] == []
    assert {"img", "script", "b", "i"}.isdisjoint(page.evaluate(BUILT))
    assert page.locator("p.shown").text_content() == NOTE
    directions = page.locator(".rows .name bdi").evaluate_all("all => all.map((one) => one.dir)")
    assert set(directions) == {"auto"}


def test_the_page_is_built_alike_whatever_the_names_are(site, new_context):
    pages = [new_context().new_page() for _ in range(2)]
    built = [
        opened(page, site, dict.fromkeys(names, b"x")).evaluate(BUILT)
        for page, names in zip(pages, (CHOSEN[:40], [f"{n}.txt" for n in range(40)]), strict=True)
    ]

    assert built[0] == built[1]


@pytest.mark.promise("S14")
@pytest.mark.parametrize(
    "name", ["photo\u202egnp.exe", "../../etc/passwd", 'a"; filename="b.exe', "CON", "<b>.txt", "x" * 300]
)
def test_a_saved_file_has_a_safe_name(name, site, page):
    opened(page, site, {name: b"x", "other": b""})

    link = page.get_by_role("link", name=re.compile("^Save ")).first
    offered = link.get_attribute("download")
    with page.expect_download() as saving:
        link.click()

    assert offered == safe_name(name).split("/")[-1]
    assert "/" not in saving.value.suggested_filename
    assert saving.value.path().read_bytes() == b"x"
    assert link.get_attribute("href").startswith("blob:")


@pytest.mark.promise("S14")
def test_hostile_names_are_shown_as_text_where_they_are_chosen(page, tmp_path):
    names = [name for name in NAMES if "/" not in name and "\0" not in name and 0 < len(name.encode()) < 250]
    names = [name for name in names if name not in (".", "..")][:60]
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    page.goto("/")
    before = page.evaluate(BUILT)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add files").click()
    chooser.value.set_files([tmp_path / name for name in names])
    page.locator(".rows li").first.wait_for()

    assert page.locator(".rows li").count() == len(names)
    built = page.evaluate(BUILT)
    assert {"img", "script", "b"}.isdisjoint(set(built) - set(before))


@pytest.mark.twin("S14")
def test_markup_in_a_name_would_be_seen(site, page, watch, red):
    """The twin: a page that takes names for markup."""
    opened(page, site, {"a.txt": b"x"})
    page.evaluate("() => document.querySelector('.rows .name bdi').append(document.createElement('img'))")

    assert "img" in page.evaluate(BUILT)
    red("a page that takes names for markup")
