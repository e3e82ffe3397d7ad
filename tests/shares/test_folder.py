"""The folder, where it differs from other stores (test_store.py): modes, files cut short, its locks."""

import io
import os
import stat

import pytest

from shares.errors import StoreAway
from shares.storage.folder import FolderStorage


@pytest.fixture
def folder(tmp_path):
    return FolderStorage(tmp_path / "blobs")


def put(folder, data=b"sealed bytes"):
    """A finished blob; its name."""
    name = folder.new_name()
    folder.begin(name, len(data))
    folder.write_part(name, 0, io.BytesIO(data), len(data))
    folder.complete(name, len(data))
    return name


def read(folder, name):
    return b"".join(folder.read(name, 0, folder.size(name)))


def test_beginning_again_keeps_what_was_written(folder):
    name = folder.new_name()
    folder.begin(name, 3)
    folder.write_part(name, 0, io.BytesIO(b"abc"), 3)

    folder.begin(name, 3)
    folder.complete(name, 3)

    assert read(folder, name) == b"abc"


def test_a_blob_that_is_cut_short_on_disk_is_never_read_as_a_whole_one(folder):
    name = put(folder)
    os.truncate(folder._final(name), 5)

    with pytest.raises(StoreAway):
        b"".join(folder.read(name, 0, 12))


def test_blobs_are_closed_to_other_users(folder):
    name = put(folder)

    assert stat.S_IMODE(folder._final(name).stat().st_mode) == 0o600
    for path in (folder.root, *folder.root.rglob("*")):
        assert path.is_file() or stat.S_IMODE(path.stat().st_mode) == 0o700


def test_whether_an_orphan_is_wanted_is_asked_while_nobody_can_begin_to_hold_it(folder):
    name = put(folder)
    seen = []

    def is_wanted():
        seen.append(folder.is_held(name))
        return True

    assert folder.remove_orphan(name, is_wanted) is False
    assert seen == [True]  # the sweep's own lock
    assert folder.exists(name)


def test_a_name_that_the_sweep_removed_under_its_new_holder_is_made_again(folder, monkeypatch):
    name = folder.new_name()
    folder.begin(name, 3)
    stock, removed = os.open, []

    def removed_after_the_open(path, *args, **named):
        handle = stock(path, *args, **named)
        if str(path).endswith(name) and not removed:
            removed.append(path)
            os.unlink(path)
        return handle

    monkeypatch.setattr(os, "open", removed_after_the_open)
    with folder.hold(name):
        assert removed
        assert folder._incoming(name).exists()


def test_a_small_blob_that_cannot_be_written_leaves_nothing(folder, monkeypatch):
    name = folder.new_name()
    monkeypatch.setattr(folder, "complete", lambda *args: (_ for _ in ()).throw(StoreAway()))

    with pytest.raises(StoreAway), folder.kept(name, b"sealed bytes"):
        pytest.fail("the block must not run")

    assert list(folder.list_unfinished()) == []
