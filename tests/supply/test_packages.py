"""The client's wheel and sdist: the same bytes, whoever builds them where and when."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from supply import packages
from tests.docs.conftest import CLONE

EPOCH = 1_700_000_000


def a_tree(folder: Path, *, at: int, mode: int) -> Path:
    """A checkout with another time and other modes than the next one."""
    for room in ("ots", "sealing"):
        shutil.copytree(CLONE / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "docs").mkdir()
    for name in ("pyproject.toml", "LICENSE", "docs/client.md"):
        shutil.copy(CLONE / name, folder / name)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(mode)
        os.utime(path, (at, at))
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("first")
    made = packages.build(a_tree(folder / "tree", at=1_600_000_000, mode=0o600), folder / "made", EPOCH)
    return {path.name: path for path in made}


def test_another_place_another_day_and_another_umask_give_the_same_bytes(built, tmp_path: Path):
    tree = a_tree(tmp_path / "a longer name, elsewhere", at=1_650_000_000, mode=0o666)

    again = packages.build(tree, tmp_path / "made", EPOCH)

    assert {path.name: path.read_bytes() for path in again} == {
        name: path.read_bytes() for name, path in built.items()
    }


def test_the_wheel_can_be_made_of_the_sdist(built, tmp_path: Path):
    [sdist] = [path for name, path in built.items() if name.endswith(".tar.gz")]
    [wheel] = [path for name, path in built.items() if name.endswith(".whl")]
    with tarfile.open(sdist) as packed:
        packed.extractall(tmp_path, filter="data")
    [tree] = tmp_path.iterdir()

    again = packages.build(tree, tmp_path / "made", EPOCH)

    assert [path.read_bytes() for path in again if path.suffix == ".whl"] == [wheel.read_bytes()]


def test_they_hold_the_client_and_nothing_else(built):
    [wheel] = [path for name, path in built.items() if name.endswith(".whl")]
    [sdist] = [path for name, path in built.items() if name.endswith(".tar.gz")]
    with zipfile.ZipFile(wheel) as packed:
        rooms = {name.split("/")[0] for name in packed.namelist()}
    with tarfile.open(sdist) as packed:
        entries = packed.getmembers()

    assert {room for room in rooms if not room.endswith(".dist-info")} == {"ots", "sealing"}
    assert {entry.mtime for entry in entries} == {EPOCH}
    inside = {entry.name.split("/")[1] for entry in entries if "/" in entry.name}
    assert inside == {
        *("ots", "sealing", "docs", "LICENSE", "pyproject.toml", "setup.cfg", "PKG-INFO"),
        "onetimeshare_client.egg-info",
    }


def test_they_are_built_from_what_git_holds(tmp_path: Path):
    tree = a_tree(tmp_path / "clone", at=1_600_000_000, mode=0o644)
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgSign=false")
    for words in (("init", "-q"), ("add", "-A"), (*who, "commit", "-qm", "all")):
        packages.git(tree, *words)
    (tree / "ots" / "left_over.py").touch()

    made = packages.of_commit("HEAD", tmp_path / "made", tree)

    [wheel] = [path for path in made if path.suffix == ".whl"]
    done = subprocess.run([sys.executable, "-m", "zipfile", "-l", wheel], capture_output=True, text=True)
    assert "ots/leaving.py" in done.stdout
    assert "left_over" not in done.stdout
