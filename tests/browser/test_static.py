"""Scripts, style and pictures as the real server hands them out: strict, compressed, kept for ever."""

import gzip
import http.client
import json
from functools import cache

import pytest

from onetimeshare.strict import PUBLIC_CSP, WORKER_CSP

FOR_EVER = "max-age=315360000, public, immutable"
# Compressing less than this wins nothing worth a file.
SMALL_BYTES = 200
PLAIN_KINDS = (".png", ".jpg", ".gif", ".ico", ".woff", ".woff2", ".webp")


@pytest.fixture(scope="module")
def ask(site):
    """GET over one connection; the headers' names in small letters."""
    line = http.client.HTTPConnection("127.0.0.1", site.masters[0].port, timeout=20)

    def asked(path, **headers):
        line.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    yield asked
    line.close()


@pytest.fixture(scope="module")
def served(site):
    """Every file under the name it is served by, with its bytes, by its name in the sources."""
    root = site.hosts[0] / "static"

    @cache
    def files():
        paths = json.loads((root / "staticfiles.json").read_text())["paths"]
        return {name: (hashed, (root / hashed).read_bytes()) for name, hashed in paths.items()}

    return files()


def test_everything_is_strict_kept_for_ever_and_for_our_pages_only(ask, served):
    for name, (hashed, content) in served.items():
        status, told, body = ask(f"/static/{hashed}")

        assert (status, body) == (200, content), name
        # WhiteNoise finds no hash in a name without an ending, and only licences are called so.
        assert told["cache-control"] == FOR_EVER or name.endswith("/LICENSE"), name
        assert told["x-content-type-options"] == "nosniff", name
        assert told["cross-origin-resource-policy"] == "same-origin", name
        assert told["referrer-policy"] == "same-origin", name
        assert told["content-type"].split("/")[0] in ("text", "image", "application"), name
        assert not [header for header in told if header.startswith("access-control")], name
        assert "set-cookie" not in told, name


def test_only_the_worker_may_compile_webassembly(ask, served):
    allowed = {name for name, (hashed, _) in served.items() if "wasm" in _policy(ask(f"/static/{hashed}"))}

    assert allowed == {"app/worker.js"}
    for name, (hashed, _) in served.items():
        assert _policy(ask(f"/static/{hashed}")) == (WORKER_CSP if name in allowed else PUBLIC_CSP), name


@pytest.mark.parametrize("name", ["app/worker.js", "app/send.js"])
def test_what_a_browser_kept_keeps_its_policy_when_it_asks_again(ask, served, name):
    path = f"/static/{served[name][0]}"
    _, first, _ = ask(path)

    status, again, body = ask(path, If_Modified_Since=first["last-modified"])

    assert (status, body) == (304, b"")
    assert again["content-security-policy"] == first["content-security-policy"]


@pytest.mark.parametrize("path", ["app/worker.000000000000.js", "app/worker.js.map", "app/worker.js/x"])
def test_what_only_looks_like_the_worker_gets_the_policy_of_a_page(ask, path):
    status, told, _ = ask(f"/static/{path}")

    assert status == 404
    assert told["content-security-policy"] == PUBLIC_CSP


def test_what_can_be_smaller_is_sent_smaller(ask, served):
    for name, (hashed, content) in served.items():
        if len(content) < SMALL_BYTES or name.endswith(PLAIN_KINDS):
            continue
        _, brotli, packed = ask(f"/static/{hashed}", Accept_Encoding="gzip, deflate, br")
        _, gzipped, zipped = ask(f"/static/{hashed}", Accept_Encoding="gzip")

        assert brotli["content-encoding"] == "br", name
        assert gzipped["content-encoding"] == "gzip", name
        assert "accept-encoding" in brotli["vary"].lower(), name
        assert gzip.decompress(zipped) == content, name
        assert len(packed) < len(content), name


def _policy(answer):
    return answer[1]["content-security-policy"]
