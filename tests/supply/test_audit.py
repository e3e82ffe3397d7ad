"""No false green: who does not name a package that is known to have a hole has not been asked.

The lists of holes are far away; servers here speak their protocols to the real pip-audit and npm.
"""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote

import pytest

from supply import audit
from supply.audit import CONTROL, KNOWN, NONE, NOT_CHECKED, NPM_CONTROL
from supply.locks import all_npm_pins, all_python_pins

CONTROLS = {CONTROL.name: CONTROL.version, NPM_CONTROL.name: NPM_CONTROL.version}


@dataclass
class Lists:
    """Two lists of holes behind one address: OSV's for Python, the registry's for npm."""

    url: str
    holes: dict[str, str] = field(default_factory=lambda: dict(CONTROLS))
    is_broken: bool = False
    asked: set[tuple[str, str]] = field(default_factory=set)

    def osv(self, asked: dict) -> dict:
        name, version = asked["package"]["name"], asked["version"]
        self.asked.add((name, version))
        if self.holes.get(name) != version:
            return {}
        package = {"name": name, "ecosystem": "PyPI"}
        return {"vulns": [{"id": "TEST-1", "summary": "a hole", "affected": [{"package": package}]}]}

    def npm(self, asked: dict) -> dict:
        self.asked |= {(name, version) for name, versions in asked.items() for version in versions}
        hole = {"id": 1, "url": "https://example.org/1", "title": "a hole", "severity": "high"}
        return {
            name: [hole | {"vulnerable_versions": f"<={self.holes[name]}"}]
            for name, versions in asked.items()
            if self.holes.get(name) in versions
        }

    def package(self, name: str) -> dict:
        """What a registry tells of one of its packages."""
        version = self.holes.get(name, "1.0.0")
        return {
            "name": name,
            "dist-tags": {"latest": version},
            "versions": {version: {"name": name, "version": version}},
        }


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch, tmp_path) -> Iterator[Lists]:
    class Door(BaseHTTPRequestHandler):
        wbufsize = -1  # head and body in one packet: two would wait for each other

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            self.answer((told.osv if self.path == "/osv" else told.npm)(json.loads(body)))

        def do_GET(self) -> None:
            self.answer(told.package(unquote(self.path).strip("/")))

        def answer(self, what: dict) -> None:
            body = json.dumps(what).encode()
            self.send_response(503 if told.is_broken else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    told = Lists(f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("PIP_AUDIT_VULNERABILITY_SERVICE", "osv")
    monkeypatch.setenv("PIP_AUDIT_OSV_URL", f"{told.url}/osv")
    monkeypatch.setenv("npm_config_registry", told.url)
    monkeypatch.setenv("npm_config_cache", str(tmp_path))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield told
    server.shutdown()
    server.server_close()


@pytest.fixture
def ask(lists: Lists, capsys: pytest.CaptureFixture[str]) -> Callable[[], tuple[int, str]]:
    def asked() -> tuple[int, str]:
        status = audit.main()
        return status, capsys.readouterr().out

    return asked


@pytest.mark.promise("S6")
def test_every_locked_package_is_asked_about_by_its_version_and_for_every_machine(lists: Lists, ask, figure):
    status, said = ask()

    pins = {(pin.name, pin.version) for pin in [*all_python_pins(), *all_npm_pins()]}
    assert (status, "NOT CHECKED" in said) == (NONE, False)
    assert pins <= lists.asked
    assert lists.asked - pins == set(CONTROLS.items())
    counts = [int(count) for count in re.findall(r"(\d+) locked packages were looked at", said)]
    assert counts == [len(all_python_pins()), len(all_npm_pins())]
    figure(
        "S6",
        f"{counts[0]} locked packages of Python and {counts[1]} of npm are asked about, each by its version",
    )


@pytest.mark.full
@pytest.mark.promise("S6")
def test_nothing_is_known_of_what_we_install_where_that_can_be_asked(capsys, figure):
    status = audit.main()

    said = capsys.readouterr().out
    assert status != KNOWN, said
    told = (
        "nothing is known of any"
        if status == NONE
        else "not checked, as the lists of holes could not be asked"
    )
    figure("S6", f"in this run: {told}")


@pytest.mark.promise("S6")
def test_a_known_hole_is_named(lists: Lists, ask, monkeypatch: pytest.MonkeyPatch):
    locked = {pin.name: pin.version for pin in [*all_python_pins(), *all_npm_pins()]}
    few = [pin for pin in all_python_pins() if pin.name in ("colorama", "segno")]
    monkeypatch.setattr(audit, "all_python_pins", lambda: dict.fromkeys(few))
    lists.holes |= {name: locked[name] for name in ("colorama", "hash-wasm", "tar-fs")}

    status, said = ask()

    assert status == KNOWN
    assert f"KNOWN: Python: colorama {locked['colorama']}: TEST-1" in said
    assert "KNOWN: npm: hash-wasm: high" in said
    assert "KNOWN: npm: tar-fs: high" in said


@pytest.mark.twin("S6")
def test_lists_that_call_everything_clean_have_not_been_asked(lists: Lists, ask, red):
    lists.holes.clear()
    red("lists that call everything clean")

    status, said = ask()

    assert status == NOT_CHECKED
    assert re.findall("NOT CHECKED: (Python|npm): .*was called clean", said) == ["Python", "npm"]
    assert "nothing is known" not in said


@pytest.mark.full
@pytest.mark.twin("S6")
def test_lists_that_do_not_answer_have_not_been_asked(lists: Lists, ask, red):
    lists.is_broken = True
    red("lists that do not answer")

    status, said = ask()

    assert status == NOT_CHECKED
    assert re.findall("NOT CHECKED: (Python|npm)", said) == ["Python", "npm"]


@pytest.mark.twin("S6")
def test_a_package_that_the_list_does_not_know_leaves_all_unchecked(monkeypatch: pytest.MonkeyPatch, red):
    """pip-audit alone would skip it, and say "No known vulnerabilities found"."""
    red("lists that leave a package out")
    skipped = {"name": CONTROL.name, "skip_reason": "Dependency not found on PyPI"}
    printed = json.dumps({"dependencies": [skipped], "fixes": []})
    monkeypatch.setattr(
        audit, "_run", lambda *words, **_: audit.subprocess.CompletedProcess(words, 0, printed, "")
    )

    with pytest.raises(audit.NotChecked, match="not found"):
        audit.python_holes()


def test_a_package_without_a_word_about_it_leaves_all_unchecked(monkeypatch: pytest.MonkeyPatch):
    hole = {"name": CONTROL.name, "version": CONTROL.version, "vulns": [{"id": "TEST-1"}]}
    printed = json.dumps({"dependencies": [hole], "fixes": []})
    monkeypatch.setattr(
        audit, "_run", lambda *words, **_: audit.subprocess.CompletedProcess(words, 0, printed, "")
    )

    with pytest.raises(audit.NotChecked, match="no word about"):
        audit.python_holes()
