"""docs/client.md: its commands and its Python run in their order; its exit codes are the program's."""

import re
import subprocess
import sys
from pathlib import Path

from ots.cli import exits
from tests.docs.conftest import CLONE, Running

DOC = (CLONE / "docs" / "client.md").read_text()
SITE = "https://share.example.org"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL)


def runs(command: list[str], running: Running, folder: Path) -> "subprocess.CompletedProcess[str]":
    """With `ots` on the path, in a home of its own."""
    (folder / "bin").mkdir(exist_ok=True)
    ots = folder / "bin" / "ots"
    ots.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ots "$@"\n')
    ots.chmod(0o755)
    path = f"{folder / 'bin'}:{running.env['PATH']}"
    home = {"HOME": str(folder), "XDG_STATE_HOME": "", "XDG_CONFIG_HOME": "", "PYTHONPATH": str(CLONE)}
    (folder / "work").mkdir(exist_ok=True)
    return subprocess.run(
        command, cwd=folder / "work", env=home | {"PATH": path}, capture_output=True, text=True, timeout=120
    )


def test_every_command_does_what_the_page_says(running: Running, tmp_path: Path):
    script = "\n".join(blocks("sh")).replace(SITE, running.url)

    done = runs(["sh", "-eu", "-c", script], running, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(blocks("sh")) == 6
    assert "db password: correct horse" in done.stdout
    assert "nothing to resume" in done.stdout
    assert "revoked" in done.stderr
    assert (tmp_path / "work" / "minutes.age").read_bytes().startswith(b"age-encryption.org/v1\n")


def test_every_example_of_the_library_runs(running: Running, tmp_path: Path):
    for block in blocks("python"):
        done = runs([sys.executable, "-c", block.replace(SITE, running.url)], running, tmp_path)

        assert done.returncode == 0, done.stderr
    assert len(blocks("python")) == 3


def test_the_example_of_the_package_runs(running: Running, tmp_path: Path):
    import ots

    code = re.search(r"\n\n((?:    .*\n|\n)+)", ots.__doc__ or "")
    assert code
    lines = "".join(line.removeprefix("    ") + "\n" for line in code[1].splitlines())

    done = runs([sys.executable, "-c", lines.replace("https://example.org", running.url)], running, tmp_path)

    assert done.returncode == 0, done.stderr


def test_the_exit_codes_are_those_of_the_program():
    rows = re.findall(r"^\| (\d+) \| (.*?) \|$", DOC, re.MULTILINE)

    assert {(int(code), when) for code, when in rows} == {(each.code, each.when) for each in exits.EXITS}
