"""A server is held to the hashes of a release; whatever it serves instead is named."""

import gzip
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

CLONE = Path(__file__).resolve().parents[2]
Spoil = Callable[[str, bytes], bytes]


def run(*words: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "onetimeshare.compare", *map(str, words)]
    return subprocess.run(command, cwd=CLONE, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def listed(tmp_path_factory) -> Path:
    """What `make hashes` prints."""
    command = [sys.executable, "-m", "onetimeshare.hashes"]
    done = subprocess.run(command, cwd=CLONE, capture_output=True, text=True, check=True, timeout=120)
    path = tmp_path_factory.mktemp("release") / "hashes.txt"
    path.write_text(done.stdout)
    return path


class Between(ThreadingHTTPServer):
    """A server between the visitor and the product, which changes what it passes on."""

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self.spoil: Spoil = lambda path, body: body
        self.without: tuple[str, ...] = ()
        self.breaks_off = False
        super().__init__(("127.0.0.1", 0), _Passing)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Passing(BaseHTTPRequestHandler):
    server: Between

    def do_GET(self) -> None:
        asked = Request(self.server.upstream + self.path)  # noqa: S310 - of the site
        asked.add_header("Accept-Encoding", self.headers["Accept-Encoding"])
        try:
            answer = urlopen(asked)  # noqa: S310 - of the site
        except HTTPError as error:
            answer = error
        with answer:
            body = self.server.spoil(f"{self.path} {self.headers['Accept-Encoding']}", answer.read())
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                if name not in ("Content-Length", "Transfer-Encoding", "Connection", *self.server.without):
                    self.send_header(name, value)
            if self.server.breaks_off:
                self.send_header("Content-Length", str(len(body) + 1))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def between(site) -> Iterator[Between]:
    with Between(site.url) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def in_page(markup: bytes) -> Spoil:
    return lambda path, body: body.replace(b"<main", markup + b"<main") if path.startswith("/ ") else body


def in_facts(address: bytes) -> Spoil:
    """Another beginning of the worker's address."""
    return lambda path, body: body.replace(b"/static/app/worker.", address)


def in_file(part: str, encoding: str = "identity") -> Spoil:
    """One byte more in a file, in one of the forms it is served in."""
    wrong = {"identity": b"other", "gzip": gzip.compress(b"other"), "br": b"\x0b\x02\x80other\x03"}[encoding]
    return lambda path, body: wrong if part in path and path.endswith(encoding) else body


SPOILT: dict[str, tuple[Spoil, str]] = {
    "a page's script": (in_file("/app/send."), "app/send.js (identity): differs"),
    "the worker": (in_file("/app/worker."), "app/worker.js (identity): differs"),
    "a module for later": (in_file("/app/argon2."), "app/argon2.js (identity): differs"),
    "the style": (in_file("/app/style."), "app/style.css (identity): differs"),
    "the small form of a script": (in_file("/app/receive.", "gzip"), "app/receive.js (gzip): differs"),
    "the form that browsers take": (in_file("/app/manage.", "br"), "app/manage.js (br): differs"),
    "an inline script": (in_page(b"<script>send()</script>"), "/: a script without a file"),
    "a script of its own": (
        in_page(b'<script src="/static/app/x.js"></script>'),
        "app/x.js: is not in the list",
    ),
    "a script elsewhere": (in_page(b'<script src="//evil.example/x.js"></script>'), "from another server"),
    "a script outside": (in_page(b'<script src="/about/x"></script>'), "/about/x: is loaded by a page"),
    "a handler": (in_page(b"<img src=x onerror=send()>"), "/: <img onerror=…>"),
    "a frame": (in_page(b"<iframe src=/x></iframe>"), "/: <iframe>"),
    "another base": (in_page(b"<base href=/x/>"), "/: <base>"),
    "a script by a query": (
        in_page(b'<script src="/static/app/send.js?x"></script>'),
        "/static/app/send.js?x: is loaded by a page, and no file of the release",
    ),
    "a script beside its page": (
        in_page(b'<script src="static/app/send.js"></script>'),
        "static/app/send.js: is loaded by a page, and no file of the release",
    ),
    "a script named twice": (
        in_page(b'<script src="/static/app/x.js" src="/static/app/send.js"></script>'),
        "app/x.js: is not in the list",
    ),
    "a script that says it is facts": (
        in_page(b'<script type="module" type="application/json">1</script>'),
        "/: a script without a file",
    ),
    "an address in the facts": (
        in_facts(b"/about/worker."),
        "is loaded by a page, and no file of the release",
    ),
    "a whole address in the facts": (in_facts(b"https://evil.example/worker."), "from another server"),
    "a bare name in the facts": (in_facts(b"evil."), "is loaded by a page, and no file of the release"),
    "a query in the facts": (in_facts(b"/static/app/worker.js?"), "is loaded by a page, and no file of"),
    "other facts before the facts": (
        in_page(b'<p id="page">{}</p>'),
        "/: <p id=page> in the place of the facts",
    ),
    "facts that are closed at once": (in_page(b'<script type="application/json"/>'), "/: <script/>"),
    "facts that are none": (in_page(b'<script type="application/json">1</script>'), "/: facts that are none"),
    "a hidden part": (in_page(b"<!--><script src=/x></script>-->"), "/: a comment"),
    "a part for no scripts": (in_page(b"<noscript></noscript>"), "/: <noscript>"),
}


def test_a_server_of_this_release_is_found_to_be_one(site, listed):
    done = run(site.url, listed)

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "served the scripts of this release" in done.stdout


WORKER = re.compile(rb"/static/app/worker\.[0-9a-f]{12}\.js")


@pytest.mark.parametrize("served", [b"", b"other"])
def test_the_worker_is_looked_at_by_the_address_that_names_a_store(between, listed, served):
    named = rb"\g<0>?store=https%3A%2F%2Fs3.example.org%3A8443"
    between.spoil = lambda path, body: served + body if "?store=" in path else WORKER.sub(named, body)

    done = run(between.url, listed)

    assert done.returncode == (1 if served else 0), done.stdout
    assert ("app/worker.js (identity): differs" in done.stdout) == bool(served)


@pytest.mark.parametrize("what", SPOILT)
def test_whatever_else_is_served_is_named(between, listed, what):
    between.spoil, told = SPOILT[what]

    done = run(between.url, listed)

    assert (done.returncode, done.stderr) == (1, "")
    assert told in done.stdout
    assert "served the scripts" not in done.stdout


def test_another_policy_is_named(between, listed):
    between.without = ("Content-Security-Policy",)

    done = run(between.url, listed)

    assert done.returncode == 1
    assert "/m/aaaaaaaaaaaaaaaa: its policy is another: none" in done.stdout


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1:1", "http://127.0.0.1:1", "ftp://x", "file:///etc/passwd"]
)
def test_a_server_that_is_not_there_is_no_verdict(listed, url):
    done = run(url, listed)

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_an_answer_that_breaks_off_is_no_verdict(between, listed):
    between.breaks_off = True

    done = run(between.url, listed)

    assert (done.returncode, done.stdout.count("served")) == (2, 0)
    assert len(done.stderr.splitlines()) == 1


def test_what_is_no_list_is_no_verdict(site, tmp_path):
    (tmp_path / "list").write_text("<html>not found</html>")

    for path in (tmp_path / "list", tmp_path / "nothing", tmp_path):
        done = run(site.url, path)
        assert (done.returncode, done.stdout) == (2, "")


def test_the_list_covers_all_that_the_browser_part_is_made_of(listed):
    names = {line.partition("  ")[2] for line in listed.read_text().splitlines()}

    assert {f"app/{path.name}" for path in (CLONE / "frontend" / "dist" / "app").iterdir()} <= names
    assert "policy" in names
