"""The wheel: two rooms and nothing of the server, and it runs without the checkout."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.ots.commands import CLONE

ROOMS = ("ots", "sealing", "shares", "accounts", "onetimeshare", "templates", "locale", "frontend/sealing")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, beside the folders of the server."""
    copy = tmp_path_factory.mktemp("copy")
    for room in ROOMS:
        shutil.copytree(CLONE / room, copy / room, ignore=shutil.ignore_patterns("__pycache__", "dist"))
    for name in ("pyproject.toml", "LICENSE", "README.md", "manage.py", "docs/client.md"):
        (copy / name).parent.mkdir(exist_ok=True)
        shutil.copy(CLONE / name, copy / name)
    build = ("wheel", "-q", "--no-deps", "--no-build-isolation", "--no-cache-dir", "-w", copy / "built", copy)
    subprocess.run([sys.executable, "-m", "pip", *build], check=True, capture_output=True, timeout=120)
    (made,) = (copy / "built").iterdir()
    return made


def test_it_holds_two_rooms_and_both_commands(wheel: Path):
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        info = next(name.split("/")[0] for name in names if name.endswith("METADATA"))
        commands = packed.read(f"{info}/entry_points.txt").decode()
        metadata = packed.read(f"{info}/METADATA").decode()

    assert wheel.name.startswith("onetimeshare_client-")
    assert {name.split("/")[0] for name in names} == {"ots", "sealing", info}
    assert {"ots/py.typed", "ots/cli/app.py", "sealing/state.py"} <= set(names)
    assert "ots = ots.cli.app:main" in commands
    assert "onetimeshare = ots.cli.app:main" in commands
    assert "django" not in metadata.split("\n\n")[0].lower()


def test_it_runs_without_the_checkout_and_without_django(wheel: Path, tmp_path: Path):
    code = (
        "import sys, ots, ots.cli.send, ots.cli.get, ots.cli.manage; "
        "print(ots.__file__, [name for name in sys.modules if 'django' in name or name == 'pydantic'])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(wheel)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == [f"{wheel}/ots/__init__.py", "[]"]


def test_what_it_asks_for_is_what_it_was_tested_with():
    asked = map(Requirement, tomllib.loads((CLONE / "pyproject.toml").read_text())["project"]["dependencies"])
    wanted = {each.name: each.specifier for each in asked}
    listed = re.findall(r"^([a-z][a-z0-9-]*)", (CLONE / "requirements" / "cli.in").read_text(), re.MULTILINE)
    locked = dict(
        re.findall(r"^([a-z0-9-]+)==([^ ]+)", (CLONE / "requirements" / "cli.txt").read_text(), re.M)
    )

    assert set(listed) == set(wanted)
    assert [name for name, range_ in wanted.items() if not range_.contains(locked[name])] == []
