"""TypeScript into scripts that Node or a page can run, and running them there."""

import atexit
import json
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.browser.executable import find_chromium

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent
_WITH_NODE = ROOT / "frontend" / "with-node"
_ESBUILD = ROOT / "node_modules" / "esbuild" / "bin" / "esbuild"
# Loaded at run time by address, so never part of another bundle.
_LAZY = [ROOT / "frontend" / "lazy" / f"{name}.ts" for name in ("argon2", "noble-ciphers", "noble-hashes")]

_ARGS = ("--headless=new", "--no-sandbox", "--disable-gpu")
_POLICY = "default-src 'self'; script-src 'self'"


def bundle(source: Path, folder: Path, *options: str) -> Path:
    """*source* and what it imports as one module in *folder*; below `lazy/`, what it loads when needed."""
    script = folder / f"{source.stem}.mjs"
    _esbuild(source, f"--outfile={script}", *options)
    (folder / "lazy").symlink_to(_lazy())
    return script


@cache
def _lazy() -> Path:
    """What is loaded when needed, bundled once."""
    folder = Path(tempfile.mkdtemp(prefix="onetimeshare-lazy-"))
    atexit.register(shutil.rmtree, folder)
    _esbuild(*_LAZY, f"--outdir={folder}")
    return folder


def _esbuild(*words: Path | str) -> None:
    asked = [_WITH_NODE, "node", _ESBUILD, *words, "--bundle", "--format=esm", "--log-level=warning"]
    outcome = subprocess.run(asked, capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert outcome.returncode == 0, outcome.stderr


def run_in_node(*words: Path | str, said: str = "") -> subprocess.CompletedProcess[str]:
    """Node with these arguments, and *said* as its input."""
    asked = [_WITH_NODE, "node", *words]
    return subprocess.run(asked, input=said, capture_output=True, text=True, timeout=240, cwd=ROOT)


class _Handler(SimpleHTTPRequestHandler):
    """A page with one script, the folder it is in, and an ear for its answer."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript"}
    policy = ""
    page = b""
    answers: queue.Queue[bytes]

    def do_GET(self) -> None:
        if self.path != "/":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", self.policy)
        self.end_headers()
        self.wfile.write(self.page)
        return None

    def do_POST(self) -> None:
        self.answers.put(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *said: object) -> None:
        pass


def run_in_chromium(script: Path, allow_wasm: bool = True) -> Any:
    """What *script*, alone on a page, posts to `/answer`; it may read the other files of its folder."""
    with _served(script, allow_wasm) as (address, answers), _a_profile() as profile:
        found = find_chromium()
        browser = subprocess.Popen(
            [found.path, *_ARGS, f"--user-data-dir={profile}", address],
            env=os.environ | found.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return json.loads(answers.get(timeout=120))
        finally:
            os.killpg(browser.pid, signal.SIGKILL)
            browser.wait(30)


def _a_profile() -> tempfile.TemporaryDirectory[str]:
    # What was just killed may still be letting go of its files.
    return tempfile.TemporaryDirectory(ignore_cleanup_errors=True)


@contextmanager
def _served(script: Path, allow_wasm: bool) -> Iterator[tuple[str, "queue.Queue[bytes]"]]:
    answers: queue.Queue[bytes] = queue.Queue()
    policy = _POLICY + (" 'wasm-unsafe-eval'" if allow_wasm else "")
    page = f'<!doctype html><script type="module" src="/{script.name}"></script>'.encode()
    handler = type("Handler", (_Handler,), {"policy": policy, "page": page, "answers": answers})
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), lambda *a: handler(*a, directory=str(script.parent))
    ) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", answers
        finally:
            server.shutdown()
            thread.join()
