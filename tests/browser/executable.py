"""The Chromium that the tests drive: the one on the PATH, else npm's, unpacked once below `var/`.

npm's lacks native ChaCha20-Poly1305, so it proves the fallback; `OTS_CHROMIUM=npm` asks for it.
"""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]
ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = Path(__file__).parent / "chromium"
# Told that it runs in a bare place, it brings the libraries which only a desktop has.
BARE_PLACE = {"AWS_LAMBDA_JS_RUNTIME": "nodejs24.x"}
# Its own names a folder in /tmp; and without any font it ends as soon as it looks for one. The cache is
# named whole: what is said to be relative is so to wherever Chromium was started.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


@dataclass(frozen=True)
class Executable:
    """Where it is, and what it needs in its environment."""

    path: Path
    env: dict[str, str] = field(default_factory=dict)


def find_chromium() -> Executable:
    """Raises where there is none to be had: these tests are not skipped."""
    if os.environ.get("OTS_CHROMIUM") != "npm":
        for name in ON_PATH:
            if found := shutil.which(name):
                return Executable(Path(found))
    folder = _unpacked()
    env = {
        "LD_LIBRARY_PATH": str(folder / "al2023/lib"),
        "FONTCONFIG_FILE": str(folder / "fonts/fonts.conf"),
        "LC_ALL": "C.UTF-8",
    }
    return Executable(folder / "chromium", env)


def find_node() -> Path:
    """The Node that builds the pages. Playwright's own needs a library that a bare Debian has not."""
    command = [CLONE / "frontend" / "with-node", "sh", "-c", "command -v node"]
    return Path(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip())


def _unpacked() -> Path:
    """The folder of npm's Chromium; one process makes it, and it gets its name when it is whole."""
    version = json.loads((PACKAGE / "package.json").read_text())["dependencies"]["@sparticuz/chromium"]
    var = CLONE / "var"
    var.mkdir(mode=0o711, exist_ok=True)
    folder = var / f"chromium-{version}"
    with (var / "chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            unfinished = Path(tempfile.mkdtemp(prefix="chromium-", dir=var))
            _with_node("npm", "ci", "--silent")
            # Its usual place is a fixed name in /tmp, where another user's would be taken for ours.
            _with_node("node", "unpack.mjs", TMPDIR=str(unfinished), **BARE_PLACE)
            (unfinished / "fonts" / "fonts.conf").write_text(FONTS.format(cache=folder / "cache"))
            unfinished.rename(folder)
    return folder


def _with_node(*words: str, **environ: str) -> None:
    command = [CLONE / "frontend" / "with-node", *words]
    subprocess.run(command, cwd=PACKAGE, env=os.environ | environ, check=True, stdout=subprocess.PIPE)
