"""What a share holds, and what opens it, travels and stays nowhere: a visit with all of it recorded."""

import json
import secrets

import pytest

from sealing.encoding import decode
from tests.browser.left import some_files
from tests.browser.people import Recipient, Sender, by, put
from tests.browser.traces import Wire, cookies, history, is_empty, kept, leaks, spoil
from tests.browser.waiting import until

MIB = 1024**2
SENDS_THE_LINK = "; fetch('/healthz', { headers: { 'X-Address': location.hash || 'none' } });"
KEEPS_THE_LINK = "History.prototype.replaceState = () => {};"


def canary():
    return f"canary{secrets.token_hex(12)}"


@pytest.fixture
def wire(site, watch):
    line = Wire(site.masters[0].port)
    line.start()
    watch.origin = line.url
    yield line
    line.stop()


class Visit:
    """A sender's and a recipient's whole way, and what was seen and kept on it."""

    def __init__(self, site, wire, new_context, folder, spoilt=lambda context: None):
        self.site, self.wire = site, wire
        self.traces, self.marks = {}, {}
        self.told = []
        self.context = new_context()
        self.context.on("console", lambda message: self.told.append(message.text))
        spoilt(self.context)
        words, name, password, note, guess = (canary() for _ in range(5))
        self.marks |= {
            "text": words.encode(),
            "name": name.encode(),
            "password": password.encode(),
            "note": note.encode(),
            "guess": guess.encode(),
        }
        self._text(words)
        files = {f"{name}.txt": words.encode(), f"{name} 2.bin": words.encode() * (5 * MIB // len(words))}
        self._files(put(folder, files), note, password, guess)
        self.traces["the wire"] = bytes(wire.said)
        self.traces["the log"] = site.log_text().encode()
        self.traces["the console"] = "\n".join(self.told).encode()

    def _note_link(self, name, link):
        secret = link.partition("#1")[2]
        self.marks |= {name: secret.encode(), f"{name}, raw": decode(secret, 16)}
        return by(self.wire, link)

    def _sent(self, sender):
        left = sender.seal()
        self._note(sender.page, "after sealing")
        self._note_link("manage secret", left.stub)
        return self._note_link("link secret", left.link)

    def _text(self, words):
        link = self._sent(Sender(self.context.new_page(), self.wire.url).write(words))
        recipient = Recipient(self.context.new_page(), link)
        recipient.open().destroyed()
        assert words in recipient.text
        self._ended(recipient.page)

    def _files(self, paths, note, password, guess):
        sender = Sender(self.context.new_page(), self.wire.url).choose(*paths).write(note).guard(password)
        recipient = Recipient(self.context.new_page(), self._sent(sender))
        recipient.try_password(guess)
        recipient.sees("4 tries left")
        self.wire.bytes_per_second = MIB
        recipient.try_password(password)
        recipient.waits_for_percent(5)
        self.wire.drop()
        recipient.waits_for_percent(20)
        self._note(recipient.page, "in the middle")
        recipient.page.once("dialog", lambda dialog: dialog.accept())
        recipient.page.reload()
        self.wire.heal()
        recipient.password.fill(password)
        recipient.press("Go on")
        recipient.has_it().saved()
        recipient.destroyed()
        self._ended(recipient.page)

    def _ended(self, page):
        self._note(page, "after the burn")
        self.traces[f"the history of {len(self.traces)}"] = history(page).encode()
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("link", name="Privacy").click()
        page.wait_for_url("**/about/privacy")
        self.traces[f"the referrer of {len(self.traces)}"] = page.evaluate("document.referrer").encode()
        self.traces[f"the history behind {len(self.traces)}"] = history(page).encode()

    def _note(self, page, when):
        found = {"kept": kept(page), "title": page.title(), "cookies": cookies(self.context)}
        self.traces[f"{when} {len(self.traces)}"] = json.dumps(found).encode()
        if when != "in the middle":
            assert is_empty(found["kept"]), f"kept {when}: {found['kept']}"

    def leaks(self):
        return leaks(self.traces, self.marks)


@pytest.mark.promise("S9")
def test_nothing_of_a_share_is_sent_kept_or_told(site, wire, new_context, tmp_path, figure):
    visit = Visit(site, wire, new_context, tmp_path)

    # The control: what was recorded is all of it, and the search finds what is there.
    assert visit.wire.said.count(b"PUT /api/v1/shares/") >= 1
    assert visit.wire.said.count(b"/claim HTTP/1.1") >= 2
    assert visit.wire.said.count(b"/burn HTTP/1.1") >= 2
    assert "lease" in str(visit.traces)
    assert leaks({"here": b"x" + visit.marks["link secret, raw"]}, visit.marks)
    assert visit.leaks() == []
    figure("S9", f"0 of {len(visit.marks)} secrets on the wire or in {len(visit.traces)} traces of a browser")


@pytest.mark.twin("S9")
def test_a_script_that_sends_the_link_is_noticed(site, wire, new_context, tmp_path, red):
    visit = Visit(
        site, wire, new_context, tmp_path, lambda context: spoil(context, "receive", SENDS_THE_LINK)
    )

    assert any("link secret" in leak and "the wire" in leak for leak in visit.leaks())
    red("a script that sends the link")


@pytest.mark.twin("S9")
def test_a_page_that_keeps_the_link_in_the_history_is_noticed(site, wire, new_context, tmp_path, red):
    visit = Visit(site, wire, new_context, tmp_path, lambda c: c.add_init_script(KEEPS_THE_LINK))

    assert any("link secret" in leak and "the history" in leak for leak in visit.leaks())
    red("a page that keeps the link in the history")


@pytest.mark.promise("S9")
def test_another_site_is_told_nothing_at_all(site, wire, page, watch):
    """A link that leads away says not even which share it was."""
    page.goto(by(wire, some_files(site, {"a": b"a"}).link(site.url)))
    page.get_by_role("button", name="Open it now").wait_for()
    page.evaluate(
        """(url) => {
            const link = Object.assign(document.createElement("a"), { href: url, textContent: "away" });
            document.querySelector("main").append(link);
        }""",
        site.url + "/about/privacy",
    )
    page.get_by_text("away").click()
    page.wait_for_url(site.url + "/**")

    assert page.evaluate("document.referrer") == ""
    watch.troubles.clear()


def test_what_an_interrupted_download_left_goes_at_the_next_visit(page):
    """Bytes as old as no lease can be, and those of a download that was done."""
    page.goto("/about/privacy")
    page.evaluate(
        """async () => {
            const root = await navigator.storage.getDirectory();
            const folder = await root.getDirectoryHandle("receiving", { create: true });
            for (const name of ["aaaqeayeaudaocaj", "aaaqeayeaudaocaj.whole"]) {
                const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
                await file.write("left over");
                await file.close();
            }
        }"""
    )
    assert "left over" in str(kept(page))

    page.goto("/")
    until(
        page,
        """async () => {
            const root = await navigator.storage.getDirectory();
            const folder = await root.getDirectoryHandle("receiving");
            for await (const name of folder.keys()) return false;
            return true;
        }""",
    )
