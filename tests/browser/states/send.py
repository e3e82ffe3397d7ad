"""The send page, from the empty slip to the link."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.browser.states.visit import API, State, States, Visit

START = "One link. Opened once. Then gone."
MIB = 1024**2


def start(visit: Visit) -> None:
    visit.page.goto(visit.site.url)
    visit.page.get_by_role("button", name="Add files").wait_for()


def typed(visit: Visit, text: str = "correct horse battery staple") -> None:
    start(visit)
    visit.page.locator("#text").fill(text)


def chosen(visit: Visit, sizes: Mapping[str, int]) -> None:
    folder = Path(tempfile.mkdtemp(dir=visit.site.folder))
    for name, size in sizes.items():
        with (folder / name).open("wb") as sparse:
            sparse.truncate(size)
    start(visit)
    with visit.page.expect_file_chooser() as chooser:
        visit.press("Add files")
    chooser.value.set_files([folder / name for name in sizes])


def three(visit: Visit) -> None:
    names = ("contract.pdf", "a rather long name of a photograph taken last summer, retouched.jpeg", "k.pem")
    chosen(visit, {name: 40_000 + 90_000 * n for n, name in enumerate(names)})


def many(visit: Visit) -> None:
    chosen(visit, {f"page {n}.png": 7_000 * n for n in range(14)})


def guarded(visit: Visit) -> None:
    typed(visit)
    visit.page.get_by_role("button", name="Add one").click()
    visit.sees("four words by chance")


def weak(visit: Visit) -> None:
    guarded(visit)
    visit.page.locator("#password").fill("hund")


def drag(visit: Visit) -> None:
    start(visit)
    visit.page.evaluate(
        """() => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File(["x"], "x.txt"));
            document.dispatchEvent(new DragEvent("dragover", { dataTransfer, bubbles: true }));
        }"""
    )
    visit.sees("Drop to add")


def seal(visit: Visit) -> None:
    visit.press("Seal and get the link")


def nothing(visit: Visit) -> None:
    start(visit)
    seal(visit)
    visit.page.locator("#problem").wait_for()


def too_much(visit: Visit) -> None:
    three(visit)
    visit.page.locator("#text").fill("Nora, here they are. " * 120)
    seal(visit)
    visit.page.locator("#problem").wait_for()


def sealing(visit: Visit) -> None:
    visit.hold(f"{API}/*/parts/*", "PUT", after=1)
    chosen(visit, {"film.mp4": 20 * MIB})
    seal(visit)
    visit.page.locator("h1", has_text="Sealing").wait_for()
    visit.page.locator(".figures", has_text=" of ").wait_for()


def line_lost(visit: Visit) -> None:
    visit.answer(f"{API}/*/parts/*", "PUT", 0)
    chosen(visit, {"film.mp4": 20 * MIB})
    seal(visit)
    visit.sees("No connection. It goes on by itself")


def stopped(visit: Visit) -> None:
    sealing(visit)
    visit.press("Stop")
    visit.sees("Stopped. Nothing can be opened.")


def refused(visit: Visit) -> None:
    visit.answer(API, "POST", 429, code="too_many", retry_after=3600)
    typed(visit)
    seal(visit)
    visit.page.locator("#problem").wait_for()


def done(visit: Visit) -> None:
    typed(visit)
    seal(visit)
    visit.sees("Send this link")


def done_guarded(visit: Visit) -> None:
    guarded(visit)
    visit.page.locator("#opens").select_option("3")
    seal(visit)
    visit.sees("They also need the password")


def done_qr(visit: Visit) -> None:
    done(visit)
    visit.press("QR code")
    visit.page.locator("canvas").wait_for()


def mine(visit: Visit) -> None:
    done(visit)
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.press("Copy link")
    visit.page.locator("#remember").check()
    start(visit)
    visit.sees("Your stubs in this browser")


def insecure(visit: Visit) -> None:
    visit.page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    visit.page.goto(visit.site.url)
    visit.sees("This address is not secure.")


STATES: States = {
    "empty": State(START, start),
    "nothing": State(START, nothing),
    "text": State(START, typed),
    "files": State(START, three),
    "many": State(START, many),
    "drag": State(START, drag),
    "password": State(START, guarded),
    "weak": State(START, weak),
    "too-much": State(START, too_much),
    "sealing": State("Sealing", sealing),
    "line-lost": State("Sealing", line_lost),
    "stopped": State(START, stopped),
    "refused": State(START, refused),
    "done": State("It is sealed.", done),
    "done-guarded": State("It is sealed.", done_guarded),
    "done-qr": State("It is sealed.", done_qr),
    "mine": State(START, mine),
    "insecure": State(START, insecure),
}
