"""One large file through a real browser, sealed and opened there, beside the same bytes unsealed.

The floor sends and fetches as many bytes from a page of the same site to the same doors, with nothing sealed,
hashed, opened or kept: what the line, the server and its disk allow.
"""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench import cpu, servers, table
from tests.browser.executable import find_chromium
from tests.faults import client
from tests.faults.client import send
from tests.faults.envelopes import b64, seal

MB = 10**6
MIB = 1024**2
SIZE_MIB = int(os.environ.get("BENCH_BROWSER_MIB", "1024"))
MEMORY_BAR_MB = 300
SEND_BAR = 50
RECEIVE_BAR = 100
PATIENCE_MS = 600_000

# As many at a time as the product sends; each part is the same random block, hashed before.
FLOOR_PUT = """async ([path, token, parts, size]) => {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
    const digest = btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))));
    const block = new Blob([bytes]); // what watches the browser would read an array along
    const headers = { Authorization: `Bearer ${token}`, "Repr-Digest": `sha-256=:${digest}:` };
    const began = performance.now();
    let next = 0;
    const lane = async () => {
        while (next < parts) {
            const answer = await fetch(`${path}/parts/${next++}`, { method: "PUT", headers, body: block });
            if (!answer.ok) throw new Error(`a part was refused: ${answer.status}`);
        }
    };
    await Promise.all([lane(), lane(), lane()]);
    return (performance.now() - began) / 1000;
}"""
FLOOR_GET = """async ([path, token]) => {
    const began = performance.now();
    const answer = await fetch(`${path}/blob`, { headers: { Authorization: `Bearer ${token}` } });
    const reader = answer.body.getReader();
    let bytes = 0;
    for (let got; !(got = await reader.read()).done; ) bytes += got.value.length;
    return [(performance.now() - began) / 1000, bytes];
}"""


@dataclass
class Watched:
    """What the page's process, its worker included, needed at most, and its processor time."""

    most_bytes: int = 0
    cpu_seconds: float = 0.0


def run(place: servers.Place, size_mib: int = SIZE_MIB) -> bool:
    product = place.product()
    # A profile on disk: that of a private window keeps its folder in memory.
    profile = Path(tempfile.mkdtemp(prefix="browser-", dir=place.folder))
    file = place.folder / "large.bin"
    with file.open("wb") as sparse:
        sparse.truncate(size_mib * MIB)
    chromium = find_chromium()
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium.path, env=os.environ | chromium.env, args=["--disable-gpu"]
        )
        context.set_default_timeout(PATIENCE_MS)
        figures = _measure(context.new_page(), profile, product, file)
        context.close()
    shutil.rmtree(profile, ignore_errors=True)
    return _show(figures, size_mib)


def _measure(page: Page, profile: Path, product: servers.Server, file: Path) -> dict[str, Any]:
    size = file.stat().st_size
    sent_floor, got_floor = _floor(page, product, size)
    with _watched(profile) as sending:
        send_seconds, link = _send(page, product, file)
    with _watched(profile) as receiving:
        receive_seconds = _receive(page, product, link)
    return {
        "send": (size / MB / send_seconds, size / MB / sent_floor, sending),
        "receive": (size / MB / receive_seconds, size / MB / got_floor, receiving),
    }


def _floor(page: Page, product: servers.Server, size: int) -> tuple[float, float]:
    envelope = seal(b"")
    deposit = {name: said for name, said in envelope.deposit().items() if name != "blob"}
    # The server takes only sizes that a sealed blob can have, and whole parts here are simplest.
    made = send(product.url, client.api("POST", "", said=deposit | {"size": _sealed(size)}))
    assert made.status == 201, made
    part, parts = made.json["part_size"], made.json["parts"]
    whole = (parts - 1) * part
    page.goto(f"{product.url}/about/privacy")
    path = f"{client.API}/{envelope.id}"
    put = page.evaluate(FLOOR_PUT, [path, b64(envelope.manage_token), parts - 1, part])
    rest = os.urandom(_sealed(size) - whole)
    last = client.part(replace(envelope, blob=rest), 0, part)
    last = replace(last, path=last.path.removesuffix("/0") + f"/{parts - 1}")
    assert send(product.url, last).status == 204
    assert send(product.url, client.complete(envelope)).status == 200
    lease = os.urandom(32)
    assert send(product.url, client.claim(envelope, lease)).status == 200
    got, came = page.evaluate(FLOOR_GET, [path, b64(lease)])
    assert came == _sealed(size), came
    send(product.url, client.burn(envelope, lease))
    return put * size / whole, got


def _sealed(size: int) -> int:
    return 16 + size + 16 * max(1, -(-size // 65536))


def _send(page: Page, product: servers.Server, file: Path) -> tuple[float, str]:
    page.goto(product.url)
    with page.expect_file_chooser() as asked:
        page.get_by_role("button", name="Add files").click()
    asked.value.set_files(file)
    page.locator(".rows li").wait_for()
    began = time.perf_counter()
    page.get_by_role("button", name="Seal and get the link").click()
    page.locator("h2", has_text="Send this link").wait_for()
    took = time.perf_counter() - began
    link = str(page.locator(".linkbox").first.text_content())
    page.once("dialog", lambda dialog: dialog.accept())
    return took, product.url + link[link.index("/s/") :]


def _receive(page: Page, product: servers.Server, link: str) -> float:
    page.goto("about:blank")
    page.goto(link)
    page.get_by_text("then you save it").wait_for()
    began = time.perf_counter()
    page.get_by_role("button", name="Open it now").click()
    page.locator("h1", has_text="ready to save").wait_for()
    took = time.perf_counter() - began
    page.get_by_text("Destroyed on").wait_for()
    page.once("dialog", lambda dialog: dialog.accept())
    return took


def _show(figures: dict[str, Any], size_mib: int) -> bool:
    rows, is_good = [], True
    for way, bar in (("send", SEND_BAR), ("receive", RECEIVE_BAR)):
        speed, floor, watched = figures[way]
        memory = watched.most_bytes / MB
        is_good &= speed >= bar and memory <= MEMORY_BAR_MB
        rows.append(
            (
                *(way, speed, table.verdict(speed, bar), floor, speed / floor),
                *(memory, table.verdict(memory, MEMORY_BAR_MB, at_most=True), watched.cpu_seconds),
            )
        )
    head = ("way", "MB/s", "bar", "unsealed, MB/s", "to floor", "memory, MB", "bar", "page's CPU s")
    table.show(f"Browser: {size_mib} MiB, sealed and opened in the page's worker", head, rows)
    return is_good


# --- the page's process ---------------------------------------------------------------------------------


@contextmanager
def _watched(profile: Path) -> Iterator[Watched]:
    """Of the browser's processes for pages, the one that needs most: ours, with its worker."""
    watched, is_over = Watched(), threading.Event()
    first = {pid: cpu.seconds(pid) for pid in _renderers(profile)}
    last: dict[int, float] = {}

    def look() -> None:
        while not is_over.wait(0.2):
            for pid in _renderers(profile):
                watched.most_bytes = max(watched.most_bytes, _memory(pid))
                last[pid] = max(last.get(pid, 0.0), cpu.seconds(pid))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield watched
    finally:
        is_over.set()
        thread.join()
        watched.cpu_seconds = sum(max(0.0, used - first.get(pid, 0.0)) for pid, used in last.items())


def _renderers(profile: Path) -> list[int]:
    found = {int(path.name): _command(path) for path in Path("/proc").iterdir() if path.name.isdecimal()}
    return [
        pid for pid, words in found.items() if "--type=renderer" in words and _is_below(pid, found, profile)
    ]


def _is_below(pid: int, found: dict[int, str], profile: Path) -> bool:
    while pid > 1:
        if f"--user-data-dir={profile}" in found.get(pid, ""):
            return True
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return False
    return False


def _command(folder: Path) -> str:
    try:
        return (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _memory(pid: int) -> int:
    """Its own pages, and its part of those it shares."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in told.splitlines() if line.startswith("Pss:"))
