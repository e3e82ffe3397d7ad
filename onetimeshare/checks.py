"""Refuse to start with what would make the promises hollow; `manage.py check` prints the same lines."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from shares.storage.origins import direct_origin

LEAST_SECRET_CHARACTERS = 50
# Random hex digits of that length miss one of the sixteen in every fourth key; half of them, never.
LEAST_SECRET_VARIETY = 8
LEAST_TOKEN_CHARACTERS = 32
SEAL_KEY_HEX_DIGITS = 64
# A share is a little longer when it is sealed: 16 bytes for each 64 KiB, and names.
MOST_S3_BYTES = 9_990 * 8 * 1024**2
_DEFAULTS = ("django-insecure", "change", "secret", "example")


@register(Tags.security)
def safe_to_start(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    always = [*_always(), *_terms(), *_people(), *_bucket(), *_metrics()]
    return [*always, *(_in_production() if settings.MODE == "production" else ())]


def _always() -> Iterator[CheckMessage]:
    if settings.SEAL_KEY:
        if len(settings.SEAL_KEY) != SEAL_KEY_HEX_DIGITS or not _is_hex(settings.SEAL_KEY):
            yield Error("SEAL_KEY must be 64 hex digits.", id="onetimeshare.E007")
        yield Warning(
            "SEAL_KEY is one key for ever: erased shares stay openable from dumps and WAL, with their link.",
            hint="Use a folder that all hosts share (SEAL_KEYS_DIR).",
            id="onetimeshare.W001",
        )
    elif not _can_write(settings.SEAL_KEYS_DIR):
        yield Error("SEAL_KEYS_DIR cannot be read and written.", id="onetimeshare.E006")


def _metrics() -> Iterator[CheckMessage]:
    if settings.METRICS_TOKEN and len(settings.METRICS_TOKEN) < LEAST_TOKEN_CHARACTERS:
        yield Error(
            "METRICS_TOKEN is short enough to be guessed.",
            hint=f"At least {LEAST_TOKEN_CHARACTERS} random characters.",
            id="onetimeshare.E017",
        )


def _terms() -> Iterator[CheckMessage]:
    least, most = settings.MIN_LIFETIME_SECONDS, settings.MAX_LIFETIME_SECONDS
    if not least <= settings.DEFAULT_LIFETIME_SECONDS <= most:
        yield Error(
            "DEFAULT_LIFETIME_SECONDS must lie between MIN_LIFETIME_SECONDS and MAX_LIFETIME_SECONDS.",
            id="onetimeshare.E009",
        )


def _people() -> Iterator[CheckMessage]:
    if settings.SIGN_UP == "open" and not settings.HAS_MAIL:
        yield Error(
            "SIGN_UP is open without EMAIL_URL: anybody could take anybody's address.",
            hint="Set EMAIL_URL, or let people in by invitation.",
            id="onetimeshare.E010",
        )
    if settings.EMAIL_URL and settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        yield Error("MAIL_FROM is not set: EMAIL_URL needs it.", id="onetimeshare.E011")
    if bool(settings.OIDC_ISSUER) != bool(settings.OIDC_CLIENT_ID):
        yield Error("OIDC_ISSUER and OIDC_CLIENT_ID belong together.", id="onetimeshare.E012")
    if settings.OIDC_ISSUER.startswith("http://") and settings.MODE == "production":
        yield Error("OIDC_ISSUER must be https: who signs in comes from there.", id="onetimeshare.E013")


def _bucket() -> Iterator[CheckMessage]:
    if not settings.S3_BUCKET:
        return
    # Looked for, not imported: it costs memory, and only who stores something needs it.
    if find_spec("boto3") is None:
        yield Error(
            "S3_BUCKET is set and boto3 is not installed.",
            hint="pip install --require-hashes --only-binary :all: -r requirements/s3.txt",
            id="onetimeshare.E014",
        )
    if settings.MAX_SHARE_BYTES > MOST_S3_BYTES:
        yield Error(
            "MAX_SHARE_BYTES is more than S3 takes in 10 000 parts of 8 MiB.",
            hint=f"At most {MOST_S3_BYTES}.",
            id="onetimeshare.E015",
        )
    if settings.S3_KMS_KEY and settings.S3_ENCRYPTION != "aws:kms":
        yield Error("S3_KMS_KEY needs S3_ENCRYPTION=aws:kms.", id="onetimeshare.E016")
    yield from _direct()


def _direct() -> Iterator[CheckMessage]:
    if not settings.S3_DIRECT_URL:
        return
    origin = direct_origin(settings.S3_DIRECT_URL, settings.S3_BUCKET, path_style=settings.S3_PATH_STYLE)
    if not origin:
        yield Error(
            "S3_DIRECT_URL is no address of an S3.", hint="https://s3.example.org", id="onetimeshare.E018"
        )
    elif settings.IS_HTTPS and origin.startswith("http://"):
        yield Error(
            "S3_DIRECT_URL must be https, as PUBLIC_URL is: browsers send nothing else from there.",
            id="onetimeshare.E019",
        )


def _in_production() -> Iterator[CheckMessage]:
    key = settings.SECRET_KEY  # Django itself refuses an empty one, by name
    if is_weak(key):
        yield Error(
            "SECRET_KEY is weak or a default.", hint="Any 50 random characters.", id="onetimeshare.E002"
        )
    if not settings.PUBLIC_URL.startswith(("http://", "https://")):
        yield Error(
            "PUBLIC_URL is not set: links need it.", hint="https://share.example.org", id="onetimeshare.E003"
        )
    elif not settings.IS_HTTPS:
        yield Warning("PUBLIC_URL is not https: browsers seal only over https.", id="onetimeshare.W002")
    if settings.DEBUG:
        yield Error("DEBUG shows insides to strangers.", id="onetimeshare.E004")
    if any(host in ("*", "") or host.startswith(".") for host in settings.ALLOWED_HOSTS):
        yield Error("ALLOWED_HOSTS must name hosts, not patterns.", id="onetimeshare.E005")
    if not os.environ.get("DATABASE_URL") and not os.environ.get("DATABASE_URL_FILE"):
        yield Error("DATABASE_URL is not set.", id="onetimeshare.E008")


def is_weak(key: str) -> bool:
    is_short = len(key) < LEAST_SECRET_CHARACTERS or len(set(key)) < LEAST_SECRET_VARIETY
    is_repeated = key in (key + key)[1:-1]
    return is_short or is_repeated or key.lower().startswith(_DEFAULTS)


def _can_write(folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.R_OK | os.W_OK | os.X_OK)


def _is_hex(text: str) -> bool:
    return all(digit in "0123456789abcdefABCDEF" for digit in text)
