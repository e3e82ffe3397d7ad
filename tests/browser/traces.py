"""All that a visit leaves behind, and a search for what must not be among it."""

import asyncio
import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from playwright.sync_api import BrowserContext, Page, Route

from tests.faults.proxy import Proxy

# Everything this site keeps in the browser; of files also the bytes, as letters from 0 to 255.
KEPT = """async () => {
    const files = {};
    const walk = async (folder, path) => {
        for await (const [name, entry] of folder.entries()) {
            if (entry.kind === "directory") await walk(entry, `${path}${name}/`);
            else files[path + name] = await (await entry.getFile()).text();
        }
    };
    await walk(await navigator.storage.getDirectory(), "");
    return {
        localStorage: { ...localStorage },
        sessionStorage: { ...sessionStorage },
        files,
        databases: await indexedDB.databases(),
        caches: await caches.keys(),
        workers: (await navigator.serviceWorker.getRegistrations()).length,
        cookie: document.cookie,
        name: window.name,
    };
}"""


class Wire(Proxy):
    """A line that writes down every byte of every request, whoever in the browser made it."""

    def __init__(self, port: int) -> None:
        self.said = bytearray()
        super().__init__(("127.0.0.1", port))

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, is_reply: bool
    ) -> None:
        heard: Any = source if is_reply else _Tap(source, self.said)
        await super()._pump(heard, sink, is_reply=is_reply)


class _Tap:
    def __init__(self, source: asyncio.StreamReader, said: bytearray) -> None:
        self._source, self._said = source, said

    async def read(self, size: int) -> bytes:
        data = await self._source.read(size)
        self._said += data
        return data


def spoil(context: BrowserContext, script: str, more: str) -> None:
    """Whoever asks for that script of ours gets one that does *more*."""
    found: list[str] = []

    def take(route: Route) -> None:
        if not found:
            found.append(route.fetch().text() + more)
        route.fulfill(body=found[0], content_type="text/javascript")

    context.route(f"**/static/app/{script}*.js", take)


def kept(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(KEPT)
    return found


def is_empty(found: Mapping[str, Any]) -> bool:
    return not any(found.values())


def history(page: Page) -> str:
    """Where the tab's own entries lead, and what they are called.

    The browser's list of all visits, and what it remembers to have been typed, are out of any page's reach.
    """
    line = page.context.new_cdp_session(page)
    entries = line.send("Page.getNavigationHistory")["entries"]
    line.detach()
    return json.dumps([(entry["url"], entry["title"]) for entry in entries])


def cookies(context: BrowserContext) -> str:
    return json.dumps(context.cookies())


def leaks(traces: Mapping[str, bytes], marks: Mapping[str, bytes]) -> list[str]:
    """Which mark stands where, in whatever spelling."""
    return [
        f"{name} ({spelling[:12]!r}…) in {place}"
        for name, mark in marks.items()
        for spelling in spellings(mark)
        for place, data in traces.items()
        if spelling in data
    ]


def spellings(mark: bytes) -> Iterator[bytes]:
    """As it is, in an address, in hex, in UTF-16, and in both base64 at each of three offsets."""
    yield mark
    yield mark.hex().encode()
    yield mark.hex().upper().encode()
    yield "".join(f"%{byte:02x}" for byte in mark).encode()
    yield quote(mark).encode()
    yield bytes(byte for each in mark for byte in (each, 0))
    for skip in range(3):
        # The last letters depend on what follows.
        whole = base64.b64encode(mark[skip:])[:-4]
        yield whole
        yield whole.replace(b"+", b"-").replace(b"/", b"_")
