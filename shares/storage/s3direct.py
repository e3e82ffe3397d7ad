"""Leave for one client to send S3 one part, or to read one range from it, by an address signed for a minute.

The signature covers the part's length and SHA-256, or the range: whoever has the address can do that alone.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from shares.errors import StoreAway
from shares.storage.base import Signed
from shares.storage.origins import direct_origin, has_own_host
from shares.storage.s3client import Place, client, s3_errors

DIRECT_SECONDS = 60
# Before the id of an upload whose parts S3 itself compares with a SHA-256: those that clients may send to it.
CHECKED = "sha256:"
NAMED = ("PartNumber", "ETag", "ChecksumSHA256")
# Whatever S3 is asked for stays with whoever asked, and is nothing that a browser shows.
_AS_BYTES = {"ResponseCacheControl": "no-store", "ResponseContentType": "application/octet-stream"}


class Signer:
    """Signs for *direct_url*, the same S3 as *place* under the name that clients reach it by."""

    def __init__(self, place: Place, direct_url: str) -> None:
        by_path = not has_own_host(direct_url, place.bucket, path_style=place.path_style)
        self._place = replace(place, endpoint_url=direct_url, path_style=by_path, is_for_signing=True)
        self._origin = direct_origin(direct_url, place.bucket, path_style=place.path_style)

    def part(self, part: dict[str, Any], size_bytes: int, digest: bytes) -> Signed:
        """For *part* as `upload_part` names it: exactly so many bytes, with that SHA-256."""
        said = b64encode(digest).decode()
        url = self._signed("upload_part", {**part, "ContentLength": size_bytes, "ChecksumSHA256": said})
        return Signed(url, {"x-amz-checksum-sha256": said}, DIRECT_SECONDS)

    def read(self, at: dict[str, str], start: int, stop: int) -> Signed:
        asked = f"bytes={start}-{stop - 1}"
        url = self._signed("get_object", {**at, **_AS_BYTES, "Range": asked})
        return Signed(url, {"Range": asked}, DIRECT_SECONDS)

    def _signed(self, call: str, asked: dict[str, Any]) -> str:
        with s3_errors():
            url = client(self._place).generate_presigned_url(call, Params=asked, ExpiresIn=DIRECT_SECONDS)
        if not self._origin or not url.startswith(f"{self._origin}/"):
            raise StoreAway("S3_DIRECT_URL and S3_PATH_STYLE do not name the bucket as boto3 does.")
        return str(url)


def bare(upload_id: str) -> str:
    """As S3 knows it."""
    return upload_id.removeprefix(CHECKED)


def match(parts: Sequence[Mapping[str, Any]], digests: Sequence[bytes]) -> bool:
    """Whether S3 says of each part that it has that SHA-256. Silence is a no."""
    return [part.get("ChecksumSHA256") for part in parts] == [b64encode(d).decode() for d in digests]
