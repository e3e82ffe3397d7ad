"""What the disk refuses, and what the folder makes of it."""

import errno
import io
import os
import resource
from contextlib import closing

import pytest

from shares.errors import BlobMissing, StoreAway, StoreFull
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


@pytest.fixture
def small_files():
    """No file may grow past 1 MiB, as on a disk with a quota."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024**2, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_an_upload_that_would_touch_the_reserve_is_refused_and_a_small_blob_is_not(tmp_path):
    folder = FolderStorage(tmp_path, reserve_bytes=10**18)

    with pytest.raises(StoreFull):
        folder.begin(folder.new_name(), 10**6)
    with pytest.raises(StoreFull):
        folder.write_part(_begun_small(folder), 0, io.BytesIO(bytes(10**6)), 10**6)

    assert read(folder, put(folder)) == b"sealed bytes"


def _begun_small(folder):
    name = folder.new_name()
    folder.begin(name, 100)
    return name


def test_a_stream_stops_before_the_reserve(tmp_path):
    folder = FolderStorage(tmp_path)
    with closing(folder.stream(_begun_small(folder))) as writer:
        writer.write(b"fits")
        folder.reserve_bytes = 10**18

        with pytest.raises(StoreFull):
            writer.write(bytes(70_000))


@pytest.mark.usefixtures("small_files")
def test_a_disk_that_takes_no_more_is_a_full_store(folder):
    name = folder.new_name()
    folder.begin(name, 2 * 1024**2)

    with pytest.raises(StoreFull):
        folder.write_part(name, 0, io.BytesIO(bytes(2 * 1024**2)), 2 * 1024**2)

    with closing(folder.stream(name)) as writer, pytest.raises(StoreFull):
        writer.write(bytes(2 * 1024**2))


@pytest.mark.parametrize(
    ("number", "refusal"),
    [
        (errno.ENOSPC, StoreFull),
        (errno.EDQUOT, StoreFull),
        (errno.EFBIG, StoreFull),
        (errno.EIO, StoreAway),
        (errno.EACCES, StoreAway),
        (errno.EROFS, StoreAway),
        (errno.ENOENT, BlobMissing),
    ],
)
def test_every_refusal_of_the_disk_has_its_name(folder, monkeypatch, number, refusal):
    name = put(folder)

    def fails(*args, **named):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", fails)

    with pytest.raises(refusal):
        folder.begin(name, 3)


def test_a_folder_that_is_a_file_is_a_store_that_is_away(tmp_path):
    (tmp_path / "file").write_text("in the way")
    folder = FolderStorage(tmp_path / "file")

    for call in (
        lambda: folder.begin(folder.new_name(), 3),
        lambda: folder.read(folder.new_name(), 0, 3),
        folder.free_bytes,
    ):
        with pytest.raises(StoreAway):
            call()


def test_a_small_stream_may_take_the_reserve_and_a_large_one_may_not(tmp_path):
    full = FolderStorage(tmp_path / "blobs", reserve_bytes=2**60)
    name = full.new_name()
    full.begin(name, 0)

    with closing(full.stream(name)) as writer:
        writer.write(b"a password")
        with pytest.raises(StoreFull):
            writer.write(bytes(70_000))

    assert writer.size_bytes == len(b"a password")
