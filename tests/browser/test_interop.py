"""Whatever door a share went in by, it comes out by each: guarded or not, small or large, one or several."""

import os
from itertools import product

import pytest

from tests.browser.doors import NAMELESS, RECIPIENTS, SENDERS, Place
from tests.ots.commands import Ots

MIB = 1024**2
PASSWORD = "zebra-quiet-orbit-yodel"
SMALL_ONE = {"notes ü.txt": 1000}
SMALL_SEVERAL = {"notes.txt": 1000, "empty.bin": 0, "Bild.jpeg": 90_000}
LARGE_ONE = {"film.bin": 50 * MIB}
LARGE_SEVERAL = {"film.bin": 30 * MIB, "sound.bin": 20 * MIB + 1, "notes.txt": 5}

KINDS = {
    "small": (SMALL_ONE, ""),
    "small several guarded": (SMALL_SEVERAL, PASSWORD),
    "large guarded": (LARGE_ONE, PASSWORD),
    "large several": (LARGE_SEVERAL, ""),
}
# Each sender and each recipient twice; all 64 in the full run.
SHORT = {
    ("browser", "ots", "small"),
    ("browser", "form", "small several guarded"),
    ("ots", "browser", "small several guarded"),
    ("ots", "curl", "small"),
    ("curl", "browser", "small"),
    ("curl", "ots", "small several guarded"),
    ("form", "form", "small"),
    ("form", "curl", "small several guarded"),
}
CELLS = [
    pytest.param(*cell, marks=[] if cell in SHORT else [pytest.mark.full], id=" to ".join(cell))
    for cell in product(SENDERS, RECIPIENTS, KINDS)
]


@pytest.mark.parametrize(("sender", "recipient", "kind"), CELLS)
def test_what_goes_in_by_one_door_comes_out_by_another(site, new_context, tmp_path, sender, recipient, kind):
    sizes, password = KINDS[kind]
    files = {name: os.urandom(size) for name, size in sizes.items()}
    left, found = tmp_path / "left", tmp_path / "found"
    left.mkdir()
    found.mkdir()
    ots = Ots(tmp_path / "home", tmp_path / "work", site.url)

    link = SENDERS[sender](Place(site.url, left, new_context, ots), files, password)
    opened = RECIPIENTS[recipient](Place(site.url, found, new_context, ots), link, password)

    if NAMELESS in opened:
        assert list(opened.values()) == list(files.values())
    else:
        assert opened == files
