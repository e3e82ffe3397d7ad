"""The bundles of the browser's part: the same anywhere, and never older than their sources."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from supply.locks import npm_pins

CLONE = Path(__file__).resolve().parents[2]


class Sources:
    """A copy of the browser's part, at a place of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        shutil.copytree(CLONE / "frontend", folder / "frontend", ignore=shutil.ignore_patterns("dist"))
        shutil.copy(CLONE / "package.json", folder)
        (folder / "node_modules").symlink_to(CLONE / "node_modules")
        self.folder = folder / "frontend"

    @property
    def made(self) -> Path:
        return self.folder / "dist" / "app"

    def build(self) -> dict[str, bytes]:
        """What lies in its folder of bundles afterwards."""
        command = [CLONE / "frontend" / "with-node", "node", "frontend/build.mjs"]
        subprocess.run(command, cwd=self.folder.parent, check=True)
        return {path.name: path.read_bytes() for path in self.made.iterdir()}


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    return Sources(tmp_path / "one")


def test_two_builds_at_two_places_give_the_same_bytes(sources: Sources, tmp_path: Path):
    here = sources.build()

    assert {"send.js", "receive.js", "manage.js", "worker.js", "style.css"} <= set(here)
    assert Sources(tmp_path / "a second, longer place").build() == here


def test_who_wrote_parts_of_the_bundles_is_told_beside_them(sources: Sources):
    said = sources.build()["licences.txt"].decode()

    told = re.findall(r"^--- (\S+) \S+, (\S+)$", said, re.MULTILINE)
    locked = {pin.name: pin.licence for pin in npm_pins() if not pin.is_tool and "esbuild" not in pin.name}
    assert dict(told) == locked
    assert said.count("Permission") >= len(told)


def test_a_source_that_changed_came_or_went_is_seen(sources: Sources):
    (sources.folder / "lazy" / "two words.ts").write_text("export const said = 'before';")
    (sources.folder / "lazy" / "gone.ts").write_text("export {};")
    before = sources.build()
    (sources.folder / "lazy" / "two words.ts").write_text("export const said = 'after';")
    (sources.folder / "lazy" / "gone.ts").rename(sources.folder / "lazy" / "renamed.ts")

    after = sources.build()

    assert b"before" in before["two words.js"]
    assert b"after" in after["two words.js"]
    assert set(before) - set(after) == {"gone.js"}
    assert set(after) - set(before) == {"renamed.js"}


def test_an_interrupted_build_is_mended_and_the_rest_left_alone(sources: Sources):
    whole = sources.build()
    (sources.made / "send.js").write_bytes(whole["send.js"][:10])
    (sources.made / "style.css").unlink()
    untouched = (sources.made / "manage.js").stat().st_mtime_ns

    assert sources.build() == whole
    assert (sources.made / "manage.js").stat().st_mtime_ns == untouched


def test_a_build_that_fails_says_so_and_keeps_what_was_there(sources: Sources):
    whole = sources.build()
    (sources.folder / "pages" / "send.ts").write_text("const = ;")

    with pytest.raises(subprocess.CalledProcessError):
        sources.build()

    assert {path.name: path.read_bytes() for path in sources.made.iterdir()} == whole
