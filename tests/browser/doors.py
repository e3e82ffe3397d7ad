"""The four doors a share goes in and comes out by: a browser, the command, `curl`, a form without scripts.

Each sender takes what is to be left and gives the link; each recipient takes the link and gives the files
by name (`curl` does not learn the name of a single one).
"""

import io
import re
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext

from tests.browser.people import PATIENCE_MS, Person, Recipient, Sender, put
from tests.ots.commands import LINK, Ots

Files = dict[str, bytes]
NAMELESS = ""


@dataclass(frozen=True)
class Place:
    """Where they stand: a site, a folder of their own, a browser's visitors, the command."""

    url: str
    folder: Path
    new_context: Callable[..., BrowserContext]
    ots: Ots

    def password_file(self, password: str) -> Path:
        path = self.folder / "password.txt"
        path.write_text(password)
        return path

    def without_scripts(self) -> Person:
        person = Person(self.new_context(java_script_enabled=False).new_page())
        person.page.set_default_timeout(PATIENCE_MS)
        return person


# --- senders ----------------------------------------------------------------------------------------


def leave_by_browser(place: Place, files: Files, password: str) -> str:
    sender = Sender(place.new_context().new_page()).choose(*put(place.folder, files))
    if password:
        sender.guard(password)
    return sender.seal().link


def leave_by_ots(place: Place, files: Files, password: str) -> str:
    guard = ["--password-file", place.password_file(password)] if password else []
    return place.ots("send", *guard, *put(place.folder, files)).link


def leave_by_curl(place: Place, files: Files, password: str) -> str:
    fields = [word for path in put(place.folder, files) for word in ("-F", f"file=@{path}")]
    if password:
        fields += ["-F", f"password=<{place.password_file(password)}"]
    return LINK.findall(curl(*fields, f"{place.url}/").decode())[0]


def leave_by_form(place: Place, files: Files, password: str) -> str:
    person = place.without_scripts()
    person.page.goto(place.url)
    person.page.get_by_label("Files").set_input_files(put(place.folder, files))
    person.page.get_by_label("Password, if you want one").fill(password)
    person.press("Seal and get the link")
    person.reads("It is sealed.")
    return str(person.page.get_by_text(re.compile("^http")).first.text_content())


# --- recipients -------------------------------------------------------------------------------------


def open_by_browser(place: Place, link: str, password: str) -> Files:
    recipient = Recipient(place.new_context().new_page(), link)
    if password:
        recipient.password.fill(password)
    return recipient.open().destroyed().saved()


def open_by_ots(place: Place, link: str, password: str) -> Files:
    guard = ["--password-file", place.password_file(password)] if password else []
    inbox = place.ots.within("inbox")
    inbox("get", link, *guard)
    return inbox.files()


def open_by_curl(place: Place, link: str, password: str) -> Files:
    fields = ["--data-urlencode", f"link={link}"]
    if password:
        fields += ["--data-urlencode", f"password@{place.password_file(password)}"]
    return unpacked(NAMELESS, curl(*fields, link.partition("#")[0]))


def open_by_form(place: Place, link: str, password: str) -> Files:
    person = place.without_scripts()
    person.page.goto(link)
    person.page.get_by_label("The whole link").fill(link)
    person.press("Look")
    if password:
        person.page.get_by_label("Password, from the sender").fill(password)
    with person.page.expect_download(timeout=PATIENCE_MS) as saving:
        person.press("Open it now")
    return unpacked(saving.value.suggested_filename, saving.value.path().read_bytes())


def unpacked(name: str, data: bytes) -> Files:
    """Several files come as one zip."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return {name: data}
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        assert zipped.testzip() is None
        return {each: zipped.read(each) for each in zipped.namelist()}


def curl(*words: str | Path) -> bytes:
    # The name resolves to nothing else, whatever a proxy in the environment says.
    done = subprocess.run(["curl", "-fsS", "--noproxy", "*", *words], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


SENDERS = {"browser": leave_by_browser, "ots": leave_by_ots, "curl": leave_by_curl, "form": leave_by_form}
RECIPIENTS = {"browser": open_by_browser, "ots": open_by_ots, "curl": open_by_curl, "form": open_by_form}
