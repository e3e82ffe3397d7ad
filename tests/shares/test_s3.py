"""S3, where it differs from other stores (test_store.py): its words, its waits, its broken lines."""

import io
import time
from types import SimpleNamespace

import pytest
from botocore.awsrequest import AWSResponse

from shares.errors import BlobMissing, StoreAway, StoreFull
from shares.storage.s3streams import PartBody
from tests.s3 import S3

MiB = 1024**2


def put(store, data=b"sealed bytes"):
    name = store.new_name()
    with store.kept(name, data):
        return name


# --- what it asks for ---------------------------------------------------------------------------------


def test_a_small_blob_is_one_call(bucket):
    calls = []
    store = bucket.storage()
    store._s3.meta.events.register("before-call.s3", lambda model, **_: calls.append(model.name))

    put(store)

    assert calls == ["PutObject"]


def test_objects_lie_below_the_prefix_under_names_of_ours(bucket):
    name = put(bucket.storage())

    assert bucket.keys() == [bucket.prefix + name]


def test_what_else_lies_below_the_prefix_is_no_name_of_ours(bucket):
    store = bucket.storage()
    name = put(store)
    for key in ("README", "A" * 32, f"{name}.bak", f"deeper/{name}"):
        bucket.client().put_object(Bucket=bucket.bucket, Key=bucket.prefix + key, Body=b"not ours")
    bucket.client().create_multipart_upload(Bucket=bucket.bucket, Key=bucket.prefix + "not-ours")

    assert (list(store.list_names()), list(store.list_unfinished())) == ([name], [])


@pytest.mark.parametrize("large", [False, True])
def test_the_encryption_that_is_asked_for_is_that_of_the_object(bucket, large):
    store = bucket.storage(encryption="aws:kms", kms_key="a-key-of-ours")
    if large:
        name = store.new_name()
        upload_id = store.begin(name, 3)
        store.write_part(name, 0, io.BytesIO(b"abc"), 3, upload_id)
        store.complete(name, 3, upload_id)
    else:
        name = put(store)

    head = bucket.client().head_object(Bucket=bucket.bucket, Key=bucket.prefix + name)

    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", "a-key-of-ours")


def test_a_blob_of_many_parts_is_listed_by_pages(bucket, monkeypatch):
    store = bucket.storage()
    name, size = store.new_name(), 5 * MiB
    upload_id = store.begin(name, 3 * size)
    for n in range(3):
        store.write_part(name, n, io.BytesIO(bytes([n]) * size), size, upload_id)
    pages = store._pages
    most = {"list_parts": "MaxParts", "list_multipart_uploads": "MaxUploads"}
    monkeypatch.setattr(store, "_pages", lambda call, **asked: pages(call, **asked, **{most[call]: 1}))

    assert list(store.list_unfinished()) == [name]
    store.complete(name, 3 * size, upload_id)

    assert b"".join(store.read(name, size - 1, 2 * size + 1)) == b"\0" + b"\1" * size + b"\2"


# --- a part on its way --------------------------------------------------------------------------------


def test_a_part_goes_out_as_it_comes_in(bucket):
    """No more than a block of it is ever held: a server of many threads has no room for whole parts."""
    store, size = bucket.storage(), 8 * MiB
    name = store.new_name()
    asked = []

    class Watched(io.BytesIO):
        def read(self, size):
            asked.append(size)
            return super().read(size)

    store.write_part(name, 0, Watched(bytes(size)), size, store.begin(name, size))

    assert asked == [MiB] * 8


def test_a_part_can_be_begun_anew_until_its_second_block():
    body = PartBody(io.BytesIO(b"a" * MiB + b"b"), MiB + 1)
    assert body.read(5) == b"aaaaa"

    body.seek(body.tell())
    first = b"".join(body.read(100_000) for _ in range(11))

    assert first == b"a" * MiB
    assert body.read(5) == b"b"
    with pytest.raises(OSError, match="gone"):
        body.seek(0)
    assert body.read(5) == b""


class BrokenLine(io.BytesIO):
    def read(self, size):
        if data := super().read(size):
            return data
        raise ConnectionResetError


def test_a_senders_broken_line_is_not_taken_for_that_of_the_store(bucket):
    store = bucket.storage()
    name = store.new_name()
    upload_id = store.begin(name, 10)

    with pytest.raises(ConnectionResetError):
        store.write_part(name, 0, BrokenLine(b"short"), 10, upload_id)

    store.look()  # and nobody rests for it


# --- what it says -------------------------------------------------------------------------------------


@pytest.fixture
def answering(bucket):
    """A store, and a list for what S3 shall say to it: what boto3 makes of that is part of what is tested."""
    store, told = bucket.storage(region="eu-central-1"), []  # another client than that of other tests

    def answer(request, **_):
        code, status = told[-1]
        text = f"<Error><Code>{code}</Code><Message>m</Message></Error>".encode()
        return AWSResponse(request.url, status, {}, SimpleNamespace(stream=lambda **_: iter([text])))

    store._s3.meta.events.register("before-send.s3", answer)
    yield store, told
    store._s3.meta.events.unregister("before-send.s3", answer)


@pytest.mark.parametrize(
    ("said", "status", "refusal"),
    [
        ("NoSuchKey", 404, BlobMissing),
        ("NoSuchBucket", 404, StoreAway),
        ("QuotaExceeded", 403, StoreFull),
        ("XMinioStorageFull", 507, StoreFull),
        ("AccessDenied", 403, StoreAway),
        ("SlowDown", 503, StoreAway),
        ("InternalError", 500, StoreAway),
    ],
)
def test_every_refusal_of_s3_has_its_name(answering, said, status, refusal):
    store, told = answering
    told.append((said, status))

    for call in (lambda: store.begin(store.new_name(), 3), lambda: store.read(store.new_name(), 0, 3)):
        with pytest.raises(refusal):
            call()
    with pytest.raises(refusal), store.kept(store.new_name(), b"x"):
        pytest.fail("the block must not run")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "not an address"])
def test_an_s3_that_is_not_there_is_a_store_that_is_away(bucket, url):
    store = S3(url).storage()
    began = time.monotonic()

    with pytest.raises(StoreAway):
        store.look()

    assert time.monotonic() - began < 5


@pytest.mark.usefixtures("fresh_client")
def test_without_credentials_it_is_away_as_well(bucket, monkeypatch):
    for name in bucket.credentials:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")

    with pytest.raises(StoreAway):
        bucket.storage().look()
