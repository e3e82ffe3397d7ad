"""Below a path of another site, behind the shipped nginx-sub-path.conf: pages, curl, the client, the API."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.people import Recipient, Sender
from tests.browser.site import Site, a_site
from tests.faults.nginx import SHIPPED, SUB_PATH, Nginx, below_a_path
from tests.faults.processes import CLONE, free_port

PATH = "/secrets"


@dataclass(frozen=True)
class Below:
    """The site as visitors know it; `server` is what stands behind."""

    url: str
    root: str
    server: Site


@pytest.fixture(scope="module")
def site() -> Iterator[Below]:
    port = free_port()
    root = f"http://127.0.0.1:{port}"
    told = {"PUBLIC_URL": root + PATH, "TRUSTED_PROXY_COUNT": "1", "SECURITY_CONTACT": "security@example.org"}
    with a_site(**told) as server:
        text = below_a_path(port, server.masters[0].port)
        nginx = Nginx(server.folder / "nginx", text, port).start()
        try:
            yield Below(root + PATH, root, server)
        finally:
            nginx.stop()


def curl(*words: str | Path) -> str:
    done = subprocess.run(["curl", "-sS", "-m", "20", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def status(*words: str) -> str:
    return curl("-o", "/dev/null", "-w", "%{http_code}", *words)


def test_a_browser_leaves_and_opens_and_asks_for_nothing_outside(site, page, new_context):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    left = Sender(page, f"{site.url}/").write("below a path").seal()
    other = new_context().new_page()
    other.on("request", lambda request: asked.append(request.url))
    opened = Recipient(other, left.link).open()

    assert left.link.startswith(f"{site.url}/s/")
    assert opened.text == "below a path"
    third = new_context().new_page()
    third.on("request", lambda request: asked.append(request.url))
    third.goto(left.link)
    third.get_by_role("link", name="Leave something yourself").click()
    third.wait_for_url(f"{site.url}/")
    assert [url for url in asked if not url.startswith((f"{site.url}/", "blob:"))] == []


def test_every_address_on_our_pages_is_below_the_path(site):
    pages = (
        "/",
        "/s/" + "a" * 16,
        "/m/" + "a" * 16,
        "/about/how-it-works",
        "/about/command-line",
        "/accounts/login",
    )
    found = {
        address
        for path in pages
        for address in re.findall(
            r'(?:href|src|action)="([^"#?]*)', curl("-H", "Accept: text/html", site.url + path)
        )
    }
    own = {address for address in found if address and not urlsplit(address).netloc}

    assert len(own) > 10
    assert {address for address in own if not address.startswith(f"{PATH}/") and ":" not in address} == set()
    assert {status(f"{site.root}{address}") for address in own if "/static/" in address} == {"200"}


def test_curl_leaves_and_opens_and_prints_links_that_work(site, tmp_path):
    (tmp_path / "note.txt").write_text("by curl")

    said = curl("-T", tmp_path / "note.txt", f"{site.url}/")
    link = re.search(rf"{re.escape(site.url)}/s/\S+#\S+", said)
    assert link, said
    opened = curl("--data-urlencode", f"link={link[0]}", link[0].split("#")[0])

    assert opened == "by curl"


def test_the_client_leaves_and_opens(site, tmp_path):
    ots = [sys.executable, "-m", "ots"]
    left = subprocess.run(
        [*ots, "send", "--server", site.url, "-"],
        input="by ots",
        capture_output=True,
        text=True,
        cwd=CLONE,
    )
    assert left.returncode == 0, left.stderr
    opened = subprocess.run(
        [*ots, "get", left.stdout.strip(), "-o", "-"], capture_output=True, text=True, cwd=CLONE
    )

    assert left.stdout.startswith(f"{site.url}/s/")
    assert opened.stdout == "by ots", opened.stderr


def test_the_document_of_the_api_names_the_site_once(site):
    document = json.loads(curl(f"{site.url}/api/v1/openapi.json"))

    assert [server["url"] for server in document["servers"]] == [site.url]
    assert "/api/v1/shares" in document["paths"]
    assert status(f"{site.url}/api/v1/docs") == "200"
    assert f"Canonical: {site.url}/.well-known/security.txt" in curl(f"{site.url}/.well-known/security.txt")


def test_cookies_stay_below_the_path_and_the_worker_keeps_its_policy(site):
    heads = curl("-D", "-", "-o", "/dev/null", f"{site.url}/accounts/login")
    facts = curl("-H", "Accept: text/html", f"{site.url}/")
    worker = re.search(r'"worker": "([^"]+)"', facts)
    assert worker
    policy = curl("-D", "-", "-o", "/dev/null", site.root + worker[1])

    cookies = re.findall(r"^Set-Cookie: .*$", heads, re.MULTILINE | re.IGNORECASE)
    assert cookies
    assert all(re.search(rf"; Path={PATH}/(;|\r|$)", cookie) for cookie in cookies)
    assert "wasm-unsafe-eval" in policy


def test_outside_of_the_path_there_is_nothing_of_ours(site, tmp_path):
    (tmp_path / "x.txt").write_text("stray")
    server = site.server.url

    assert status("-T", str(tmp_path / "x.txt"), f"{server}/x.txt") == "404"
    assert status(f"{server}/api/v1/openapi.json") == "404"
    assert status(f"{server}/healthz") == "200"
    assert curl("-w", "%{redirect_url}", "-o", "/dev/null", f"{server}{PATH}").endswith(f"{PATH}/")
    assert curl(f"{site.root}/") == "something else"


def test_the_two_recipes_say_the_same():
    """But for the path, the depth, and what only one of them needs."""

    def lines(text: str) -> list[str]:
        block = text[re.search(r"^ *location (/secrets)?/ \{", text, re.MULTILINE).start() :]
        return [line.strip() for line in block.replace("/secrets/", "/").splitlines() if line.strip()]

    alone, below = lines(SHIPPED.read_text()), lines(SUB_PATH.read_text())

    assert alone[:-1] == below
