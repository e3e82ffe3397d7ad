"""Which servers may be reached, and how."""

from urllib.parse import urlsplit

from ots.errors import LinkWrong, Newer, ServerWrong
from sealing.errors import LinkInvalid, LinkTooNew
from sealing.links import Kind, Link, parse

_NEAR = ("localhost", "127.0.0.1", "::1")


def origin_of(server: str, *, allow_http: bool = False) -> str:
    """*server* as links begin: scheme, host, port and path without a final slash. Raises ServerWrong."""
    try:
        told = urlsplit(_with_scheme(server.strip().rstrip("/")))
        port = told.port
    except ValueError:
        raise ServerWrong("The server's address cannot be read.") from None
    if (
        told.scheme not in ("http", "https")
        or not told.hostname
        or told.username
        or told.query
        or told.fragment
    ):
        raise ServerWrong("A server's address looks like https://example.org.")
    host = f"[{told.hostname}]" if ":" in told.hostname else told.hostname
    origin = f"{told.scheme}://{host}{f':{port}' if port else ''}{told.path}"
    check_line(origin, allow_http=allow_http)
    return origin


def _with_scheme(text: str) -> str:
    """https, but for this very machine, where nobody has it."""
    if "://" in text:
        return text
    return f"{'http' if urlsplit(f'//{text}').hostname in _NEAR else 'https'}://{text}"


def check_line(origin: str, *, allow_http: bool) -> None:
    """Nobody on the way may read or change what is said. Raises ServerWrong."""
    told = urlsplit(origin)
    if told.scheme == "https" or told.hostname in _NEAR or allow_http:
        return
    raise ServerWrong(
        "This server is reached by plain http: whoever is on the way could take the share first. "
        "Use https, or allow it with --insecure-http."
    )


def link_of(text: str, kind: Kind, *, allow_http: bool = False) -> Link:
    """Raises LinkWrong, Newer, ServerWrong."""
    try:
        link = parse(text)
    except LinkTooNew:
        raise Newer("This link is newer than this program: update it.") from None
    except LinkInvalid:
        raise LinkWrong("This is not a whole link. Often its end was lost when it was copied.") from None
    if link.kind != kind:
        raise LinkWrong(
            "This is the sender's own link; the one to open has /s/ in it."
            if kind == "share"
            else "This is the link to open it; the sender's own has /m/ in it."
        )
    check_line(link.origin, allow_http=allow_http)
    return link
