"""One settings file; whatever differs between places comes from the environment through env.py.

docs/settings.md describes each value; a test compares it with the names read here.
"""

from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from redis.backoff import NoBackoff
from redis.retry import Retry

from onetimeshare import env, postgres

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")

# --- the place --------------------------------------------------------------------------------
MODE = env.one_of("MODE", ("production", "development"))
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY")
PUBLIC_URL = env.text("PUBLIC_URL").rstrip("/")
_PUBLIC = urlsplit(PUBLIC_URL)
IS_HTTPS = _PUBLIC.scheme == "https"
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS") + ([_PUBLIC.hostname] if _PUBLIC.hostname else [])
if MODE == "development":
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_PUBLIC.scheme}://{_PUBLIC.netloc}"] if IS_HTTPS else []
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)

# --- what a share may be (docs/envelope.md, "Defaults and limits") ------------------------------
MAX_SHARE_BYTES = env.number("MAX_SHARE_BYTES", 5 * 1024**3, least=1024)
MAX_TEXT_BYTES = env.number("MAX_TEXT_BYTES", 1024**2, least=1024)
MIN_LIFETIME_SECONDS = env.number("MIN_LIFETIME_SECONDS", 5 * 60, least=1)
MAX_LIFETIME_SECONDS = env.number("MAX_LIFETIME_SECONDS", 30 * 86400, least=1)
DEFAULT_LIFETIME_SECONDS = env.number("DEFAULT_LIFETIME_SECONDS", 86400, least=1)
MAX_OPENS = env.number("MAX_OPENS", 100, least=1)
LEASE_SECONDS = env.number("LEASE_SECONDS", 15 * 60, least=1)
UPLOAD_SECONDS = env.number("UPLOAD_SECONDS", 86400, least=1)
TOMBSTONE_DAYS = env.number("TOMBSTONE_DAYS", 30, least=1)

# --- how often one network may ask (docs/operations.md, "Limits") -------------------------------
RATE_CREATE = env.rate("RATE_CREATE", "60/h")
RATE_CLAIM = env.rate("RATE_CLAIM", "120/m")
RATE_READ = env.rate("RATE_READ", "600/m")
RATE_PART = env.rate("RATE_PART", "1200/m")
RATE_LOGIN = env.rate("RATE_LOGIN", "10/m")

# --- Postgres: the truth -------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL")
DATABASES = {
    "default": dj_database_url.parse(DATABASE_URL or "postgres://onetimeshare@/onetimeshare")
    | {"CONN_MAX_AGE": 0, "DISABLE_SERVER_SIDE_CURSORS": True}
}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    postgres.options(
        served=env.flag("SERVED"),
        pool_size=env.number("DATABASE_POOL_SIZE", 16, least=1),
        patience_seconds=env.number("DATABASE_PATIENCE_SECONDS", 4, least=1),
    )
)
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: time and rates, never the truth --------------------------------------------------------
REDIS_URL = env.text("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "ots",
        "OPTIONS": {
            # Pickle, the default, would run code for whoever can write to Redis.
            "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
            "SOCKET_CONNECT_TIMEOUT": 0.1,
            "SOCKET_TIMEOUT": 0.1,
            # redis-py retries ten times by default: a dead server would cost seconds a call.
            "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 0)},
        },
    }
}
RATELIMIT_IP_META_KEY = "onetimeshare.addresses.client_address"

# --- bytes -----------------------------------------------------------------------------------------
SHARES_DIR = env.folder("SHARES_DIR", DATA_DIR / "shares")
STORAGE_RESERVE_BYTES = env.number("STORAGE_RESERVE_BYTES", 64 * 1024**2)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "shares": {
        "BACKEND": "shares.storage.folder.FolderStorage",
        "OPTIONS": {"location": SHARES_DIR, "reserve_bytes": STORAGE_RESERVE_BYTES},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
SEAL_KEYS_DIR = env.folder("SEAL_KEYS_DIR", DATA_DIR / "sealkeys")
SEAL_KEY = env.text("SEAL_KEY")
# The stock handlers write plaintext to temporary files; the one door that takes files brings its own.
FILE_UPLOAD_HANDLERS: list[str] = ["shares.uploads.RefusingUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_TEXT_BYTES + 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000  # a moderator ticks a hundred boxes at once
DATA_UPLOAD_MAX_NUMBER_FILES = 1000

# --- Django ------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "accounts",
    "shares",
    "onetimeshare",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "onetimeshare.middleware.Headers",
    "onetimeshare.middleware.Refusals",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # These four wake up under /admin/ only: no public page reads a cookie.
    "onetimeshare.middleware.StaffSessions",
    "onetimeshare.middleware.StaffCsrf",
    "onetimeshare.middleware.StaffAuthentication",
    "onetimeshare.middleware.StaffMessages",
]
ROOT_URLCONF = "onetimeshare.urls"
WSGI_APPLICATION = "onetimeshare.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
STATIC_URL = "static/"
# No other site reads anything of ours.
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Ready-compressed kinds and names without a hash would only be work at every first start.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "png", "jpg", "gif", "ico", "webp", "woff", "woff2", "gz", "br")
STATIC_ROOT = DATA_DIR / "static"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"

# What these three look for is done by onetimeshare.middleware, on every answer and under /admin/.
SILENCED_SYSTEM_CHECKS = ["security.W001", "security.W002", "security.W003"]

# --- safety (docs/threat-model.md) ---------------------------------------------------------------------
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
HSTS_SECONDS = env.number("HSTS_SECONDS", 31536000 if IS_HTTPS else 0)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"routes": {"()": "onetimeshare.logs.RoutesOnly"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["routes"]},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # A refusal is the product at work, not something to be woken for.
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "onetimeshare": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "shares": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
