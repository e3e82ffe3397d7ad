"""Settings: where the site is, by which name people reach it, and what it signs with."""

from pathlib import Path
from urllib.parse import urlsplit

from onetimeshare import env, secretkey

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")

MODE = env.one_of("MODE", ("production", "development"))
DEBUG = env.flag("DEBUG")
SECRET_KEY, *_older = secretkey.keys_in(env.text("SECRET_KEY"))
SECRET_KEY_FALLBACKS = [*_older, *env.names("SECRET_KEY_FALLBACKS")]
PUBLIC_URL = env.text("PUBLIC_URL").rstrip("/")
_PUBLIC = urlsplit(PUBLIC_URL)
IS_HTTPS = _PUBLIC.scheme == "https"
# Below a path of another site ("/secrets"), else empty; onetimeshare/handler.py takes it off.
PUBLIC_PATH = _PUBLIC.path
FORCE_SCRIPT_NAME = PUBLIC_PATH or None
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS") + ([_PUBLIC.hostname] if _PUBLIC.hostname else [])
if MODE == "development":
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"{_PUBLIC.scheme}://{_PUBLIC.netloc}"] if IS_HTTPS else []
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)
