"""Whatever installs a package, in a rule, a recipe or a document, checks its hash and builds nothing."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from supply.locks import NPM_PLACES, LockError, groups, npm_pins, python_pins
from tests.docs.conftest import CLONE

NOT_OURS = {".git", ".venv", ".venv-lock", "node_modules", "var", "dist", "__pycache__", "LC_MESSAGES"}
NO_WORDS = {".woff2", ".png", ".ico", ".mo", ".pyc", ".age", ".bin", ".po", ".svg"}
INSTALLS = re.compile(
    r"\bpip[\"', ]+(?:[\w./:-]+[\"', ]+)*?install\b"
    r"|\buv (?:pip|tool|add|sync)\b|\bpipx (?:install|run)\b|\buvx\b"
    r"|\bnpm[\"', ]+(?:ci|i|install|add|exec)\b|\bnpx\b|\b(?:yarn|pnpm) (?:add|install)\b"
)
FINE = re.compile(r"--require-hashes|--no-deps --no-index|\bnpm[\"', ]+ci\b")
# Not looked at: Debian's packages, which Debian signs, and images by their tag, which BASE=…@sha256:… pins.
EXCEPTIONS = {
    ("CONTRIBUTING.md", "then `npm install`"): "it makes the lock anew, as `make lock` does for Python",
    ("docs/release.md", "then `npm install`"): "it makes the lock anew, as `make lock` does for Python",
    ("Makefile", "uv pip compile"): "it resolves, and installs nothing",
    ("docs/client.md", "$ pipx install ."): "the short way; the page has the locked one beside it",
    ("docs/client.md", "$ uv tool install ."): "the short way; the page has the locked one beside it",
    ("CHANGELOG.md", "`pipx install .`"): "tells of the short way",
}


def lines() -> Iterator[tuple[str, str]]:
    """(file, line) of all that is ours; what a backslash continues is one line."""
    for folder, below, names in os.walk(CLONE):
        below[:] = [name for name in below if name not in NOT_OURS and not name.endswith("_cache")]
        for name in names:
            path = Path(folder, name)
            if path.is_file() and path.suffix not in NO_WORDS and path != Path(__file__):
                text = path.read_text(errors="replace")
                for line in re.sub(r"\\\n\s*", " ", text).splitlines():
                    yield path.relative_to(CLONE).as_posix(), line


def unchecked(found: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(path, line) for path, line in found if INSTALLS.search(line) and not FINE.search(line)]


def test_nothing_is_installed_without_its_hash_but_what_has_a_reason():
    found = unchecked(lines())

    used = {
        (path, words)
        for path, words in EXCEPTIONS
        for where, line in found
        if where == path and words in line
    }
    assert [
        hit for hit in found if not any(path == hit[0] and words in hit[1] for path, words in EXCEPTIONS)
    ] == []
    assert used == set(EXCEPTIONS)


@pytest.mark.parametrize(
    "line",
    [
        "RUN pip install gunicorn",
        "    .venv/bin/python -m pip --quiet install -r requirements/base.txt",
        'install = ("-m", "pip", "--no-input", "install", "-qq", "snappass==1.6.2")',
        "npm install",
        "npx esbuild",
        "uvx ruff",
        "pipx run black",
    ],
)
def test_an_install_without_hashes_would_be_seen(line: str):
    assert unchecked(iter([("somewhere", line)])) == [("somewhere", line)]


def test_what_installs_with_hashes_builds_nothing_either():
    """A source distribution would fetch what builds it, and that has no hash anywhere."""
    found = [(path, line) for path, line in lines() if "--require-hashes" in line and INSTALLS.search(line)]

    assert len(found) >= 8
    assert [(path, line) for path, line in found if "--only-binary :all:" not in line] == []


def test_every_group_is_locked_by_make_lock_and_each_package_in_it_has_a_hash():
    [locked] = re.findall(r"^LOCKED := (.*)$", (CLONE / "Makefile").read_text(), re.MULTILINE)

    assert sorted(locked.split()) == groups()
    assert all(python_pins(group) for group in groups())


def test_a_lock_without_a_hash_is_refused(tmp_path: Path):
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "base.txt").write_text("django==5.2.19\n    # via -r base.in\n")

    with pytest.raises(LockError, match="without a hash: django"):
        python_pins("base", tmp_path)


@pytest.mark.parametrize("folder", NPM_PLACES)
def test_npm_runs_no_code_of_packages_and_each_has_a_sha_512(folder: str, tmp_path: Path):
    told = (CLONE / folder / ".npmrc").read_text().split()
    locked = json.loads((CLONE / folder / "package-lock.json").read_text())
    assert "ignore-scripts=true" in told
    assert len(npm_pins(folder=folder)) == len(locked["packages"]) - 1

    del max(locked["packages"].items())[1]["integrity"]
    (tmp_path / "package-lock.json").write_text(json.dumps(locked))

    with pytest.raises(LockError, match="without a SHA-512"):
        npm_pins(tmp_path)


def test_every_lock_of_npm_is_known():
    found = {
        path.removesuffix("/package-lock.json") for path, _ in lines() if path.endswith("package-lock.json")
    }

    assert {name.removesuffix("package-lock.json") or "." for name in found} == set(NPM_PLACES)
