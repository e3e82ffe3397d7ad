"""What every storage promises, whatever lies behind it: a folder, and S3 in both of its servers."""

import io
import os
from contextlib import closing

import pytest

from shares.errors import BadPart, BlobMissing, StoreAway
from shares.storage.folder import FolderStorage
from shares.values import PART_BYTES
from tests.s3 import as_process, in_process


@pytest.fixture(scope="module")
def servers():
    with in_process() as trusting, as_process() as strict:
        yield {"s3": trusting, "s3 with signatures": strict}


@pytest.fixture(params=["folder", "s3", "s3 with signatures"])
def store(request, tmp_path, monkeypatch):
    if request.param == "folder":
        return FolderStorage(tmp_path / "blobs")
    s3 = request.getfixturevalue("servers")[request.param]
    for name, value in s3.credentials.items():
        monkeypatch.setenv(name, value)
    return s3.apart().storage()


def put(store, data=b"sealed bytes"):
    """A finished blob; its name."""
    name = store.new_name()
    upload_id = store.begin(name, len(data))
    store.write_part(name, 0, io.BytesIO(data), len(data), upload_id)
    store.complete(name, len(data), upload_id)
    return name


def read(store, name):
    return b"".join(store.read(name, 0, store.size(name)))


def names_in(store):
    return [*store.list_names(), *store.list_unfinished()]


def test_a_blob_comes_back_in_any_range(store):
    data = os.urandom(3_000_000)
    name = put(store, data)

    assert read(store, name) == data
    assert b"".join(store.read(name, 1_000_000, 2_500_000)) == data[1_000_000:2_500_000]
    assert list(store.read(name, 7, 7)) == []
    assert max(len(block) for block in store.read(name, 0, len(data))) <= 1024**2


def test_a_blob_that_is_a_file_here_is_given_as_one(store):
    name = put(store, b"sealed bytes")

    file = store.as_file(name)

    if file is not None:
        with file:
            assert file.read() == b"sealed bytes"
    assert (file is not None) == isinstance(store, FolderStorage)


def test_parts_lie_at_their_offsets_in_whatever_order_they_came(store):
    name = store.new_name()
    upload_id = store.begin(name, PART_BYTES + 3)

    store.write_part(name, 1, io.BytesIO(b"end"), 3, upload_id)
    store.write_part(name, 0, io.BytesIO(bytes(PART_BYTES)), PART_BYTES, upload_id)
    store.complete(name, PART_BYTES + 3, upload_id)

    assert b"".join(store.read(name, PART_BYTES - 1, PART_BYTES + 3)) == b"\0end"


def test_a_part_may_be_written_again(store):
    name = store.new_name()
    upload_id = store.begin(name, 3)

    for data in (b"abd", b"abc"):
        store.write_part(name, 0, io.BytesIO(data), 3, upload_id)
    store.complete(name, 3, upload_id)

    assert read(store, name) == b"abc"


def test_a_part_tells_its_digest(store):
    name = store.new_name()
    upload_id = store.begin(name, 3)

    written = store.write_part(name, 0, io.BytesIO(b"abc"), 3, upload_id)

    assert written.size_bytes == 3
    assert written.sha256.hex().startswith("ba7816bf8f01cfea")


def test_a_part_that_ends_early_is_refused(store):
    name = store.new_name()
    upload_id = store.begin(name, 10)

    with pytest.raises(BadPart):
        store.write_part(name, 0, io.BytesIO(b"short"), 10, upload_id)
    with pytest.raises(StoreAway):
        store.complete(name, 10, upload_id)


@pytest.mark.parametrize("size", [0, 100, PART_BYTES, 2 * PART_BYTES + 7])
def test_a_stream_of_any_length_becomes_a_blob(store, size):
    data, name = os.urandom(size), store.new_name()

    with closing(store.stream(name)) as writer:
        for at in range(0, size, 1_000_003):
            writer.write(data[at : at + 1_000_003])
        writer.finish()
    store.complete(name, size, writer.upload_id)

    assert writer.size_bytes == size
    assert read(store, name) == data
    assert names_in(store) == [name]


def test_a_stream_that_is_given_up_leaves_nothing(store):
    for size in (100, PART_BYTES + 1):
        name = store.new_name()
        writer = store.stream(name)
        writer.write(bytes(size))

        writer.close()
        store.delete(name, writer.upload_id)

        assert names_in(store) == []


def test_only_a_finished_blob_is_read(store):
    name = store.new_name()
    upload_id = store.begin(name, 3)
    store.write_part(name, 0, io.BytesIO(b"abc"), 3, upload_id)

    with pytest.raises(BlobMissing):
        store.read(name, 0, 3)
    with pytest.raises(BlobMissing):
        store.size(name)
    assert not store.exists(name)


def test_completing_again_changes_nothing(store):
    data, name = b"sealed bytes", store.new_name()
    upload_id = store.begin(name, len(data))
    store.write_part(name, 0, io.BytesIO(data), len(data), upload_id)

    for _ in range(2):
        store.complete(name, len(data), upload_id)

    assert read(store, name) == data


def test_what_was_removed_is_never_completed(store):
    name = store.new_name()
    upload_id = store.begin(name, 3)
    store.write_part(name, 0, io.BytesIO(b"abc"), 3, upload_id)
    store.delete(name, upload_id)

    with pytest.raises(BlobMissing):
        store.complete(name, 3, upload_id)
    with pytest.raises((BlobMissing, StoreAway)):  # moto answers the latter with 500
        store.write_part(name, 0, io.BytesIO(b"abc"), 3, upload_id)

    assert names_in(store) == []


def test_a_blob_of_another_length_than_its_share_says_is_never_finished(store):
    name = store.new_name()
    upload_id = store.begin(name, 10)
    store.write_part(name, 0, io.BytesIO(b"abc"), 3, upload_id)

    with pytest.raises(StoreAway):
        store.complete(name, 10, upload_id)

    assert not store.exists(name)


def test_giving_up_a_second_upload_leaves_the_first_and_the_blob(store):
    name = store.new_name()
    first, second = store.begin(name, 3), store.begin(name, 3)
    store.write_part(name, 0, io.BytesIO(b"abc"), 3, first)

    store.abort(name, second)
    store.complete(name, 3, first)
    store.abort(name, second)

    assert read(store, name) == b"abc"


def test_deleting_what_is_not_there_is_no_error(store):
    name = put(store)

    store.delete(name)
    store.delete(name)

    assert names_in(store) == []


def test_names_are_random_and_listed_in_order_from_anywhere(store):
    names = sorted(put(store) for _ in range(20))

    assert len(set(names)) == 20
    assert list(store.list_names()) == names
    assert list(store.list_names(after=names[4])) == names[5:]
    assert list(store.list_names(after=names[-1])) == []


def test_what_is_unfinished_is_listed_apart(store):
    name = store.new_name()
    store.begin(name, 3)

    assert (list(store.list_unfinished()), list(store.list_names())) == ([name], [])


@pytest.fixture
def outlived(monkeypatch):
    """Call it with a store whose writers show themselves by being recent: they have been silent too long."""
    return lambda store: store.silent_seconds and monkeypatch.setattr(store, "silent_seconds", -5)


def test_a_held_name_is_no_orphan_before_and_after_it_is_finished(store, outlived):
    name = store.new_name()

    with store.kept(name, b"sealed bytes"):
        assert store.is_held(name)
        assert store.remove_orphan(name, is_wanted=lambda: False) is False

    outlived(store)
    assert not store.is_held(name)
    assert read(store, name) == b"sealed bytes"
    assert store.remove_orphan(name, is_wanted=lambda: True) is False
    assert store.remove_orphan(name, is_wanted=lambda: False) is True
    assert names_in(store) == []


def test_an_upload_that_nobody_goes_on_with_is_an_orphan(store, outlived):
    name = store.new_name()
    upload_id = store.begin(name, 3)
    store.write_part(name, 0, io.BytesIO(b"abc"), 3, upload_id)

    outlived(store)

    assert store.remove_orphan(name, is_wanted=lambda: False) is True
    assert names_in(store) == []
