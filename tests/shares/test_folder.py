"""The folder: parts and ranges, what is durable, and what is held."""

import io
import os
import stat

import pytest

from shares.errors import BadPart, BlobMissing, StoreAway
from shares.storage.folder import FolderStorage
from shares.values import PART_BYTES


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


def test_a_blob_comes_back_in_any_range(folder):
    data = os.urandom(3_000_000)
    name = put(folder, data)

    assert read(folder, name) == data
    assert b"".join(folder.read(name, 1_000_000, 2_500_000)) == data[1_000_000:2_500_000]
    assert max(len(block) for block in folder.read(name, 0, len(data))) <= 1024**2


def test_parts_lie_at_their_offsets_in_whatever_order_they_came(folder):
    name = folder.new_name()
    folder.begin(name, PART_BYTES + 3)

    folder.write_part(name, 1, io.BytesIO(b"end"), 3)
    folder.write_part(name, 0, io.BytesIO(bytes(PART_BYTES)), PART_BYTES)
    folder.complete(name, PART_BYTES + 3)

    assert b"".join(folder.read(name, PART_BYTES - 1, PART_BYTES + 3)) == b"\0end"


def test_a_part_tells_its_digest(folder):
    name = folder.new_name()
    folder.begin(name, 3)

    written = folder.write_part(name, 0, io.BytesIO(b"abc"), 3)

    assert written.size_bytes == 3
    assert written.sha256.hex().startswith("ba7816bf8f01cfea")


def test_a_part_that_ends_early_is_refused(folder):
    name = folder.new_name()
    folder.begin(name, 10)

    with pytest.raises(BadPart):
        folder.write_part(name, 0, io.BytesIO(b"short"), 10)


def test_only_a_finished_blob_is_read(folder):
    name = folder.new_name()
    folder.begin(name, 3)
    folder.write_part(name, 0, io.BytesIO(b"abc"), 3)

    with pytest.raises(BlobMissing):
        folder.read(name, 0, 3)
    assert not folder.exists(name)


def test_completing_again_changes_nothing(folder):
    name = put(folder)

    folder.complete(name, 12)

    assert read(folder, name) == b"sealed bytes"


def test_a_blob_of_another_length_than_its_share_says_is_never_finished(folder):
    name = folder.new_name()
    folder.begin(name, 10)
    folder.write_part(name, 0, io.BytesIO(b"abc"), 3)

    with pytest.raises(StoreAway):
        folder.complete(name, 10)

    assert not folder.exists(name)


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


def test_deleting_what_is_not_there_is_no_error(folder):
    name = put(folder)

    folder.delete(name)
    folder.delete(name)

    assert list(folder.list_names()) == []


def test_blobs_are_closed_to_other_users(folder):
    name = put(folder)

    assert stat.S_IMODE(folder._final(name).stat().st_mode) == 0o600
    for path in (folder.root, *folder.root.rglob("*")):
        assert path.is_file() or stat.S_IMODE(path.stat().st_mode) == 0o700


def test_names_are_random_and_listed_in_order_from_anywhere(folder):
    names = sorted(put(folder) for _ in range(20))

    assert len(set(names)) == 20
    assert list(folder.list_names()) == names
    assert list(folder.list_names(after=names[4])) == names[5:]
    assert list(folder.list_names(after=names[-1])) == []


def test_what_is_unfinished_is_listed_apart(folder):
    name = folder.new_name()
    folder.begin(name, 3)

    assert (list(folder.list_unfinished()), list(folder.list_names())) == ([name], [])


def test_a_held_name_is_no_orphan_before_and_after_it_is_finished(folder):
    name = folder.new_name()

    with folder.kept(name, b"sealed bytes"):
        assert folder.is_held(name)
        assert folder.remove_orphan(name, is_wanted=lambda: False) is False

    assert not folder.is_held(name)
    assert read(folder, name) == b"sealed bytes"
    assert folder.remove_orphan(name, is_wanted=lambda: False) is True


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
