"""What people do with the pages, by what they see there: roles, labels, headings, never by the markup.

left = Sender(page).write("…").seal()       left.link, left.stub
Recipient(other, left.link).open().text     .saved(), .saved_zip()
Stub(page, left.stub).revoke()
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Dialog, Locator, Page, expect

from tests.browser.site import Site
from tests.browser.waiting import until
from tests.browser.watch import Watch
from tests.faults.proxy import Proxy

# Key stretching, and a machine that does much else.
PATIENCE_MS = 30_000
OFFLINE = "No connection. It goes on by itself when the line is back."


@dataclass(frozen=True)
class Left:
    """The two links of a share."""

    link: str
    stub: str


class Person:
    """Somebody at a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def sees_not(self, words: str) -> None:
        expect(self.page.get_by_role("main")).not_to_contain_text(words, use_inner_text=True)

    def press(self, name: str) -> None:
        self.button(name).click()

    def sees(self, words: str | re.Pattern[str]) -> None:
        """Waits until they stand on the page, where eyes see them."""
        expect(self.page.get_by_role("main")).to_contain_text(words, timeout=PATIENCE_MS, use_inner_text=True)

    def reads(self, heading: str | re.Pattern[str]) -> None:
        """Waits until that is the page's heading."""
        expect(self.heading).to_have_text(heading, timeout=PATIENCE_MS)

    def goes_away(self) -> None:
        """By a link of the page; whether it gets there is another question."""
        self.page.get_by_role("link", name="Privacy", exact=True).click()

    def waits_for_percent(self, least: int) -> None:
        """Until a running transfer says that so much is done."""
        says = "least => document.querySelector('progress')?.value >= least"
        until(self.page, says, least)


class Sender(Person):
    """At the send page, once its script has taken over."""

    def __init__(self, page: Page, url: str = "/") -> None:
        super().__init__(page)
        page.goto(url)
        expect(self.button("Add files")).to_be_visible()

    @property
    def text(self) -> Locator:
        return self.page.get_by_role("textbox", name="Text", exact=True)

    def write(self, text: str) -> "Sender":
        """The text, or the note beside files."""
        self.text.fill(text)
        return self

    def choose(self, *paths: Path) -> "Sender":
        return self._choose("Add files", paths)

    def choose_folder(self, path: Path) -> "Sender":
        return self._choose("Add a folder", [path])

    def _choose(self, button: str, paths: Sequence[Path]) -> "Sender":
        with self.page.expect_file_chooser() as asked:
            self.press(button)
        asked.value.set_files(paths)
        return self

    @property
    def password(self) -> Locator:
        return self.page.get_by_role("textbox", name="Password", exact=True)

    def wants_a_password(self) -> "Sender":
        """Opens its panel, and waits until four words stand there."""
        self.page.get_by_role("button", name="Add one").click()
        expect(self.password).not_to_have_value("")
        return self

    def guard(self, password: str) -> "Sender":
        self.wants_a_password().password.fill(password)
        return self

    def lets_open(self, times: int) -> "Sender":
        self.page.get_by_label("Opens", exact=True).select_option(str(times))
        return self

    def press_strip(self) -> None:
        self.press("Seal and get the link")

    def seal(self) -> Left:
        self.press_strip()
        return self.sealed()

    def sealed(self) -> Left:
        """The links, once they are there."""
        self.reads("It is sealed.")
        box = self.page.get_by_role("region", name="Send this link").get_by_text(re.compile("^http"))
        stub = self.page.get_by_role("link", name="Open the stub").get_attribute("href")
        return Left(str(box.text_content()), str(stub))


class Recipient(Person):
    """At the page of a share."""

    def __init__(self, page: Page, link: str) -> None:
        super().__init__(page)
        self.link = link
        page.goto(link)

    @property
    def password(self) -> Locator:
        return self.page.get_by_label("Password, from the sender", exact=True)

    def try_password(self, password: str) -> None:
        self.password.fill(password)
        self.press("Open it now")

    def press_strip(self) -> None:
        self.press("Open it now")

    def open(self) -> "Recipient":
        """As far as the content."""
        self.press_strip()
        return self.has_it()

    def has_it(self) -> "Recipient":
        self.reads(re.compile("^Here it is$|ready to save$"))
        return self

    def destroyed(self) -> "Recipient":
        """Waits until the server has confirmed that nothing is left."""
        self.sees(re.compile("Destroyed on .*: the server's half of the key, and the sealed bytes"))
        return self

    @property
    def text(self) -> str:
        return str(self.page.get_by_label("The text", exact=True).text_content())

    def saved(self) -> dict[str, bytes]:
        """Every file, saved one by one: its bytes by the name that stands on its row."""
        files = {}
        for row in self.page.get_by_role("link", name=re.compile("^Saved? ")).all():
            name = str(row.get_attribute("aria-label")).removeprefix("Save ")
            with self.page.expect_download() as saving:
                row.click()
            assert saving.value.suggested_filename == name.split("/")[-1]
            files[name] = saving.value.path().read_bytes()
        return files

    def saved_as(self, button: str) -> tuple[str, bytes]:
        """What a button below the rows saves: its name, its bytes."""
        with self.page.expect_download(timeout=PATIENCE_MS) as saving:
            self.press(button)
        return saving.value.suggested_filename, saving.value.path().read_bytes()

    def saved_zip(self) -> dict[str, bytes]:
        _, whole = self.saved_as("Save all as one zip")
        with zipfile.ZipFile(io.BytesIO(whole)) as zipped:
            assert zipped.testzip() is None
            return {name: zipped.read(name) for name in zipped.namelist()}


class Stub(Person):
    """At the sender's own page of a share."""

    def __init__(self, page: Page, link: str) -> None:
        super().__init__(page)
        page.goto(link)

    def revoke(self) -> None:
        self.press("Revoke")
        self.sees("Revoke it?")
        self.press("Revoke")
        self.reads("Revoked")


def put(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Their paths, in that order."""
    paths = [folder / name for name in files]
    for path, data in zip(paths, files.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return paths


def unfinished(site: Site) -> int:
    """Shares begun and not ready."""
    ((count,),) = site.sql("SELECT count(*) FROM shares_share WHERE state = 'uploading'")
    return int(count)


@contextmanager
def a_line(site: Site, watch: Watch) -> Iterator[Proxy]:
    """A way to the site that a test may cut; pages reached by it must ask nobody else."""
    line = Proxy(("127.0.0.1", site.masters[0].port)).start()
    watch.origin = line.url
    try:
        yield line
    finally:
        line.stop()


def by(line: Proxy, link: str) -> str:
    """The same link, reached over that line."""
    return re.sub(r"^https?://[^/]+", line.url, link)


@contextmanager
def asked_before_leaving(page: Page) -> Iterator[list[str]]:
    """Stays whenever the browser asks; what it asked."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    try:
        yield asked
    finally:
        page.remove_listener("dialog", stay)
