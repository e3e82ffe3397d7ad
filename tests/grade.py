"""The header grade: what is wrong with an answer's headers, rule by rule; no answer may have any (S8)."""

import re
from collections.abc import Iterator, Mapping

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
HSTS = "Strict-Transport-Security"
WORKER = re.compile(r"/static/app/worker(\.[0-9a-f]{12})?\.js")
# What is the same for everybody may be kept: where it is found, not where it is refused.
KEPT = re.compile(
    r"/static/.*|/about/(site\.css|site\.webmanifest|logo)|/robots\.txt|/\.well-known/security\.txt"
)
FOUND = (200, 206, 304)
TELLING = ("Server", "X-Powered-By", "Content-Security-Policy-Report-Only")


def faults_in(path: str, status: int, headers: Mapping[str, str], *, hsts: bool = False) -> list[str]:
    """Of the answer to a request for *path*, ours without the site's own. headers: names in any case.

    hsts: whether the server is behind TLS, and says so.
    """
    told = {name.lower(): value for name, value in headers.items()}
    found = [f"{name}: {told.get(name.lower())}" for name in ALWAYS if told.get(name.lower()) != ALWAYS[name]]
    found += [f"{name} is there" for name in TELLING if name.lower() in told]
    found += [f"{name} is there" for name in told if name.startswith("access-control-")]
    if (told.get(HSTS.lower(), "") == "max-age=31536000; includeSubDomains") is not hsts:
        found.append(f"{HSTS}: {told.get(HSTS.lower())}")
    is_kept = KEPT.fullmatch(path) and status in FOUND
    if not is_kept and "no-store" not in _words(told.get("cache-control", "")):
        found.append(f"Cache-Control: {told.get('cache-control')}")
    return [*found, *_of_policy(path, status, told.get("content-security-policy", ""))]


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")]


def _of_policy(path: str, status: int, policy: str) -> Iterator[str]:
    parts = [part.split() for part in policy.split(";") if part.strip()]
    told: dict[str, set[str]] = {name: set(values) for name, *values in parts}
    if len(told) != len(parts):
        yield "a directive stands twice"
    is_found = status in FOUND
    is_worker, is_logo = is_found and WORKER.fullmatch(path), path == "/about/logo" and "sandbox" in told
    wanted = {"default-src": {"'none'"}, "base-uri": {"'none'"}, "frame-ancestors": {"'none'"}}
    wanted["form-action"] = {"'none'"} if is_worker or is_logo else {"'self'"}
    if not path.startswith("/admin/"):
        wanted["require-trusted-types-for"] = {"'script'"}
    allowed = {"script-src": {"'self'", "'wasm-unsafe-eval'"}} if is_worker else {}
    if is_logo:  # a drawing carries its colours itself; opened as a document it is in a sandbox
        allowed, wanted["sandbox"] = {"style-src": {"'unsafe-inline'"}}, set()
    for name, values in wanted.items():
        if told.get(name) != values:
            yield f"{name}: {told.get(name)}"
    for name, values in told.items():
        if name.endswith("-src") and name != "default-src" and not values <= allowed.get(name, {"'self'"}):
            yield f"{name}: {values}"
