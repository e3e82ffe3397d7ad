"""docker/Dockerfile: what it copies, and that what comes out of it works where nothing can be written."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

CLONE = Path(__file__).resolve().parents[2]
DOCKERFILE = (CLONE / "docker" / "Dockerfile").read_text()
# The first build installs everything and makes a base.
BUILD_SECONDS = 900


@pytest.mark.full
@pytest.mark.timeout(BUILD_SECONDS)
def test_the_image_is_built_and_keeps_the_promise_on_a_read_only_root_as_10001():
    """Never skipped: where it cannot be tried, its last line says what is missing, and this is red."""
    done = subprocess.run([sys.executable, "docker/build-and-try"], cwd=CLONE, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"The image takes [\d.]+ MB", done.stdout)


@pytest.mark.full
@pytest.mark.timeout(BUILD_SECONDS)
def test_what_the_image_consists_of_is_told_the_same_way_twice(tmp_path: Path):
    """Its Debian, and the very packages that are locked: the bill is refused otherwise."""
    made = []
    for name in ("one", "two"):
        command = [sys.executable, "docker/build-and-try", "--bom", tmp_path / name]
        done = subprocess.run(command, cwd=CLONE, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        made.append((tmp_path / name).read_text())

    purls = [each["purl"] for each in json.loads(made[0])["components"]]
    assert made[0] == made[1]
    assert [purl for purl in purls if purl.startswith("pkg:deb/debian/python3")]
    assert [purl for purl in purls if purl.startswith("pkg:pypi/django@")]


def test_every_stage_stands_on_the_one_base_that_can_be_exchanged():
    stages = re.findall(r"^FROM (\S+)(?: AS (\S+))?$", DOCKERFILE, re.MULTILINE)

    named = {name for _, name in stages}
    assert stages
    assert all(base == "${BASE}" or base in named for base, _ in stages)
    assert DOCKERFILE.count("ARG BASE=") == 1


def test_what_the_dockerfile_copies_is_what_the_builder_may_see():
    """A folder that is missing in .dockerignore would end the build; one too many could hold secrets."""
    copied = {
        word
        for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
        for word in line.split()[:-1]
    }
    seen = set(re.findall(r"^!(\S+)$", (CLONE / ".dockerignore").read_text(), re.MULTILINE))

    assert seen == copied
    assert all((CLONE / name).exists() for name in seen)
