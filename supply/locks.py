"""The locked packages: name, version and hashes of everything that any of our commands installs."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

CLONE = Path(__file__).resolve().parents[1]
NEEDED = {
    "server": ("base", "s3"),
    "client": ("cli",),
}
"""The groups of requirements/ that run where our users' bytes are; all others are tools of ours."""

NPM_PLACES = (".", "tests/browser/chromium")
"""The folders with a package-lock.json: what pages and checks are made with, and the tests' own browser."""

_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+?)(?: ; (.+?))?(?: \\)?$")
_HASH = re.compile(r"^    --hash=(sha256):([0-9a-f]{64})(?: \\)?$")
_VIA = re.compile(r"^    # (?:via)? *(?:(-r|-c) )?(\S+)?$")
OURSELVES = ""


class LockError(Exception):
    """A lock that cannot be read, or that does not hold what it must; the message is for people."""


@dataclass(frozen=True)
class Pin:
    """One locked package. *hashes* are (algorithm, hex) of its files; *via* is who asks for it.

    Python: *marker* says where it is installed. npm: *licence*, and whether it only builds or tests.
    """

    name: str
    version: str
    hashes: tuple[tuple[str, str], ...]
    via: tuple[str, ...] = ()
    marker: str = ""
    licence: str = ""
    is_tool: bool = False


def groups(clone: Path = CLONE) -> list[str]:
    return sorted(path.stem for path in (clone / "requirements").glob("*.in"))


def python_pins(group: str, clone: Path = CLONE) -> list[Pin]:
    """What requirements/GROUP.txt locks, markers or not. Raises LockError."""
    path = clone / "requirements" / f"{group}.txt"
    pins: list[Pin] = []
    for line in path.read_text().splitlines():
        if found := _PIN.match(line):
            name, version, marker = found.groups()
            pins.append(Pin(normal(name), version, (), marker=marker or ""))
        elif pins and (found := _HASH.match(line)):
            pins[-1] = replace(pins[-1], hashes=(*pins[-1].hashes, (found[1], found[2])))
        elif pins and (found := _VIA.match(line)):
            asking = {"-r": (OURSELVES,), "-c": ()}.get(
                found[1], (normal(found[2] or ""),) if found[2] else ()
            )
            pins[-1] = replace(pins[-1], via=(*pins[-1].via, *asking))
        elif line.strip():
            raise LockError(f"{path.name}: neither a pinned package nor its hash: {line}")
    if bare := [pin.name for pin in pins if not pin.hashes]:
        raise LockError(f"{path.name}: without a hash: {' '.join(bare)}")
    return pins


def all_python_pins(clone: Path = CLONE) -> dict[Pin, list[str]]:
    """Each locked package once for each version, with the groups that hold it."""
    found: dict[Pin, list[str]] = {}
    for group in groups(clone):
        for pin in python_pins(group, clone):
            known = next((one for one in found if (one.name, one.version) == (pin.name, pin.version)), pin)
            found.setdefault(known, []).append(group)
    return found


def npm_pins(clone: Path = CLONE, folder: str = NPM_PLACES[0]) -> list[Pin]:
    """What the package-lock.json in *folder* locks. Raises LockError for anything without a SHA-512."""
    locked = json.loads((clone / folder / "package-lock.json").read_text())["packages"]
    return sorted(_npm_pins(locked), key=lambda pin: (pin.name, pin.version))


def all_npm_pins(clone: Path = CLONE) -> list[Pin]:
    """Those of every lock; what only our tests take is a tool."""
    first, *tests = (npm_pins(clone, folder) for folder in NPM_PLACES)
    return first + [replace(pin, is_tool=True) for pins in tests for pin in pins]


def _npm_pins(locked: dict[str, dict[str, Any]]) -> Iterator[Pin]:
    wanted = ("dependencies", "devDependencies", "optionalDependencies")
    asks = {
        place.rpartition("node_modules/")[2]: {name for kind in wanted for name in told.get(kind, ())}
        for place, told in locked.items()
    }
    for place, told in locked.items():
        if place == OURSELVES:
            continue
        name = place.rpartition("node_modules/")[2]
        kind, _, digest = str(told.get("integrity", "")).partition("-")
        if kind != "sha512":
            raise LockError(f"package-lock.json: without a SHA-512: {name}")
        hashes = (("sha512", b64decode(digest).hex()),)
        via = tuple(asking for asking, names in asks.items() if name in names)
        licence, is_tool = str(told.get("license", "")), bool(told.get("dev"))
        yield Pin(name, str(told["version"]), hashes, via, licence=licence, is_tool=is_tool)


def normal(name: str) -> str:
    """A Python package's one spelling (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
