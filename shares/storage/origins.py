"""Where clients reach a bucket themselves: what signed addresses begin with, and the worker's policy names.

Apart from what speaks with S3, so that whoever reads the settings needs no boto3.
"""

import ipaddress
import re
from urllib.parse import urlsplit

from django.conf import settings

_HOST = re.compile(r"[a-z0-9.-]+")
# A bucket that can be a host's first label under any certificate.
_LABEL = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")


def store_origin() -> str:
    """The one other host that a page's worker speaks with; "" where clients are not sent to the bucket."""
    if not settings.S3_BUCKET:
        return ""
    return direct_origin(settings.S3_DIRECT_URL, settings.S3_BUCKET, path_style=settings.S3_PATH_STYLE)


def has_own_host(direct_url: str, bucket: str, *, path_style: bool) -> bool:
    """Whether the bucket is in the host's name: then the policy names no bucket but ours."""
    host = urlsplit(direct_url).hostname or ""
    return not path_style and not _is_number(host) and bool(_LABEL.fullmatch(bucket))


def direct_origin(direct_url: str, bucket: str, *, path_style: bool) -> str:
    """Scheme, host and port; "" where *direct_url* is no address."""
    try:
        told = urlsplit(direct_url)
        port = f":{told.port}" if told.port else ""
    except ValueError:
        return ""
    host = told.hostname or ""
    is_bare = not (told.username or told.path.strip("/") or told.query or told.fragment)
    if told.scheme not in ("http", "https") or not is_bare or not (_HOST.fullmatch(host) or _is_number(host)):
        return ""
    if has_own_host(direct_url, bucket, path_style=path_style):
        host = f"{bucket}.{host}"
    return f"{told.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def _is_number(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False
