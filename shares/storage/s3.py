"""Blobs as objects in a bucket, of AWS or of anything that speaks S3.

A large blob comes as a multipart upload, one part of ours for one of S3's (8 MiB; S3 wants 5 MiB of all but
the last), and is nowhere to be seen until it is complete; a small one is one object at once. Nothing is kept
on this host: the upload's id is in the share's row. There are no locks either: what is young counts as held.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO

from django.utils.deconstruct import deconstructible

from shares.errors import BadPart, BlobMissing, NotDirect, ShareError, StoreAway
from shares.storage.base import Readable, ShareStorage, Signed, Written
from shares.storage.s3client import Place, client, s3_errors
from shares.storage.s3direct import CHECKED, NAMED, Signer, bare, match
from shares.storage.s3streams import PartBody, S3Writer, blocks
from shares.storage.s3trial import tried
from shares.storage.s3words import concerns, explained
from shares.values import PART_BYTES

# A writer shows no sign of life for so long at most: a part of a stream at 16 KiB/s takes less, and much less
# lies between a small blob and its row.
SILENT_SECONDS = 600
NAME = re.compile(r"[0-9a-f]{32}")


@deconstructible(path="shares.storage.s3.S3Storage")
class S3Storage(ShareStorage):
    """*bucket*, below *prefix*, which must be ours alone: the sweep removes what no row names.

    encryption: how S3 shall encrypt at rest, "AES256" or "aws:kms" (by *kms_key*, where one is named); ""
    leaves that to the bucket. direct_url: where clients reach this S3 themselves, if they shall.
    """

    part_bytes = PART_BYTES
    silent_seconds = SILENT_SECONDS

    def __init__(
        self,
        bucket: str,
        prefix: str = "",
        *,
        region: str = "",
        endpoint_url: str = "",
        path_style: bool = False,
        encryption: str = "",
        kms_key: str = "",
        patience_seconds: float = 5,
        direct_url: str = "",
    ) -> None:
        self._place = Place(bucket, region, endpoint_url, path_style, patience_seconds)
        self._signer = Signer(self._place, direct_url) if direct_url else None
        self.is_direct = bool(direct_url)
        self._bucket = {"Bucket": bucket}
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._sealed = {"ServerSideEncryption": encryption} if encryption else {}
        if kms_key:
            self._sealed["SSEKMSKeyId"] = kms_key

    @property
    def _s3(self) -> Any:
        return client(self._place)

    def _at(self, name: str) -> dict[str, str]:
        return {**self._bucket, "Key": self._prefix + name}

    # --- writing ----------------------------------------------------------------------------------

    def begin(self, name: str, size_bytes: int) -> str:
        if self.is_direct:
            return CHECKED + self._begin(name, ChecksumAlgorithm="SHA256")
        return self._begin(name)

    def _begin(self, name: str, **checks: str) -> str:
        with s3_errors():
            upload = self._s3.create_multipart_upload(**self._at(name), **self._sealed, **checks)
        return str(upload["UploadId"])

    def write_part(
        self,
        name: str,
        n: int,
        stream: Readable,
        size_bytes: int,
        upload_id: str = "",
        digest: bytes = b"",
    ) -> Written:
        if not upload_id:
            raise BlobMissing  # it was never begun
        body = PartBody(stream, size_bytes)
        part = self._part(name, upload_id, n)
        if upload_id.startswith(CHECKED):
            part["ChecksumSHA256"] = b64encode(digest).decode()
        with s3_errors():
            try:
                etag = self._upload_part(part, body, size_bytes)
            except Exception:
                if body.failure:  # the sender's line broke, not ours
                    raise body.failure from None
                if digest and body.is_over and body.sha256 != digest:
                    raise BadPart("The part's bytes do not match its digest.") from None
                raise
        return Written(size_bytes, body.sha256, etag)

    def _part(self, name: str, upload_id: str, n: int) -> dict[str, Any]:
        return {**self._at(name), "UploadId": bare(upload_id), "PartNumber": n + 1}

    def _upload_part(self, part: dict[str, Any], body: Any, size_bytes: int) -> str:
        return str(self._s3.upload_part(**part, Body=body, ContentLength=size_bytes)["ETag"])

    def stream(self, name: str) -> S3Writer:
        def put(blob: bytes) -> None:
            with s3_errors():
                self._s3.put_object(**self._at(name), Body=blob, **self._sealed)

        def part(upload_id: str, n: int, file: BinaryIO, size_bytes: int) -> None:
            with s3_errors():
                self._upload_part(self._part(name, upload_id, n), file, size_bytes)

        return S3Writer(self.part_bytes, put, lambda: self._begin(name), part)

    def complete(
        self, name: str, size_bytes: int, upload_id: str = "", digests: Sequence[bytes] = ()
    ) -> None:
        # An upload that is not there any more was completed, by an earlier or a simultaneous call.
        with suppress(BlobMissing):
            if upload_id:
                self._compose(name, size_bytes, upload_id, digests)
                return
        if self.size(name) != size_bytes:
            raise StoreAway("The blob is not as long as its share says.")

    def _compose(self, name: str, size_bytes: int, upload_id: str, digests: Sequence[bytes]) -> None:
        parts = list(self._parts(name, upload_id))
        if sum(part["Size"] for part in parts) != size_bytes:
            raise StoreAway("The blob is not as long as its share says.")
        if upload_id.startswith(CHECKED) and digests and not match(parts, digests):
            raise StoreAway("S3 holds other parts than were acknowledged.")
        # What S3 was given a checksum for it wants to be told again.
        numbered = [{key: part[key] for key in NAMED if key in part} for part in parts]
        with s3_errors():
            self._s3.complete_multipart_upload(
                **self._at(name), UploadId=bare(upload_id), MultipartUpload={"Parts": numbered}
            )

    def _parts(self, name: str, upload_id: str) -> Iterator[dict[str, Any]]:
        with s3_errors():
            for page in self._pages("list_parts", **self._at(name), UploadId=bare(upload_id)):
                yield from page.get("Parts", ())

    @contextmanager
    def kept(self, name: str, blob: bytes) -> Iterator[None]:
        """One call: an object is there whole or not at all, and young, so the sweep leaves it alone."""
        with s3_errors():
            self._s3.put_object(**self._at(name), Body=blob, **self._sealed)
        yield

    def abort(self, name: str, upload_id: str) -> None:
        with suppress(BlobMissing), s3_errors():
            self._s3.abort_multipart_upload(**self._at(name), UploadId=bare(upload_id))

    def delete(self, name: str, upload_id: str = "") -> None:
        if upload_id:
            self.abort(name, upload_id)
        with suppress(BlobMissing), s3_errors():
            self._s3.delete_object(**self._at(name))

    # --- reading ----------------------------------------------------------------------------------

    def read(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        if start >= stop:
            return iter(())
        return blocks(lambda at: self._get(name, at, stop), self._get(name, start, stop), start, stop)

    def _get(self, name: str, start: int, stop: int) -> Any:
        with s3_errors():
            return self._s3.get_object(**self._at(name), Range=f"bytes={start}-{stop - 1}")["Body"]

    def exists(self, name: str) -> bool:
        with suppress(BlobMissing):
            return bool(self._head(name))
        return False

    def size(self, name: str) -> int:
        return int(self._head(name)["ContentLength"])

    def _head(self, name: str) -> Any:
        with s3_errors():
            return self._s3.head_object(**self._at(name))

    def free_bytes(self) -> None:
        """A bucket does not say."""

    def look(self) -> None:
        with s3_errors():
            self._s3.list_objects_v2(**self._bucket, Prefix=self._prefix, MaxKeys=1)

    def explain(self, error: ShareError) -> str:
        return explained(error)

    def concerns(self) -> Iterator[str]:
        return concerns(self._s3, self._bucket["Bucket"])

    # --- past this server -------------------------------------------------------------------------

    def sign_part(self, name: str, n: int, size_bytes: int, digest: bytes, upload_id: str) -> Signed:
        if self._signer is None or not upload_id.startswith(CHECKED):
            raise NotDirect
        return self._signer.part(self._part(name, upload_id, n), size_bytes, digest)

    def has_part(self, name: str, n: int, size_bytes: int, digest: bytes, upload_id: str) -> str | None:
        with s3_errors():
            asked = {**self._at(name), "UploadId": bare(upload_id), "PartNumberMarker": n, "MaxParts": 1}
            found = self._s3.list_parts(**asked).get("Parts", ())
        if [part["PartNumber"] for part in found] != [n + 1] or not match(found, [digest]):
            return None
        return str(found[0]["ETag"]) if found[0]["Size"] == size_bytes else None

    def sign_read(self, name: str, start: int, stop: int) -> Signed:
        if self._signer is None:
            raise NotDirect
        return self._signer.read(self._at(name), start, stop)

    def try_direct(self, name: str, origin: str) -> Iterator[tuple[str, str]]:
        return tried(self, name, origin) if self.is_direct else iter(())

    # --- for the sweep ----------------------------------------------------------------------------

    def list_unfinished(self) -> Iterator[str]:
        yield from self._names(upload["Key"] for upload in self._uploads())

    def list_names(self, after: str = "") -> Iterator[str]:
        behind = {"StartAfter": self._prefix + after} if after else {}
        with s3_errors():
            pages = self._pages("list_objects_v2", **self._bucket, Prefix=self._prefix, **behind)
            yield from self._names(found["Key"] for page in pages for found in page.get("Contents", ()))

    def _names(self, keys: Iterator[str]) -> Iterator[str]:
        """Names of ours; what else lies in the bucket is none of our business."""
        for key in keys:
            name = key.removeprefix(self._prefix)
            if NAME.fullmatch(name):
                yield name

    def _uploads(self, name: str = "") -> Iterator[dict[str, Any]]:
        with s3_errors():
            for page in self._pages("list_multipart_uploads", **self._bucket, Prefix=self._prefix + name):
                yield from page.get("Uploads", ())

    def _pages(self, call: str, **asked: Any) -> Iterator[dict[str, Any]]:
        return iter(self._s3.get_paginator(call).paginate(**asked))

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Nothing to take: a writer shows itself by what it writes."""
        yield

    def is_held(self, name: str) -> bool:
        return any(self._is_young(at, now) for at, now in self._signs(name))

    def _signs(self, name: str) -> Iterator[tuple[datetime, datetime]]:
        """When anything of *name* was written, and the moment it was asked: both by S3's own clock."""
        with suppress(BlobMissing):
            head = self._head(name)
            yield head["LastModified"], _moment(head)
        with s3_errors():
            now = _moment(self._s3.list_objects_v2(**self._bucket, Prefix=self._prefix + name, MaxKeys=1))
        for upload in self._uploads(name):
            yield upload["Initiated"], now
            with suppress(BlobMissing):
                for part in self._parts(name, upload["UploadId"]):
                    yield part["LastModified"], now

    def _is_young(self, at: datetime, now: datetime) -> bool:
        return now - at < timedelta(seconds=self.silent_seconds)

    def remove_orphan(self, name: str, is_wanted: Callable[[], bool]) -> bool:
        # Asked after its age: a writer that old has committed its row by now, or never will.
        if self.is_held(name) or is_wanted():
            return False
        for upload in list(self._uploads(name)):
            self.abort(name, upload["UploadId"])
        self.delete(name)
        return True


def _moment(answer: Any) -> datetime:
    return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
