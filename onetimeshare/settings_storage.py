"""Settings: where sealed bytes and their key files lie."""

from onetimeshare import env
from onetimeshare.settings_place import DATA_DIR

SHARES_DIR = env.folder("SHARES_DIR", DATA_DIR / "shares")
STORAGE_RESERVE_BYTES = env.number("STORAGE_RESERVE_BYTES", 64 * 1024**2)
S3_BUCKET = env.text("S3_BUCKET")
S3_PREFIX = env.text("S3_PREFIX")
S3_REGION = env.text("S3_REGION")
S3_ENDPOINT_URL = env.text("S3_ENDPOINT_URL")
S3_PATH_STYLE = env.flag("S3_PATH_STYLE")
S3_ENCRYPTION = env.one_of("S3_ENCRYPTION", ("", "AES256", "aws:kms"))
S3_KMS_KEY = env.text("S3_KMS_KEY")
S3_PATIENCE_SECONDS = env.number("S3_PATIENCE_SECONDS", 5, least=1)
S3_DIRECT_URL = env.text("S3_DIRECT_URL")
_FOLDER = {
    "BACKEND": "shares.storage.folder.FolderStorage",
    "OPTIONS": {"location": SHARES_DIR, "reserve_bytes": STORAGE_RESERVE_BYTES},
}
_S3 = {
    "BACKEND": "shares.storage.s3.S3Storage",
    "OPTIONS": {
        "bucket": S3_BUCKET,
        "prefix": S3_PREFIX,
        "region": S3_REGION,
        "endpoint_url": S3_ENDPOINT_URL,
        "path_style": S3_PATH_STYLE,
        "encryption": S3_ENCRYPTION,
        "kms_key": S3_KMS_KEY,
        "patience_seconds": S3_PATIENCE_SECONDS,
        "direct_url": S3_DIRECT_URL,
    },
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "shares": _S3 if S3_BUCKET else _FOLDER,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
SEAL_KEYS_DIR = env.folder("SEAL_KEYS_DIR", DATA_DIR / "sealkeys")
SEAL_KEY = env.text("SEAL_KEY")
