"""What comes over the line: forms and their fields at the server, its answers at `ots`."""

import io
from contextlib import contextmanager, suppress
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from unittest import mock

from django.core.exceptions import SuspiciousOperation
from django.test import RequestFactory, override_settings

from onetimeshare.addresses import client_address, client_network
from onetimeshare.handler import Request
from ots import answers
from ots.api import _read, _refused
from ots.errors import OtsError, ServerStrange
from sealing.encoding import encode
from shares.errors import ShareError
from shares.forms import OpenForm, ReportForm, SendForm
from shares.terms import of_site
from shares.uploads import taken_form
from shares.values import NOBODY

PAGE = encode(bytes(10))


class _Sealing:
    """Where the bytes of files go; here is no storage, and no row."""

    plain_bytes = 0

    def write(self, data: bytes) -> None:
        self.plain_bytes += len(data)


@contextmanager
def _sealing(sender: object) -> Any:
    yield _Sealing()


def multipart(data: bytes) -> None:
    """The form that leaves something; up to the first line end stands its content type."""
    kind, _, body = data.partition(b"\n")
    content_type = kind[1:] if kind.startswith(b"!") else b"multipart/form-data; boundary=" + kind
    said = {"CONTENT_TYPE": content_type.decode("latin-1"), "CONTENT_LENGTH": str(len(body))}
    asked = RequestFactory()._base_environ(REQUEST_METHOD="POST", **said)
    request = Request(asked | {"wsgi.input": io.BytesIO(body)})
    if not request.is_readable:
        return
    sealing = mock.patch("shares.uploads.sealing", _sealing)
    with suppress(ShareError), sealing, taken_form(request, NOBODY) as form:
        told = sum(entry.size for entry in form.entries)
        assert told <= len(body), "more came in than was sent"
        for entry in form.entries:
            assert entry.name.encode(errors="surrogateescape")
        _read_fields(form.fields)


def _read_fields(fields: Any) -> None:
    with suppress(ShareError):
        SendForm.of(fields, of_site())
    for kind in ("share", "manage"):
        with suppress(ShareError):
            OpenForm.of(fields, kind)
    with suppress(ShareError):
        ReportForm.of(fields, PAGE)


def headers(data: bytes) -> None:
    """Addresses behind proxies, and what `?expires=` and `?opens=` say."""
    text = data.decode("latin-1")
    for hops in (0, 1, 2):
        request = SimpleNamespace(META={"HTTP_X_FORWARDED_FOR": text, "REMOTE_ADDR": text.strip()})
        with override_settings(TRUSTED_PROXY_COUNT=hops):
            assert client_network(request).partition("/")[2] in ("24", "64")  # type: ignore[arg-type]
            assert len(client_address(request)) <= 45  # type: ignore[arg-type]
    expires, _, opens = text.partition(",")
    with suppress(ShareError, SuspiciousOperation):
        fields = RequestFactory().generic("PUT", "/", QUERY_STRING=text).GET
        _read_fields(fields)
        _read_fields(fields | {"expires": expires, "opens": opens})


class _Answer:
    """What httpx2 would hand over: a status, headers, and bytes as they come."""

    headers: dict[str, str] = {}

    def __init__(self, body: bytes) -> None:
        self.status_code, self._body = 400, body

    def iter_raw(self) -> Any:
        yield self._body


def answer(data: bytes) -> None:
    """What a server says to `ots`; it may be any server."""
    assert isinstance(_refused(_Answer(data)), OtsError)  # type: ignore[arg-type]
    try:
        said = _read(_Answer(data))  # type: ignore[arg-type]
    except ServerStrange:
        return
    for read in (answers.deposited, answers.received, answers.status, answers.receipt, answers.lease):
        with suppress(ServerStrange):
            read(said)
    if isinstance(said, dict):
        assert isinstance(answers.time_in(said, "ended_at"), datetime | None)


TARGETS = {"multipart": multipart, "headers": headers, "answer": answer}
