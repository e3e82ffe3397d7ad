"""The receive page: looked at, waiting, being opened, opened."""

from collections.abc import Callable

from tests.browser import left
from tests.browser.states import over
from tests.browser.states.visit import API, State, States, Visit
from tests.browser.waiting import until
from tests.faults import client
from tests.faults.envelopes import Envelope

MIB = 1024**2
START = "Someone left something for you"
LONG = (
    "ssh-ed25519 " + "AAAAC3NzaC1lZDI1NTE5" * 8 + " nora@example.org\n\n" + "One line after the other.\n" * 30
)
PASSWORD = "four words by chance"
THREE = {
    "contract.pdf": bytes(41_000),
    "photos/a very long name of a photograph.jpeg": bytes(9_000),
    "k.pem": b"k",
}
NO_FOLDER = "StorageManager.prototype.getDirectory = () => Promise.reject(new Error('none'))"


def looking(visit: Visit) -> None:
    visit.hold(f"{API}/*")
    visit.open(left.a_text(visit.site))
    visit.sees("Looking")


def waiting(visit: Visit, **terms: int) -> Envelope:
    envelope = left.a_text(visit.site, **terms)
    visit.open(envelope)
    visit.sees("Open it now")
    return envelope


def several(visit: Visit) -> None:
    waiting(visit, max_claims=3)


def ways(visit: Visit) -> None:
    waiting(visit)
    visit.page.get_by_text("Other ways to open it").click()
    visit.sees("Let the server open it")


def guarded(visit: Visit) -> Envelope:
    envelope = left.a_text(visit.site, password=PASSWORD)
    visit.open(envelope)
    visit.sees("Open it now")
    return envelope


def guess(visit: Visit, password: str) -> None:
    visit.page.get_by_label("Password, from the sender").fill(password)
    visit.press("Open it now")


def wrong(visit: Visit) -> None:
    guarded(visit)
    guess(visit, "wrong")
    visit.sees("4 tries left")


def last_try(visit: Visit) -> None:
    envelope = guarded(visit)
    visit.site.sql("UPDATE shares_share SET attempts = 3 WHERE id = %s", envelope.id)
    guess(visit, "wrong")
    visit.sees("One try left")


def large(mib: int, *scripts: str) -> Callable[[Visit], None]:
    """A share that says it has so many MiB, before a browser that lacks something."""

    def reach(visit: Visit) -> None:
        for script in scripts:
            visit.page.add_init_script(script)
        envelope = left.a_text(visit.site)
        visit.site.sql(
            "UPDATE shares_share SET size = %s WHERE id = %s", mib * MIB + 16 + 16 * mib * 16, envelope.id
        )
        visit.open(envelope)

    return reach


def destroy_asks(visit: Visit) -> None:
    waiting(visit)
    visit.press("Destroy it unopened")
    visit.sees("Destroy it?")


def destroyed(visit: Visit) -> None:
    destroy_asks(visit)
    visit.press("Destroy")
    visit.sees("You destroyed it unopened")


def opening(visit: Visit) -> None:
    url = visit.slow_url
    envelope = left.some_files(visit.site, {"film.mp4": bytes(12 * MIB)})
    visit.open(envelope, url)
    visit.sees("Open it now")
    assert visit.line
    visit.line.bytes_per_second = 500_000
    visit.press("Open it now")
    visit.page.locator(".figures", has_text="left").wait_for()


def opening_line_lost(visit: Visit) -> None:
    opening(visit)
    assert visit.line
    visit.line.refuse()
    visit.sees("No connection. It goes on by itself")


def stop_asks(visit: Visit) -> None:
    opening(visit)
    visit.press("Stop")
    visit.sees("You can go on until")


def goes_on(visit: Visit) -> None:
    stop_asks(visit)
    visit.press("Stop")
    visit.sees("You opened it on this device.")


def goes_on_guarded(visit: Visit) -> None:
    """After a reload, which forgets the password."""
    envelope = left.some_files(visit.site, {"film.mp4": bytes(2 * MIB)}, password=PASSWORD)
    visit.hold(f"{API}/*/blob")
    visit.open(envelope)
    visit.sees("Open it now")
    guess(visit, PASSWORD)
    visit.page.locator("h1", has_text="Opening").wait_for()
    until(visit.page, "() => Object.values(sessionStorage).some((kept) => kept.includes('wrapped'))")
    visit.page.on("dialog", lambda dialog: dialog.accept())
    visit.page.reload()
    visit.sees("Type the password again")


def opened(visit: Visit, envelope: Envelope) -> None:
    visit.open(envelope)
    visit.press("Open it now")


def text(visit: Visit, words: str = left.TEXT) -> None:
    opened(visit, left.a_text(visit.site, words))
    visit.sees("Destroyed on")


def text_hidden(visit: Visit) -> None:
    text(visit)
    visit.press("Hide")
    visit.sees("Only this page has it")


def one_file(visit: Visit) -> None:
    opened(visit, left.some_files(visit.site, {"contract.pdf": bytes(90_000)}))
    visit.sees("Destroyed on")


def files(visit: Visit) -> None:
    opened(visit, left.some_files(visit.site, THREE, note="Sign the first, keep the rest.\nN."))
    visit.sees("Destroyed on")


def files_saved(visit: Visit) -> None:
    files(visit)
    with visit.page.expect_download():
        visit.page.get_by_role("link", name="Save contract.pdf").click()
    visit.sees("Saved")


def many_files(visit: Visit) -> None:
    opened(visit, left.some_files(visit.site, {f"page {n}.png": bytes(n) for n in range(14)}))
    visit.sees("Destroyed on")


def age_key(visit: Visit) -> None:
    text(visit)
    with visit.page.expect_download():
        visit.press("Save as .age")
    visit.sees("AGE-SECRET-KEY-")


def still_left(visit: Visit) -> None:
    opened(visit, left.a_text(visit.site, max_claims=3))
    visit.sees("It can still be opened 2 times.")


def unconfirmed(visit: Visit) -> None:
    visit.answer(f"{API}/*/burn", "POST", 0)
    opened(visit, left.a_text(visit.site))
    visit.sees("The server could not be told yet.")


def not_ready(visit: Visit) -> None:
    visit.open(left.half_left(visit.site))


def reloaded(visit: Visit) -> None:
    text(visit)
    visit.page.reload()
    visit.sees("You opened it in this tab")


def uncertain(visit: Visit) -> None:
    """Opened by somebody who fetches it still."""
    envelope = left.a_text(visit.site)
    client.send(visit.site.url, client.claim(envelope, bytes(32)))
    visit.open(envelope)


STATES: States = {
    "looking": State(START, looking),
    "waiting": State(START, waiting),
    "several": State(START, several),
    "ways": State(START, ways),
    "password": State(START, guarded),
    "wrong": State(START, wrong),
    "last-try": State(START, last_try),
    "to-folder": State(START, large(100)),
    "to-file": State(START, large(100, NO_FOLDER)),
    "too-big": State("Too big", large(300, NO_FOLDER, "delete window.showSaveFilePicker")),
    "not-ready": State("Still being sealed", not_ready),
    "destroy-asks": State(START, destroy_asks),
    "destroyed": State("Destroyed", destroyed),
    "opening": State("Opening", opening),
    "line-lost": State("Opening", opening_line_lost),
    "stop-asks": State("Opening", stop_asks),
    "goes-on": State("Stopped", goes_on),
    "goes-on-guarded": State("Opening", goes_on_guarded),
    "text": State("Here it is", text),
    "text-long": State("Here it is", lambda visit: text(visit, LONG)),
    "text-hidden": State("Here it is", text_hidden),
    "one-file": State("One file, ready to save", one_file),
    "files": State("3 files, ready to save", files),
    "files-saved": State("3 files, ready to save", files_saved),
    "many-files": State("14 files, ready to save", many_files),
    "age-key": State("Here it is", age_key),
    "still-left": State("Here it is", still_left),
    "unconfirmed": State("Here it is", unconfirmed),
    "reloaded": State("Already opened", reloaded),
    "claimed": State("Already opened", uncertain),
    **over.STATES,
}
