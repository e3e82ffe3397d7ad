"""`make audit`: is anything we lock known to have a hole? It asks those who keep lists of them.

Each is asked first about a package that is known to have one. Who does not name it, cannot be reached, or
leaves a package out has not answered, and that is said: "NOT CHECKED" is never "nothing known".

Exit code 0: every locked package was looked at, and nothing is known. 1: something is known, each on a line.
2: not checked. pip-audit and npm ask whom they are configured to ask; with
PIP_AUDIT_VULNERABILITY_SERVICE=osv that is OSV instead of PyPI.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from supply.locks import CLONE, NPM_PLACES, Pin, all_python_pins, npm_pins

CONTROL = Pin("django", "5.2.4", ())
NPM_CONTROL = Pin("minimist", "1.2.5", ())
"""Known to have holes: Django CVE-2025-57833 and later ones, minimist CVE-2021-44906."""
TIMEOUT_SECONDS = 900

NONE, KNOWN, NOT_CHECKED = range(3)


class NotChecked(Exception):
    """There is no answer to rely on; why, for people."""


def main() -> int:
    return max(report("Python", python_holes), report("npm", npm_holes), key=(NONE, NOT_CHECKED, KNOWN).index)


def report(kind: str, look: Callable[[], tuple[int, list[str]]]) -> int:
    try:
        count, holes = look()
    except NotChecked as problem:
        print(f"NOT CHECKED: {kind}: {problem}")
        return NOT_CHECKED
    for hole in holes:
        print(f"KNOWN: {kind}: {hole}")
    if not holes:
        print(
            f"{kind}: {count} locked packages were looked at, each by its version; nothing is known of them."
        )
    return KNOWN if holes else NONE


# --- Python ----------------------------------------------------------------------------------------------


def python_holes() -> tuple[int, list[str]]:
    """How many were looked at, and what is known. Raises NotChecked."""
    if not _asked([CONTROL]):
        raise NotChecked(f"{CONTROL.name} {CONTROL.version}, which has known holes, was called clean")
    pins = list(all_python_pins())
    found: list[str] = []
    for batch in _batches(pins):
        found += _asked(batch)
    return len(pins), found


def _batches(pins: list[Pin]) -> Iterable[list[Pin]]:
    """pip-audit takes each name once: a package locked in two versions comes in two batches."""
    while pins:
        first = {pin.name: pin for pin in reversed(pins)}
        yield list(first.values())
        pins = [pin for pin in pins if first[pin.name] is not pin]


def _asked(pins: list[Pin]) -> list[str]:
    """What pip-audit knows of *pins*. Without markers: it passes over what is not for this machine."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("".join(f"{pin.name}=={pin.version}\n" for pin in pins))
        listed.flush()
        options = ("--progress-spinner", "off", "-f", "json", "--disable-pip", "--no-deps", "-r", listed.name)
        done = _run(sys.executable, "-m", "pip_audit", *options)
    try:
        told = {(each["name"], each.get("version")): each for each in json.loads(done.stdout)["dependencies"]}
    except (ValueError, KeyError, TypeError):
        raise NotChecked(_last_line(done.stderr)) from None
    for each in told.values():
        if "skip_reason" in each:
            raise NotChecked(str(each["skip_reason"]))
    if missing := [pin.name for pin in pins if (pin.name, pin.version) not in told]:
        raise NotChecked(f"no word about {' '.join(missing)}")
    return [
        f"{name} {version}: {hole['id']}" for (name, version), each in told.items() for hole in each["vulns"]
    ]


# --- npm -------------------------------------------------------------------------------------------------


def npm_holes() -> tuple[int, list[str]]:
    """As python_holes. Raises NotChecked."""
    with tempfile.TemporaryDirectory() as place:
        _, holes = _npm_asked(_npm_control(Path(place)))
    if not holes:
        raise NotChecked(f"{NPM_CONTROL.name} {NPM_CONTROL.version}, which has known holes, was called clean")
    total, found = 0, list[str]()
    for folder in NPM_PLACES:
        count, known = _npm_asked(CLONE / folder)
        if count < (locked := len(npm_pins(folder=folder))):
            raise NotChecked(f"only {count} of {locked} packages were looked at")
        total, found = total + count, found + known
    return total, found


def _npm_control(place: Path) -> Path:
    name, version = NPM_CONTROL.name, NPM_CONTROL.version
    package = {"name": "control", "version": "1.0.0", "dependencies": {name: version}}
    packages = {"": package, f"node_modules/{name}": {"version": version}}
    lock = {"name": "control", "version": "1.0.0", "lockfileVersion": 3, "packages": packages}
    (place / "package.json").write_text(json.dumps(package))
    (place / "package-lock.json").write_text(json.dumps(lock))
    return place


def _npm_asked(place: Path) -> tuple[int, list[str]]:
    with_node = str(CLONE / "frontend" / "with-node")
    done = _run(with_node, "npm", "audit", "--json", "--package-lock-only", cwd=place)
    try:
        told = json.loads(done.stdout)
        if "message" in told:
            raise NotChecked(str(told["message"]))
        count, known = told["metadata"]["dependencies"]["total"], told["vulnerabilities"]
    except (ValueError, KeyError, TypeError):
        raise NotChecked(_last_line(done.stderr)) from None
    return count, [f"{name}: {each['severity']}, {each['range']}" for name, each in known.items()]


def _run(*words: str, cwd: Path = CLONE) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            words, cwd=cwd, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotChecked(str(error)) from error


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip() and "complete log" not in line]
    return lines[-1].strip() if lines else "no answer"


if __name__ == "__main__":
    sys.exit(main())
