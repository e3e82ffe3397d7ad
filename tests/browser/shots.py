"""`make shots`: a picture of every page in every state, by width and scheme, below var/shots/.

`python -m tests.browser.shots receive stub-waiting`: only those whose name begins so.
`--all` looks further: 320 px, more contrast, forced colours, right to left, text twice as large, print.
`--docs` takes the eight of docs/pictures/ anew.
"""

import argparse
import os
import shutil

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.executable import CLONE, find_chromium
from tests.browser.site import Site, a_site
from tests.browser.states import STATES, visited

FOLDER = CLONE / "var" / "shots"
WIDTHS = {360: 760, 768: 1024, 1280: 800}
SCHEMES = ("light", "dark")
DOCS = CLONE / "docs" / "pictures"
PICTURED = (
    ("send-files", 1120, "light"),
    ("send-done-guarded", 1120, "light"),
    ("receive-password", 1120, "light"),
    ("receive-text", 1120, "dark"),
    ("stub-opened", 1120, "dark"),
    ("plain-how-it-works", 1120, "light"),
    ("send-empty", 390, "light"),
    ("receive-waiting", 390, "dark"),
)
# The site of a test lies at some port of this machine.
ELSEWHERE = """() => { for (const box of document.querySelectorAll(".linkbox, .linkbox *"))
    for (const text of box.childNodes) if (text.nodeType === 3)
        text.data = text.data.replace(location.origin, "https://share.example.org") }"""
TWICE_AS_LARGE = "document.documentElement.style.setProperty('font-size', '200%')"


def shoot(page: Page, name: str) -> None:
    """In every width and scheme."""
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            take(page, f"{name}-{width}-{scheme}")


def shoot_further(page: Page, name: str) -> None:
    """As those see it who asked their system for something else."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 640})
    take(page, f"{name}-320-light")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light", contrast="more")
    take(page, f"{name}-1280-more")
    page.emulate_media(color_scheme="dark", contrast="more")
    take(page, f"{name}-1280-more-dark")
    page.emulate_media(color_scheme="dark", contrast="no-preference", forced_colors="active")
    take(page, f"{name}-1280-forced")
    page.emulate_media(color_scheme="light", forced_colors="none", media="print")
    take(page, f"{name}-1280-print")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 768, "height": 1024})
    page.evaluate("document.documentElement.dir = 'rtl'")
    take(page, f"{name}-768-rtl")
    page.evaluate("document.documentElement.dir = 'ltr'")
    page.evaluate(TWICE_AS_LARGE)
    take(page, f"{name}-768-large")


def take(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True, animations="disabled")


def picture(browser: Browser, site: Site) -> int:
    """What README and docs show: as much as a screen does."""
    for name, width, scheme in PICTURED:
        with visited(STATES[name], browser, site, device_scale_factor=1.5, color_scheme=scheme) as page:
            page.set_viewport_size({"width": width, "height": 780})
            page.evaluate(ELSEWHERE)
            page.mouse.move(0, 0)
            page.screenshot(path=DOCS / f"{name}.png", animations="disabled")
    return 0


def run(browser: Browser, site: Site, names: list[str], further: bool) -> int:
    failed = 0
    for name in names:
        try:
            with visited(STATES[name], browser, site) as page:
                shoot(page, name)
                if further:
                    shoot_further(page, name)
        except Exception as error:  # one state that is not reached shall not hide the others
            failed += 1
            print(f"{name}: {str(error)[:600]}", flush=True)
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.shots", description=__doc__)
    parser.add_argument("names", nargs="*", help="how the states' names begin; none: all")
    parser.add_argument("--all", action="store_true", help="the further looks as well")
    parser.add_argument("--docs", action="store_true", help="those that README and docs show, into docs/")
    asked = parser.parse_args()
    names = [name for name in STATES if not asked.names or name.startswith(tuple(asked.names))]
    folder = DOCS if asked.docs else FOLDER
    if not asked.names:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    chromium = find_chromium()
    with a_site() as site, sync_playwright() as playwright:
        environ = os.environ | chromium.env
        browser = playwright.chromium.launch(
            executable_path=chromium.path, env=environ, args=["--disable-gpu"]
        )
        failed = picture(browser, site) if asked.docs else run(browser, site, names, asked.all)
        browser.close()
    pictures = len(list(folder.glob("*.png")))
    print(f"{pictures} pictures in {folder.relative_to(CLONE)}/, {failed} states not reached")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
