"""What S3 says, in an operator's words, and what to do about it; and what of a bucket breaks our promises."""

from collections.abc import Iterator
from typing import Any

from shares.errors import ShareError
from shares.storage.s3client import error_code, s3_errors

_CREDENTIALS = (
    "Give this server credentials where boto3 looks for them: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in "
    "the environment, a shared credentials file, or a role of the host."
)
_WRONG_KEY = "The key pair is not one of this S3, or its two halves do not belong together. " + _CREDENTIALS
_REGION = "Set S3_REGION to the bucket's own region."
_ADDRESS = "See whether S3_ENDPOINT_URL is right and reachable from this host."
_HINTS = {
    "NoCredentialsError": _CREDENTIALS,
    "PartialCredentialsError": _CREDENTIALS,
    "InvalidAccessKeyId": _WRONG_KEY,
    "SignatureDoesNotMatch": _WRONG_KEY,
    "RequestTimeTooSkewed": "This host's clock is wrong: set it by NTP.",
    "NoSuchBucket": "There is no bucket of that name: make it, or mend S3_BUCKET (or S3_PATH_STYLE).",
    "PermanentRedirect": _REGION,
    "AuthorizationHeaderMalformed": _REGION,
    "IllegalLocationConstraintException": _REGION,
    "NoRegionError": _REGION,
    "ValueError": "S3_ENDPOINT_URL must be an address such as https://s3.example.org.",
    "EndpointConnectionError": _ADDRESS,
    "ConnectTimeoutError": _ADDRESS,
    "ReadTimeoutError": "It took the request and did not answer. " + _ADDRESS,
    "ConnectionClosedError": _ADDRESS,
    "SSLError": "Its certificate is not one that this host trusts.",
    "KMS.NotFoundException": "There is no such key: mend S3_KMS_KEY.",
}
_RIGHTS = (
    "Allow this key s3:PutObject, s3:GetObject, s3:DeleteObject, s3:AbortMultipartUpload and "
    "s3:ListMultipartUploadParts on the objects, s3:ListBucket and s3:ListBucketMultipartUploads on the "
    "bucket; with S3_KMS_KEY also kms:GenerateDataKey and kms:Decrypt."
)


def explained(error: ShareError) -> str:
    """What S3 answered to the call that failed, and what to do. Never a key, never a body."""
    cause = error.__cause__
    code = error_code(cause)
    if code in ("AccessDenied", "403", "AllAccessDisabled"):
        return f"S3 refused {getattr(cause, 'operation_name', 'a call')} ({code}). {_RIGHTS}"
    said = f"S3 said {code}. " if code and cause else ""
    return f"{said}{_HINTS.get(code, str(error))}"


def concerns(s3: Any, bucket: str) -> Iterator[str]:
    """What of the bucket would keep erased blobs alive. Silent about what the key may not ask."""
    versioning = _asked(s3.get_bucket_versioning, bucket).get("Status")
    if versioning == "Enabled":
        yield (
            "The bucket keeps old versions: what is erased stays readable there. Suspend its versioning and "
            "remove the versions it holds."
        )
    lock = _asked(s3.get_object_lock_configuration, bucket).get("ObjectLockConfiguration", {})
    if lock.get("Rule"):
        yield "The bucket locks its objects: nothing is erased before its time. Use one without Object Lock."


def _asked(call: Any, bucket: str) -> dict[str, Any]:
    try:
        with s3_errors():
            answer: dict[str, Any] = call(Bucket=bucket)
    except ShareError:  # no right to ask, not configured, or unknown to what only speaks S3
        return {}
    return answer
