"""All settings; whatever differs between places comes from the environment through env.py.

Three subjects have files of their own beside this one. docs/settings.md describes each value; a test compares
it with the names that are read.
"""

import dj_database_url
from redis.backoff import NoBackoff
from redis.retry import Retry

from onetimeshare import branding, env, logs, postgres
from onetimeshare.settings_people import *
from onetimeshare.settings_place import *
from onetimeshare.settings_storage import *

# --- what the site calls its own (docs/settings.md, "The site's own face") -------------------------
SITE_NAME = env.text("SITE_NAME", "OneTimeShare")
LOGO = branding.logo(env.text("LOGO"))
ACCENT_STYLE = branding.accent(env.text("ACCENT"))
NOTICE = env.text("NOTICE")
FOOTER_LINKS = branding.footer_links(env.text("FOOTER_LINKS"))
SOURCE_URL = branding.source(env.text("SOURCE_URL"))
SECURITY_CONTACT = branding.security_contact(env.text("SECURITY_CONTACT"))

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

# --- who may leave something, and how much of it (docs/accounts.md) --------------------------------
ANONYMOUS_SENDING = env.networks_or_switch("ANONYMOUS_SENDING", True)
ANONYMOUS_SHARE_BYTES = env.number("ANONYMOUS_SHARE_BYTES", MAX_SHARE_BYTES, least=1024)
ANONYMOUS_LIFETIME_SECONDS = env.number("ANONYMOUS_LIFETIME_SECONDS", MAX_LIFETIME_SECONDS, least=1)
ANONYMOUS_OPENS = env.number("ANONYMOUS_OPENS", MAX_OPENS, least=1)
ANONYMOUS_SHARES_A_DAY = env.number("ANONYMOUS_SHARES_A_DAY", 0)
ANONYMOUS_STORED_BYTES = env.number("ANONYMOUS_STORED_BYTES", 0)
MEMBER_SHARE_BYTES = env.number("MEMBER_SHARE_BYTES", MAX_SHARE_BYTES, least=1024)
MEMBER_LIFETIME_SECONDS = env.number("MEMBER_LIFETIME_SECONDS", MAX_LIFETIME_SECONDS, least=1)
MEMBER_OPENS = env.number("MEMBER_OPENS", MAX_OPENS, least=1)
MEMBER_SHARES_A_DAY = env.number("MEMBER_SHARES_A_DAY", 0)
MEMBER_STORED_BYTES = env.number("MEMBER_STORED_BYTES", 0)

# --- how often one network may ask (docs/operations.md, "Limits") -------------------------------
RATE_CREATE = env.rate("RATE_CREATE", "60/h")
RATE_MEMBER = env.rate("RATE_MEMBER", "600/h")
RATE_CLAIM = env.rate("RATE_CLAIM", "120/m")
RATE_READ = env.rate("RATE_READ", "600/m")
RATE_PART = env.rate("RATE_PART", "1200/m")
RATE_WEBHOOK = env.rate("RATE_WEBHOOK", "10/h")
RATE_REPORT = env.rate("RATE_REPORT", "10/h")
RATE_LOGIN = env.rate("RATE_LOGIN", "20/m")

# --- webhooks (docs/notices.md) --------------------------------------------------------------------
WEBHOOK_ALLOWED_NETWORKS = env.networks("WEBHOOK_ALLOWED_NETWORKS")

# --- metrics (docs/operations.md, "Metrics"): nobody may read them unless one of these is set -----------
METRICS_TOKEN = env.text("METRICS_TOKEN")
METRICS_NETWORKS = env.networks("METRICS_NETWORKS")

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
        prepared=env.flag("DATABASE_PREPARED", True),
    )
)
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: time and rates, never the truth --------------------------------------------------------
REDIS_URL = env.text("REDIS_URL", "redis://localhost:6379/0")
_REDIS = {
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
CACHES = {
    # What others ask without knowing that Redis may be away; ours ask "redis", through shares/redis_line.py.
    "default": {"BACKEND": "onetimeshare.cache.NearestCache", "LOCATION": "without-redis"},
    "redis": _REDIS | {"BACKEND": "django_redis.cache.RedisCache"},
    "counters": _REDIS | {"BACKEND": "onetimeshare.cache.CountingCache"},
}
RATELIMIT_USE_CACHE = "counters"
RATELIMIT_IP_META_KEY = "onetimeshare.addresses.client_address"

# --- requests ----------------------------------------------------------------------------------------
# The stock handlers write plaintext to temporary files; the one door that takes files brings its own.
FILE_UPLOAD_HANDLERS: list[str] = ["shares.uploads.RefusingUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_TEXT_BYTES + 64 * 1024
# A quarter of them may carry plaintext (shares/plaindoors.py); gunicorn reads the same name.
WEB_THREADS = env.number("WEB_THREADS", 32, least=1)
SLOW_WINDOW_SECONDS = 30  # how long a plain body may come slowly
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000  # a moderator ticks a hundred boxes at once
DATA_UPLOAD_MAX_NUMBER_FILES = 1000

# --- Django ------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    # Before "accounts", which takes their tables out of the admin again.
    "accounts.apps.SignInConfig",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "accounts",
    "shares",
    "onetimeshare",
    "onetimeshare.apps.StaffConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "onetimeshare.middleware.Headers",
    "onetimeshare.language.Language",
    "onetimeshare.middleware.Refusals",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # These wake up under /admin/ and /accounts/ only: no public page reads a cookie.
    "onetimeshare.cookies.Sessions",
    "onetimeshare.cookies.Csrf",
    "onetimeshare.cookies.Authentication",
    "onetimeshare.cookies.Messages",
    "onetimeshare.cookies.People",
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
                "onetimeshare.site.site",
            ],
        },
    }
]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no further cookie

# --- what every page loads, and in which language ------------------------------------------------------
STATIC_URL = f"{PUBLIC_PATH}/static/"
WHITENOISE_STATIC_PREFIX = "/static/"
# What `node frontend/build.mjs` makes: page scripts, the worker, the style.
# And what `python -m onetimeshare.languages build` makes: what scripts say in other languages.
STATICFILES_DIRS = [BASE_DIR / "frontend" / "dist", BASE_DIR / "locale" / "dist"]
# No other site reads anything of ours.
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Ready-compressed kinds and names without a hash would only be work at every first start.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("map", "png", "jpg", "gif", "ico", "webp", "woff", "woff2", "gz", "br")
STATIC_ROOT = env.folder("STATIC_DIR", DATA_DIR / "static")
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
# Each under its own name; docs/translating.md says how to add one.
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("pt-br", "Português (Brasil)"),
    ("ar", "العربية"),
    ("ja", "日本語"),
    ("zh-hans", "简体中文"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]

# What these three look for is done by onetimeshare.middleware, on every answer and under /admin/.
SILENCED_SYSTEM_CHECKS = ["security.W001", "security.W002", "security.W003"]

# --- safety (docs/threat-model.md) ---------------------------------------------------------------------
# What stands beside us on one host gets no cookie of ours; __Host- would send them there.
_PREFIX = ("__Secure-" if PUBLIC_PATH else "__Host-") if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{_PREFIX}session"
CSRF_COOKIE_NAME = f"{_PREFIX}csrf"
SIGNED_IN_COOKIE_NAME = f"{_PREFIX}signed-in"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{PUBLIC_PATH}/"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
HSTS_SECONDS = env.number("HSTS_SECONDS", 31536000 if IS_HTTPS else 0)

LOGGING = logs.CONFIG
