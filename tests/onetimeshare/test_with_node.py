"""Whose Node bundles the browser's part: the machine's if it is new and has npm, else one of our own."""

import subprocess
from pathlib import Path

import pytest

CLONE = Path(__file__).resolve().parents[2]
# Stands in for the real rule, which installs PyPI's Node at the same place.
RULE = r"""
.venv/.stamp-node:
	mkdir -p .venv/bin
	printf '#!/bin/sh\necho ours' >.venv/bin/node
	chmod +x .venv/bin/node
"""
NEW, OLD = "v20.0.0", "v18.20.4"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """As much of a clone as the script sees, at a place whose name is no friend of shells."""
    made = tmp_path / "my clone"
    (made / "frontend").mkdir(parents=True)
    (made / "frontend" / "with-node").symlink_to(CLONE / "frontend" / "with-node")
    (made / "Makefile").write_text(RULE)
    return made


def machine(folder: Path, *, node: str, npm: bool) -> Path:
    """A folder of programs, with a node that says its version and knows how to compare it."""
    programs = folder / "programs"
    programs.mkdir()
    for name in ("sh", "make", "dirname", "mkdir", "chmod", "cat"):
        found = subprocess.run(["sh", "-c", f"command -v {name}"], capture_output=True, text=True)
        (programs / name).symlink_to(found.stdout.strip())
    if node:
        is_new = "process.versions.node) < 20"
        script = f'case "$*" in *"{is_new}"*) exit {int(node == OLD)};; esac\necho theirs\n'
        (programs / "node").write_text(f"#!/bin/sh\n{script}")
        (programs / "node").chmod(0o755)
    if npm:
        (programs / "npm").write_text("#!/bin/sh\n")
        (programs / "npm").chmod(0o755)
    return programs


@pytest.mark.parametrize(
    ("node", "npm", "whose"),
    [
        (NEW, True, "theirs"),
        (OLD, True, "ours"),
        (NEW, False, "ours"),
        ("", True, "ours"),
        ("", False, "ours"),
    ],
)
def test_an_old_node_or_one_without_npm_counts_as_none(clone, node, npm, whose):
    programs = machine(clone.parent, node=node, npm=npm)

    said = subprocess.run(
        [clone / "frontend" / "with-node", "node", "anything"],
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
    )

    assert (said.stdout.split(), said.returncode) == ([whose], 0), said.stderr


def test_the_real_question_is_answered_by_a_real_node():
    """The version that the script asks for, asked of the Node that runs these tests."""
    script = (CLONE / "frontend" / "with-node").read_text()
    question = script.split("node -e '")[1].split("'")[0]
    with_node = CLONE / "frontend" / "with-node"

    for version, code in ((NEW, 0), ("v24.19.0", 0), (OLD, 1), ("v9.1.0", 1)):
        asked = question.replace("process.versions.node", f"'{version.removeprefix('v')}'")
        done = subprocess.run([with_node, "node", "-e", asked])
        assert done.returncode == code, version


def test_lock_files_name_no_host():
    locks = [CLONE / "package-lock.json", CLONE / "tests/browser/chromium/package-lock.json"]
    locks += CLONE.glob("requirements/*.txt")

    assert len(locks) >= 7
    for lock in locks:
        for naming in ('"resolved"', "index-url", "find-links", "trusted-host", "git+"):
            assert naming not in lock.read_text(), lock
