"""The floors: what the same gunicorn does when the product's own work is taken away."""

import os
import secrets
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

READ_BYTES = 1024**2
CHUNK_BYTES, TAG_BYTES = 64 * 1024, 16
NONCE = bytes(12)  # of every chunk: nothing here is secret

StartResponse = Callable[[str, list[tuple[str, str]]], object]


def writes_bytes(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """A bare WSGI app: the body goes into a file as it comes, with one fsync at its end."""
    path = Path(os.environ["FLOOR_FOLDER"]) / secrets.token_hex(16)
    left = int(environ.get("CONTENT_LENGTH") or 0)
    if left:
        source = environ["wsgi.input"]
        with path.open("xb", buffering=0) as file:
            while left:
                left -= file.write(source.read(min(left, READ_BYTES)))
            os.fsync(file.fileno())
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3")])
    return [b"ok\n"]


def opens_bytes(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """A bare WSGI app: a file of sealed chunks is read, each is opened by the cipher, and goes out."""
    path = Path(os.environ["FLOOR_FILE"])
    size = path.stat().st_size
    plain = size - TAG_BYTES * -(-size // (CHUNK_BYTES + TAG_BYTES))
    start_response("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(plain))])
    cipher = ChaCha20Poly1305(bytes(32))
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK_BYTES + TAG_BYTES):
            yield cipher.decrypt(NONCE, chunk, None)


def empty_django() -> Callable[..., Iterable[bytes]]:
    """Django with one view that returns a constant: no middleware, no database, no template."""
    import django
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpRequest, HttpResponse
    from django.urls import re_path

    settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF="bench.floor", SECRET_KEY="empty", MIDDLEWARE=[])
    django.setup()

    def constant(request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok\n", content_type="text/plain")

    sys.modules["bench.floor"].urlpatterns = [re_path("", constant)]  # type: ignore[attr-defined]
    return get_wsgi_application()


def file_response() -> Callable[..., Iterable[bytes]]:
    """Django with one view that gives a file, as Django itself does it."""
    import django
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import FileResponse, HttpRequest
    from django.urls import re_path

    settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF="bench.floor", SECRET_KEY="empty", MIDDLEWARE=[])
    django.setup()

    def file(request: HttpRequest) -> FileResponse:
        return FileResponse(Path(os.environ["FLOOR_FILE"]).open("rb"))

    sys.modules["bench.floor"].urlpatterns = [re_path("", file)]  # type: ignore[attr-defined]
    return get_wsgi_application()
