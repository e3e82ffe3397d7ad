"""Names from a hostile sender: files land in the target's folder, each under a name of its own."""

import os
from pathlib import Path

import pytest

from ots import Client, StateFolder, Target, save
from ots.errors import Damaged
from ots.names import unique_names
from tests.faults.counts import count
from tests.ots.commands import Ots
from tests.ots.hostile import Hostile, sealed
from tests.shares.names_corpus import NAMES

FORBIDDEN = set(
    map(chr, [*range(32), *range(127, 160), 0x2028, 0x2029, 0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F)])
)


@pytest.fixture
def yard(tmp_path: Path) -> Path:
    """A folder with a neighbour that must stay as it is."""
    (tmp_path / "yard" / "inbox").mkdir(parents=True)
    (tmp_path / "yard" / "neighbour").write_text("untouched")
    return tmp_path / "yard"


def received(hostile: Hostile, yard: Path, names: list[str]) -> list[Path]:
    contents = [f"{n}:{len(names)}".encode() for n in range(len(names))]
    envelope = sealed(hostile.url, b"".join(contents), names, [len(each) for each in contents])
    hostile.hands_out(envelope)
    with (
        Client(folder=StateFolder(yard.parent / "state")) as client,
        client.open(envelope.link) as opening,
    ):
        placed = save(opening, Target(yard / "inbox"))
        opening.done()
    found = sorted(path.read_bytes() for path in (yard / "inbox").rglob("*") if path.is_file())
    assert found == sorted(contents)
    return placed


def is_tame(yard: Path) -> bool:
    outside = [path for path in yard.rglob("*") if yard / "inbox" not in (path, *path.parents)]
    inside = [path.relative_to(yard / "inbox") for path in (yard / "inbox").rglob("*")]
    return (
        outside == [yard / "neighbour"]
        and (yard / "neighbour").read_text() == "untouched"
        and not any(path.is_symlink() for path in (yard / "inbox").rglob("*"))
        and not any(FORBIDDEN & set(str(path)) for path in inside)
        and not any(path.parts[0].startswith(".") for path in inside)
        and all(len(os.fsencode(part)) <= 255 for path in inside for part in path.parts)
    )


@pytest.mark.promise("S14")
@pytest.mark.parametrize("name", NAMES[:: count(5, 1)])
def test_a_hostile_name_stays_in_its_folder(hostile: Hostile, yard: Path, name: str):
    try:
        received(hostile, yard, [name])
    except Damaged:
        assert "\0" in name
    assert is_tame(yard)
    assert not [path for path in (yard / "inbox").iterdir() if path.name.startswith(".")]


@pytest.mark.promise("S14")
def test_two_hundred_hostile_names_at_once_all_get_a_place(hostile: Hostile, yard: Path):
    received(hostile, yard, [name for name in NAMES if "\0" not in name])

    assert is_tame(yard)


def test_equal_names_and_names_of_folders_are_told_apart(hostile: Hostile, yard: Path):
    names = ["a.txt", "a.txt", "A.TXT", "b/c", "b", "é", "e\u0301", "a.txt/x"]
    received(hostile, yard, names)

    assert len(set(map(str.lower, unique_names(names)))) == len(names)
    assert is_tame(yard)


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("con", "_con"),
        ("a/NUL.txt", "a/_NUL.txt"),
        ("COM1", "_COM1"),
        ("console", "console"),
        (".bashrc", "_.bashrc"),
        (".ssh/authorized_keys", "_.ssh/authorized_keys"),
        ("site/.htaccess", "site/.htaccess"),
        ("/etc/passwd", "etc/passwd"),
        ("x" * 300, "x" * 255),
    ],
)
def test_names_that_mean_something_here_mean_nothing(name: str, local: str):
    assert unique_names([name]) == [local]


def test_what_lies_there_is_never_overwritten_nor_followed(ots: Ots):
    (ots.folder / "a.txt").write_text("new")
    (ots.folder / "site").mkdir()
    (ots.folder / "site" / "index.html").write_text("new")
    link = ots("send", "--opens", "2", "a.txt", "site").link
    inbox = ots.within("inbox")
    (inbox.folder / "a.txt").symlink_to("precious")
    (inbox.folder / "site").symlink_to(ots.folder)
    (inbox.folder / "a (2).txt").write_text("old")

    inbox("get", link)

    assert (inbox.folder / "a.txt").is_symlink()
    assert not (inbox.folder / "precious").exists()
    assert (inbox.folder / "a (2).txt").read_text() == "old"
    assert (inbox.folder / "a (3).txt").read_text() == "new"
    assert (inbox.folder / "site (2)" / "index.html").read_text() == "new"


def test_a_file_is_replaced_only_by_force(ots: Ots):
    (ots.folder / "a.txt").write_text("new")
    link = ots("send", "--opens", "2", "a.txt").link
    (ots.folder / "here").write_text("old")
    refused = ots("get", link, "-o", "here", code=13)
    left = (ots.folder / "here").read_text()

    ots("get", link, "-o", "here", "--force")

    assert "Nothing was opened" in refused.err
    assert left == "old"
    assert (ots.folder / "here").read_text() == "new"
    assert "2 of 2" in ots("status", ots("send", "--opens", "2", "a.txt").link).out
    ots("get", link, "--force", code=2)


def test_a_planted_folder_or_link_at_the_hidden_place_is_not_used(hostile: Hostile, yard: Path):
    envelope = sealed(hostile.url, b"x" * 10, ["a"], [10])
    hostile.hands_out(envelope)
    hidden = yard / "inbox" / f".{envelope.link.split('/s/')[1][:16]}.ots"
    hidden.symlink_to(yard)

    with Client() as client, client.open(envelope.link) as opening:
        save(opening, Target(yard / "inbox"))

    assert (yard / "inbox" / "a").read_bytes() == b"x" * 10
    assert is_tame(yard)


def test_a_folder_that_cannot_be_written_is_found_before_anything_is_opened(ots: Ots):
    link = ots("send", "--name", "a", stdin=b"x").link
    (ots.folder / "file").write_text("")

    refused = ots("get", link, "-o", "file/a", code=13)

    assert "Nothing was" in refused.err
    assert "1 of 1" in ots("status", link).out
