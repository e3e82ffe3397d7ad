"""From refusals and bytes to HTTP: the one table of status numbers, and streamed answers."""

import logging
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from onetimeshare import metrics
from shares import errors, wording
from shares.lines import broken_off

log = logging.getLogger("shares")
API_PATH = "/api/"

STATUS: dict[type[errors.ShareError], int] = {
    errors.ShareUnknown: 404,
    errors.PageUnknown: 404,
    errors.TokenMissing: 401,
    errors.TokenInvalid: 401,
    errors.ShareGone: 410,
    errors.LeaseOver: 410,
    errors.ShareLocked: 423,
    errors.WrongPassword: 403,
    errors.PasswordMissing: 422,
    errors.CrossSite: 403,
    errors.NotAllowed: 403,
    errors.SignInNeeded: 403,
    errors.ScopeMissing: 403,
    errors.NoRoom: 403,
    errors.Banned: 403,
    errors.MethodWrong: 405,
    errors.NotReady: 409,
    errors.NotLocked: 409,
    errors.NoUnlocksLeft: 409,
    errors.IdTaken: 409,
    errors.NoOwner: 409,
    errors.NotDirect: 409,
    errors.PartBusy: 409,
    errors.PartConflict: 409,
    errors.Incomplete: 409,
    errors.Malformed: 400,
    errors.BadPart: 400,
    errors.InvalidInput: 422,
    errors.LinkInvalid: 422,
    errors.RangeOutside: 416,
    errors.LengthMissing: 411,
    errors.TooLarge: 413,
    errors.TooSlow: 408,
    errors.TooMany: 429,
    errors.DayUsedUp: 429,
    errors.Broken: 500,
    errors.Busy: 503,
    errors.DatabaseAway: 503,
    errors.StoreAway: 503,
    errors.BlobMissing: 503,
    errors.StoreFull: 507,
}


def refuse(request: HttpRequest, error: errors.ShareError) -> HttpResponse:
    """JSON for the API, a page for browsers, one line of text for everyone else."""
    metrics.refused(error.code)
    status = STATUS.get(type(error), 400)
    if request.path_info.startswith(API_PATH):
        said = {"code": error.code, "message": str(error), **error.details()}
        response: HttpResponse = JsonResponse(said, status=status)
    elif wants_html(request):
        found = request.resolver_match
        door = found.url_name if found else None
        context = {"said": wording.refusal(error), "door": door}
        if found and door == "receive" and isinstance(error, errors.ShareGone):
            context["share_id"] = found.kwargs["share_id"]  # who opened it may have something to report
        response = render(request, "shares/refusal.html", context, status=status)
    else:
        response = text(wording.refusal_line(error), status=status)
    for name, value in _headers(error).items():
        response[name] = value
    return response


def _headers(error: errors.ShareError) -> dict[str, str]:
    """What HTTP wants beside the body."""
    if isinstance(error, errors.RetryLater):
        return {"Retry-After": str(error.seconds)}
    if isinstance(error, errors.TokenMissing | errors.TokenInvalid):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, errors.RangeOutside):
        return {"Content-Range": f"bytes */{error.size_bytes}"}
    return {}


def wants_html(request: HttpRequest) -> bool:
    return "text/html" in request.headers.get("Accept", "")


def text(line: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{line}\n", content_type="text/plain; charset=utf-8", status=status)


def streamed(
    blocks: Iterable[bytes],
    length: int,
    *,
    status: int = 200,
    name: str = "",
    content_type: str = "application/octet-stream",
    at_the_end: Callable[[bool], None] | None = None,
) -> StreamingHttpResponse:
    """Bytes of a known number, never rendered: always an attachment when they have a name.

    *at_the_end* is told whether all of it went out; it also runs where the answer never began.
    """
    response = StreamingHttpResponse(
        _Answer(iter(blocks), at_the_end), status=status, content_type=content_type
    )
    response["Content-Length"] = str(length)
    if name and (disposition := content_disposition_header(True, name)):
        response["Content-Disposition"] = disposition
    return response


class _Answer:
    """An answer's blocks. No generator: closing one that never began would run none of its end."""

    def __init__(self, blocks: Iterator[bytes], at_the_end: Callable[[bool], None] | None) -> None:
        self._blocks, self._at_the_end = blocks, at_the_end

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._blocks)
        except StopIteration:
            self._end(whole=True)
            raise
        except errors.ShareError as error:
            # Half an answer must never look whole: the connection breaks off.
            log.warning("an answer was broken off: %s", error.code)
            raise broken_off() from None

    def close(self) -> None:
        if isinstance(self._blocks, Generator):
            self._blocks.close()
        self._end(whole=False)

    def _end(self, *, whole: bool) -> None:
        at_the_end, self._at_the_end = self._at_the_end, None
        if at_the_end:
            # With Postgres away the lease runs out by itself, and the sweep burns the share.
            with suppress(DatabaseError):
                at_the_end(whole)
