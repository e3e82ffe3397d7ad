"""Fifty ways to tell a server that it has another name, as WSGI passes them on."""

EVIL = "evil.example"
#: allowed by ALLOWED_HOSTS, and still not the origin that PUBLIC_URL names
SECOND = "second.example"

_HOSTS = [
    EVIL,
    f"{EVIL}:80",
    f"testserver.{EVIL}",
    f"testserver@{EVIL}",
    f"testserver:80@{EVIL}",
    f"{EVIL}#testserver",
    f"{EVIL}/testserver",
    f"testserver, {EVIL}",
    f"testserver {EVIL}",
    f"testserver:{EVIL}",
    f"testserver\t{EVIL}",
    f".{EVIL}",
    f"http://{EVIL}",
    "testserver:1337",
    "testserver.",
    "127.0.0.1:1337",
    "[::1]:1337",
    SECOND,
    f"{SECOND}:1337",
    f"{SECOND.upper()}.",
    "",
]
_FORWARDED_HOSTS = [
    EVIL,
    f"{EVIL}:1337",
    f"testserver, {EVIL}",
    f"{EVIL}, testserver",
    SECOND,
    f"http://{EVIL}/",
]
_FORWARDED = [
    f"host={EVIL}",
    f'for=192.0.2.1;host="{EVIL}:1337";proto=https',
    f"for=192.0.2.1, host={EVIL}",
    f"proto=javascript;host={SECOND}",
]
_OTHERS = {
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_PROTOCOL": "ssl",
    "HTTP_X_FORWARDED_SCHEME": "javascript",
    "HTTP_X_FORWARDED_SSL": "on",
    "HTTP_X_FORWARDED_PORT": "1337",
    "HTTP_X_FORWARDED_PREFIX": f"//{EVIL}",
    "HTTP_X_FORWARDED_SERVER": EVIL,
    "HTTP_X_FORWARDED_FOR": EVIL,
    "HTTP_X_HOST": EVIL,
    "HTTP_X_ORIGINAL_HOST": EVIL,
    "HTTP_X_ORIGINAL_URL": f"//{EVIL}/",
    "HTTP_X_REWRITE_URL": f"//{EVIL}/",
    "HTTP_X_HTTP_HOST_OVERRIDE": EVIL,
    "HTTP_X_URL_SCHEME": "javascript",
    "HTTP_FRONT_END_HTTPS": "on",
    "HTTP_SCRIPT_NAME": f"//{EVIL}",
    "HTTP_REFERER": f"https://{EVIL}/",
    "HTTP_ORIGIN": f"https://{EVIL}",
    "SERVER_NAME": EVIL,
    "wsgi.url_scheme": "https",
}
POISONS = [
    *(("HTTP_HOST", value) for value in _HOSTS),
    *(("HTTP_X_FORWARDED_HOST", value) for value in _FORWARDED_HOSTS),
    *(("HTTP_FORWARDED", value) for value in _FORWARDED),
    *_OTHERS.items(),
]
