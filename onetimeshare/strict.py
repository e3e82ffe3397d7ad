"""The strict headers: what `middleware.Headers` puts on our answers, and gunicorn on its own."""

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # no-referrer would make browsers send "Origin: null", which Django's CSRF check refuses;
    # no secret is ever in a path, and a referrer never carries the fragment.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}
STAFF_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# The admin's jQuery breaks under Trusted Types; everything else lives with them.
PUBLIC_CSP = STAFF_CSP + "; require-trusted-types-for 'script'; trusted-types onetimeshare"
# The worker alone may compile WebAssembly, for Argon2id. It has no page to put anything on.
WORKER_CSP = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


def bare_refusal(status: int, reason: str) -> bytes:
    """A whole answer for what is not valid HTTP and never reaches the application."""
    body = f"{reason}\n".encode()
    headers = {
        "Connection": "close",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "Content-Security-Policy": PUBLIC_CSP,
        **ALWAYS,
    }
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body
