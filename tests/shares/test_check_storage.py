"""`manage.py check_storage`: what works, what does not, and what to do, in words; nothing is left behind."""

import pytest
from django.core.management import CommandError, call_command

from shares.storage import s3client, share_storage
from shares.storage.s3 import S3Storage
from tests.s3 import S3, as_process

STEPS = 5


@pytest.fixture
def told(capsys):
    """Call it: what the command prints, and what it ends with ("" where all is well)."""

    def run():
        try:
            call_command("check_storage")
            return capsys.readouterr().out, ""
        except CommandError as error:
            return capsys.readouterr().out, str(error)

    return run


def kept():
    storage = share_storage()
    return [*storage.list_names(), *storage.list_unfinished()]


def test_a_folder_that_works(told, tmp_path):
    out, trouble = told()

    assert (out.count("    ok  "), trouble, kept()) == (STEPS, "", [])
    assert "Blobs are kept in " in out


def test_a_folder_that_cannot_be_written(told, tmp_path):
    (tmp_path / "shares").write_text("a file where the folder should be")

    out, trouble = told()

    assert out.count("FAILED") == 1
    assert "The disk said: " in trouble
    assert "SHARES_DIR must be a folder" in trouble
    (tmp_path / "shares").unlink()


def test_a_full_disk(told):
    share_storage().reserve_bytes = 10**18

    assert told()[1] == ""  # the reserve takes small blobs, and the probe's are


def test_a_bucket_that_works(told, in_s3, settings):
    settings.S3_BUCKET = in_s3._place.bucket

    out, trouble = told()

    assert (out.count("    ok  "), trouble, kept()) == (STEPS, "", [])
    assert "the bucket shares-of-tests" in out


def test_a_bucket_that_keeps_versions(told, bucket, keep_in):
    s3 = S3(bucket.url, bucket="with-versions")
    s3.client().create_bucket(Bucket=s3.bucket)
    s3.client().put_bucket_versioning(Bucket=s3.bucket, VersioningConfiguration={"Status": "Enabled"})
    keep_in(s3)

    out, trouble = told()

    assert out.count("    ok  ") == STEPS
    assert "what is erased stays readable" in trouble


def test_a_bucket_that_locks_its_objects(told, bucket, keep_in):
    s3 = S3(bucket.url, bucket="with-locks")
    s3.client().create_bucket(Bucket=s3.bucket, ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    s3.client().put_object_lock_configuration(
        Bucket=s3.bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    keep_in(s3)

    assert "nothing is erased before its time" in told()[1]


def test_a_bucket_that_does_not_list_its_uploads(told, in_s3, monkeypatch):
    monkeypatch.setattr(S3Storage, "list_unfinished", lambda self: iter(()))

    out, trouble = told()

    assert (out.count("    ok  "), out.count("  note  "), trouble) == (STEPS, 1, "")
    assert "abort them after 7 days" in out


@pytest.mark.parametrize(
    ("wrong", "said", "advice"),
    [
        ({"bucket": "not-there"}, "NoSuchBucket", "There is no bucket of that name"),
        ({"url": "http://127.0.0.1:9"}, "EndpointConnectionError", "S3_ENDPOINT_URL"),
        ({"url": "nowhere"}, "ValueError", "must be an address"),
    ],
)
def test_a_place_that_is_not_there(told, bucket, keep_in, wrong, said, advice):
    keep_in(S3(**{"url": bucket.url, **wrong}))

    out, trouble = told()

    assert "FAILED  reach it" in out
    assert said in trouble
    assert advice in trouble


@pytest.fixture(scope="module")
def strict():
    with as_process() as server:
        yield server


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AWS_SECRET_ACCESS_KEY", "not-it", "SignatureDoesNotMatch"),
        ("AWS_ACCESS_KEY_ID", "AKIANOTTHERE", "InvalidAccessKeyId"),
    ],
)
def test_a_wrong_key_is_named_and_never_shown(told, strict, keep_in, monkeypatch, name, value, said):
    for each, right in strict.credentials.items():
        monkeypatch.setenv(each, right)
    monkeypatch.setenv(name, value)
    s3client._made.cache_clear()
    keep_in(strict.apart())

    out, trouble = told()
    s3client._made.cache_clear()

    assert said in trouble
    assert "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in trouble
    assert value not in out + trouble


def test_a_key_that_may_not_do_all_is_told_what_it_lacks(told, strict, keep_in, monkeypatch):
    iam = strict_iam(strict)
    iam.put_user_policy(UserName="shares", PolicyName="all", PolicyDocument=ALL_BUT_PARTS)
    for each, right in strict.credentials.items():
        monkeypatch.setenv(each, right)
    keep_in(strict.apart())

    out, trouble = told()

    assert "ok  write a small blob" in out
    assert "FAILED  write a blob in parts" in out
    assert "finish it" not in out
    assert "S3 refused ListMultipartUploads (AccessDenied)" in trouble
    assert "s3:ListBucketMultipartUploads" in trouble


ALL_BUT_PARTS = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},'
    '{"Effect":"Deny","Action":"s3:ListBucketMultipartUploads","Resource":"*"}]}'
)


def strict_iam(strict):
    return strict.client("iam")
