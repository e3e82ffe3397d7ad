"""`manage.py check_storage`: what works, what does not, and what to do, in words; nothing is left behind."""

import hashlib
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from shares.storage import s3client, share_storage
from shares.storage.s3 import S3Storage
from shares.storage.s3direct import Signer
from shares.storage.s3trial import TRIAL_BYTES
from tests.s3 import POLICY, S3

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


@pytest.fixture
def strict(gate):
    """One that wants to know who asks, and that they may."""
    yield gate
    gate.client("iam").put_user_policy(UserName="shares", PolicyName="all", PolicyDocument=POLICY)


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
    strict.client("iam").put_user_policy(UserName="shares", PolicyName="all", PolicyDocument=ALL_BUT_PARTS)
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


# --- where clients are sent past the server -----------------------------------------------------------

PAGES = "https://share.example.org"


@pytest.fixture
def direct(gate, keep_in, monkeypatch, settings):
    """Call it with where clients are sent; the bucket lets our pages in."""
    for each, right in gate.credentials.items():
        monkeypatch.setenv(each, right)
    settings.PUBLIC_URL = f"{PAGES}/secrets"
    gate.let_in(PAGES)

    def direct(direct_url):
        apart = replace(gate.apart(), direct_url=direct_url)
        keep_in(apart)
        return apart

    return direct


def test_a_bucket_that_clients_may_be_sent_to(told, gate, direct):
    s3 = direct(gate.url)

    out, trouble = told()

    assert (out.count("    ok  "), trouble, s3.keys(), s3.uploads()) == (STEPS + 3, "", [], [])
    assert "ok  let our pages do both" in out


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (None, f"does not let pages of {PAGES} in by PUT"),
        ({"AllowedOrigins": ["https://elsewhere.example.org"]}, "in by PUT"),
        ({"AllowedMethods": ["PUT"]}, "in by GET"),
        ({"AllowedHeaders": ["range"]}, "in by PUT"),
        ({"ExposeHeaders": []}, "does not show pages the header Content-Range"),
    ],
)
def test_what_the_buckets_cors_lacks_is_named(told, gate, direct, rule, said):
    direct(gate.url)
    gate.let_in()
    if rule:
        gate.let_in(PAGES, **rule)

    out, trouble = told()

    assert "FAILED  let our pages do both" in out
    assert said in trouble
    assert "CORS rule of docs/operations.md" in trouble


def test_an_s3_that_takes_other_bytes_is_found_out(told, gate, direct, monkeypatch):
    s3 = direct(gate.url)
    plain = Signer.part
    # As one that does not compare: it is told the checksum of what the trial sends first, and wrongly.
    zeros = hashlib.sha256(bytes(TRIAL_BYTES)).digest()
    monkeypatch.setattr(Signer, "part", lambda self, part, size, digest: plain(self, part, size, zeros))

    out, trouble = told()

    assert "FAILED  send a part past this server" in out
    assert "takes other bytes than were signed for" in trouble
    assert (s3.keys(), s3.uploads()) == ([], [])


def test_an_s3_that_tells_no_checksum_is_found_out(told, gate, direct, monkeypatch):
    s3 = direct(gate.url)
    monkeypatch.setattr(S3Storage, "has_part", lambda *args: None)

    _, trouble = told()

    assert "does not tell the SHA-256 of a part" in trouble
    assert (s3.keys(), s3.uploads()) == ([], [])


def test_a_wrong_address_for_clients_is_found_out(told, direct):
    s3 = direct("http://127.0.0.1:9")

    out, trouble = told()

    assert "S3_DIRECT_URL cannot be reached from here" in trouble
    assert "Signature" not in out + trouble
    assert (s3.keys(), s3.uploads()) == ([], [])
