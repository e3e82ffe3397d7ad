"""`python -m onetimeshare.compare https://share.example.org hashes.txt`: does it serve a release's scripts?

Fetches the pages, all they load and may load later, and compares with the list the release published
(`make hashes`). Needs Python alone; with `brotli` installed it looks at that form of each file as well.

Exit code 0: all is as listed. 1: something is not, each named on a line. 2: it could not be looked at.
"""

import gzip
import hashlib
import importlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

ANY_ID = "a" * 16
PAGES = ("/", f"/s/{ANY_ID}", f"/m/{ANY_ID}", "/about/how-it-works", "/about/privacy")
STATIC = "/static/"
# The one query that a file of ours may have: the worker's, whose policy names the store of the bytes.
STORE = re.compile(r"\?store=https?%3A%2F%2F[A-Za-z0-9.%-]+")
HASH_IN_NAME = re.compile(r"\.[0-9a-f]{12}(?=\.\w+$)")
# Any of these would run code, or change what an address means, with no script file to compare.
ACTIVE_TAGS = {"base", "embed", "frame", "iframe", "object", "applet"}
# What a browser ends elsewhere than this parser does: a script behind it would be seen by one of them only.
HIDING_TAGS = {"noscript", "noembed", "noframes", "plaintext", "template", "xmp"}
# The facts a page's script starts from, and which of them are addresses of code or of its words.
FACTS_ID = "page"
CODE_FACTS = ("assets", "words")
LOOKS = {"stylesheet", "icon", "apple-touch-icon", "manifest"}
FETCHED = {"preload", "modulepreload"}
# The line of the list that is no file: the Content-Security-Policy of every page.
POLICY = "policy"
TIMEOUT_SECONDS = 30


class CannotLook(Exception):
    """The server or the list could not be read; one line for a person."""


class Page(HTMLParser):
    """What one page loads as code (`code`) and as looks (`looks`), and what in it is no file (`oddities`)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.code: set[str] = set()
        self.looks: set[str] = set()
        self.oddities: list[str] = []
        self._in_json = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Of an attribute that is given twice a browser takes the first.
        told = {name: value or "" for name, value in reversed(attrs)}
        self.oddities += [f"<{tag} {name}=…>" for name in told if name.startswith("on") or name == "srcdoc"]
        self.oddities += [
            f"<{tag}> with {v}" for v in told.values() if v.strip().lower().startswith("javascript:")
        ]
        self.oddities += [
            f"<{tag} {name}=…> with markup in it" for name, value in told.items() if "<" in value
        ]
        if tag in ACTIVE_TAGS | HIDING_TAGS or (tag == "meta" and "http-equiv" in told):
            self.oddities.append(f"<{tag}>")
        elif told.get("id") == FACTS_ID and (tag, told.get("type")) != ("script", "application/json"):
            self.oddities.append(f"<{tag} id={FACTS_ID}> in the place of the facts")
        elif tag == "script" and told.get("src"):
            self.code.add(told["src"])
        elif tag == "script":
            self._in_json = told.get("type") == "application/json"
            if not self._in_json:
                self.oddities.append("a script without a file")
        elif tag == "link" and told.get("href"):
            kinds = set(told.get("rel", "").lower().split())
            self.code |= {told["href"]} if kinds & FETCHED else set()
            self.looks |= {told["href"]} if kinds & LOOKS else set()

    def handle_endtag(self, tag: str) -> None:
        self._in_json = self._in_json and tag != "script"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """To a browser the slash means nothing, and what follows is still inside."""
        self.oddities += [f"<{tag}/>"] if tag == "script" else []
        self.handle_starttag(tag, attrs)

    def handle_comment(self, data: str) -> None:
        """Our pages have none, and browsers end some sooner than this parser does."""
        self.oddities.append("a comment")

    def unknown_decl(self, data: str) -> None:
        self.handle_comment(data)

    def handle_pi(self, data: str) -> None:
        self.handle_comment(data)

    def handle_data(self, data: str) -> None:
        """The facts of the page, among them the addresses of what its script loads later."""
        if self._in_json:
            try:
                facts = json.loads(data)
                self.code |= {address for name in CODE_FACTS for address in _texts(facts.get(name))}
            except (ValueError, AttributeError):
                self.oddities.append("facts that are none")


def _texts(facts: Any) -> Iterator[str]:
    if isinstance(facts, str):
        yield facts
    elif isinstance(facts, list | dict):
        for part in facts.values() if isinstance(facts, dict) else facts:
            yield from _texts(part)


class Server:
    """One server, asked as a visitor asks; nothing is followed to another address."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.path = urlsplit(self.url).path  # of a site below another's path; else empty
        self._line = build_opener(_StayHere)

    def get(self, path: str, encoding: str = "identity") -> tuple[bytes, Any]:
        headers = {"Accept-Encoding": encoding, "Accept": "text/html,*/*"}
        asked = Request(urljoin(self.url + "/", path), headers=headers)  # noqa: S310 - http(s) only: main looked
        try:
            with self._line.open(asked, timeout=TIMEOUT_SECONDS) as answer:
                return answer.read(), answer.headers
        except HTTPError as error:
            raise CannotLook(f"{path}: the server answered {error.code}") from error
        except (URLError, OSError, ValueError, HTTPException) as error:
            raise CannotLook(f"{self.url}: {getattr(error, 'reason', error)}") from error

    def place_of(self, address: str) -> str | None:
        """The path of an address on this very server; None for any other."""
        whole = urlsplit(urljoin(self.url + "/", address))
        return whole.path if address and whole[:2] == urlsplit(self.url)[:2] else None


class _StayHere(HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


def unpackers() -> dict[str, Callable[[bytes], bytes]]:
    """The forms in which a file may come: a browser takes the smallest, so each is looked at."""
    known: dict[str, Callable[[bytes], bytes]] = {"identity": bytes, "gzip": gzip.decompress}
    try:
        known["br"] = importlib.import_module("brotli").decompress
    except ImportError:
        print("brotli is not installed here: that form of the files, which browsers take, is not looked at")
    return known


def differences(server: Server, listed: dict[str, str]) -> Iterator[str]:
    """One line for each thing that is not as the release has it."""
    code: set[str] = set()
    looks: set[str] = set()
    for path in PAGES:
        body, headers = server.get(server.path + path)
        page = Page(body.decode(errors="replace"))
        code, looks = code | page.code, looks | page.looks
        yield from (f"{path}: {oddity}" for oddity in page.oddities)
        policy = ", ".join(headers.get_all("Content-Security-Policy", []))
        if digest(policy.encode()) != listed.get(POLICY):
            yield f"{path}: its policy is another: {policy or 'none'}"
    forms = unpackers()
    for address in sorted(code | looks):
        place = server.place_of(address)
        if place is None:
            yield f"{address}: is loaded from another server"
        elif STORE.sub("", address) == place and place.startswith(server.path + STATIC):
            yield from _differs(server, address, listed, forms)
        elif address in code or place.startswith(server.path + STATIC):
            # Also a listed file by another address: with a query, or beside the page, it may be another file.
            yield f"{address}: is loaded by a page, and no file of the release"
        else:
            print(f"{place}: is this site's own (its name, logo or accent), and not compared")


def _differs(
    server: Server, address: str, listed: dict[str, str], forms: dict[str, Callable[[bytes], bytes]]
) -> Iterator[str]:
    """Asked by the very address that a page has."""
    name = HASH_IN_NAME.sub("", STORE.sub("", address).removeprefix(server.path + STATIC))
    if name not in listed:
        yield f"{name}: is not in the list"
        return
    for encoding, unpack in forms.items():
        body, headers = server.get(address, encoding)
        is_packed = headers.get("Content-Encoding", "identity") != "identity"
        try:
            found = digest(unpack(body) if is_packed else body)
        except Exception:  # whatever a strange body makes an unpacker say
            found = "cannot be unpacked"
        if found != listed[name]:
            yield f"{name} ({encoding}): differs: {found}, and the list has {listed[name]}"


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read_list(path: str) -> dict[str, str]:
    """name: hash. Raises CannotLook."""
    try:
        lines = Path(path).read_text().splitlines()
    except (OSError, ValueError) as error:
        raise CannotLook(f"{path}: {error}") from error
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines if line)}
    if not listed or not all(re.fullmatch("[0-9a-f]{64}", digest) for digest in listed.values()):
        raise CannotLook(f"{path} is not a list of hashes")
    return listed


def main(words: list[str]) -> int:
    if len(words) != 2 or not words[0].startswith(("https://", "http://")):
        print("usage: python -m onetimeshare.compare https://share.example.org hashes.txt", file=sys.stderr)
        return 2
    try:
        listed = read_list(words[1])
        found = list(differences(Server(words[0]), listed))
    except CannotLook as problem:
        print(problem, file=sys.stderr)
        return 2
    print("\n".join(found) if found else f"{words[0]} served the scripts of this release, just now, to us.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
