"""The exchange (docs/envelope.md, "The exchange"): JSON, bearer tokens, no cookies."""

import base64
import binascii
import re
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from ninja import NinjaAPI, Status
from ninja.decorators import decorate_view
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from onetimeshare.addresses import client_network
from sealing.encoding import unb64
from sealing.errors import EncodingInvalid
from shares import limits, responses
from shares.apidocs import PlainDocs
from shares.errors import BadPart, InvalidInput, Malformed, ShareError, TokenMissing
from shares.querysets import release_connection
from shares.schemas import (
    ClaimIn,
    DepositIn,
    DepositOut,
    LeaseOut,
    PartsOut,
    ReceiptOut,
    Refusal,
    StatusOut,
)
from shares.services import burn, claim, deposit, fetch, status, upload
from shares.uploads import Body
from shares.values import PART_BYTES, State

_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def refusals(*codes: int) -> dict[int, type[Refusal]]:
    """What a call may answer besides its success; limits and a missing Postgres go for all of them."""
    return dict.fromkeys((*codes, 429, 503), Refusal)


class Bearer(HttpBearer):
    """A token is 32 bytes; any other text is simply a wrong token."""

    def authenticate(self, request: HttpRequest, token: str) -> bytes:
        try:
            return unb64(token.strip(), 32)
        except EncodingInvalid:
            return b"?"


api = NinjaAPI(
    title="OneTimeShare",
    version="1",
    description="Leave a sealed envelope; one recipient claims it once. docs/envelope.md has the law.",
    urls_namespace="api",
    docs=PlainDocs(),
)


@api.post("/shares", response={201: DepositOut, **refusals(400, 409, 411, 413, 422, 507)}, tags=["sender"])
@decorate_view(limits.limited("create"), limits.json_body)
def create_share(request: HttpRequest, body: DepositIn) -> Status[DepositOut]:
    """Leave an envelope. With `blob` it is ready at once, else its parts follow."""
    made = deposit.deposit(body.as_deposit(), network=client_network(request))
    parts = {"part_size": made.part_bytes, "parts": made.parts} if made.state is State.UPLOADING else {}
    return Status(201, DepositOut(state=made.state, expires_at=made.expires_at, **parts))


@api.put(
    "/shares/{share_id:share_id}/parts/{int:n}",
    auth=Bearer(),
    response={204: None, **refusals(400, 401, 404, 409, 411, 413, 507)},
    tags=["sender"],
)
@decorate_view(limits.limited("part"))
def put_part(request: HttpRequest, share_id: str, n: int) -> HttpResponse:
    """Send part n: `Content-Length` and `Repr-Digest: sha-256=:…:` are required."""
    size = limits.refuse_large_body(request, PART_BYTES)
    found = _DIGEST.fullmatch(request.headers.get("Repr-Digest", ""))
    if not found:
        raise BadPart("A part needs the header Repr-Digest: sha-256=:…:")
    try:
        digest = base64.b64decode(found[1], validate=True)
    except binascii.Error as error:
        raise BadPart("The Repr-Digest is not base64.") from error
    upload.put_part(share_id, _token(request), n, size, digest, Body(request))
    return HttpResponse(status=204)


@api.get(
    "/shares/{share_id:share_id}/parts",
    auth=Bearer(),
    response={200: PartsOut, **refusals(401, 404)},
    tags=["sender"],
)
@decorate_view(limits.limited("read"))
def list_parts(request: HttpRequest, share_id: str) -> PartsOut:
    """Which parts are here: where to go on after a break."""
    share, received = upload.received(share_id, _token(request))
    dropped_at = share.touched_at + timedelta(seconds=settings.UPLOAD_SECONDS)
    return PartsOut(part_size=share.part_size, received=received, expires_at=dropped_at)


@api.post(
    "/shares/{share_id:share_id}/complete",
    auth=Bearer(),
    response={200: DepositOut, **refusals(401, 404, 409, 410)},
    tags=["sender"],
)
@decorate_view(limits.limited("read"))
def complete_share(request: HttpRequest, share_id: str) -> DepositOut:
    """All parts are sent: the share becomes ready. Repeatable."""
    share = upload.complete(share_id, _token(request))
    return DepositOut(state=State(share.state), expires_at=share.expires_at)


@api.get(
    "/shares/{share_id:share_id}",
    auth=Bearer(),
    response={200: StatusOut, **refusals(401, 404)},
    tags=["recipient"],
)
@decorate_view(limits.limited("read"))
def get_status(request: HttpRequest, share_id: str) -> StatusOut:
    """What the link's holder may know. Changes nothing."""
    return StatusOut.of(status.status(share_id, _token(request)))


@api.post(
    "/shares/{share_id:share_id}/claim",
    auth=Bearer(),
    response={200: LeaseOut, **refusals(400, 401, 403, 404, 409, 410, 411, 413, 422, 423)},
    tags=["recipient"],
)
@decorate_view(limits.limited("claim"), limits.json_body)
def claim_share(request: HttpRequest, share_id: str, body: ClaimIn) -> LeaseOut:
    """Take the share. Repeat with the same `lease_verifier` for the same answer."""
    asked = body.for_share(share_id, _token(request), client_network(request))
    return LeaseOut.of(claim.claim(asked))


@api.get(
    "/shares/{share_id:share_id}/blob",
    auth=Bearer(),
    response={200: bytes, 206: bytes, **refusals(401, 404, 410, 416)},
    tags=["recipient"],
)
@decorate_view(limits.limited("part"))
def get_blob(request: HttpRequest, share_id: str) -> HttpResponseBase:
    """The sealed bytes, under the lease; `Range` is honoured."""
    found = fetch.fetch(share_id, _token(request))
    wanted = _range(request.headers.get("Range", ""), found.size_bytes)
    if wanted is None:
        refusal = responses.refuse(request, InvalidInput("The Range lies outside the blob."))
        refusal.status_code, refusal["Content-Range"] = 416, f"bytes */{found.size_bytes}"
        return refusal
    start, stop, is_part = wanted
    blocks = fetch.sealed_bytes(found, start, stop)
    release_connection()  # nothing of Postgres is held while bytes flow
    response = responses.streamed(blocks, stop - start, status=206 if is_part else 200)
    response["Accept-Ranges"] = "bytes"
    if is_part:
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{found.size_bytes}"
    return response


@api.post(
    "/shares/{share_id:share_id}/burn",
    auth=Bearer(),
    response={204: None, **refusals(401, 404)},
    tags=["recipient", "sender"],
)
@decorate_view(limits.limited("claim"))
def burn_share(request: HttpRequest, share_id: str) -> HttpResponse:
    """With the lease secret: received and verified. With the manage token: revoke. Repeatable."""
    burn.burn(share_id, _token(request), network=client_network(request))
    return HttpResponse(status=204)


@api.get(
    "/shares/{share_id:share_id}/receipt",
    auth=Bearer(),
    response={200: ReceiptOut, **refusals(401, 404)},
    tags=["sender"],
)
@decorate_view(limits.limited("read"))
def get_receipt(request: HttpRequest, share_id: str) -> ReceiptOut:
    """State, times, tries: never who."""
    return ReceiptOut.of_receipt(status.receipt(share_id, _token(request)))


@api.post(
    "/shares/{share_id:share_id}/unlock",
    auth=Bearer(),
    response={200: ReceiptOut, **refusals(401, 404, 409)},
    tags=["sender"],
)
@decorate_view(limits.limited("claim"))
def unlock_share(request: HttpRequest, share_id: str) -> ReceiptOut:
    """Five attempts again, at most three times."""
    network = client_network(request)
    return ReceiptOut.of_receipt(status.unlock(share_id, _token(request), network=network))


def _token(request: HttpRequest) -> bytes:
    token: bytes = request.auth  # type: ignore[attr-defined]
    return token


def _range(header: str, size: int) -> tuple[int, int, bool] | None:
    """Start, stop and whether it is a part; None when it lies outside. Several ranges: the whole."""
    found = _RANGE.fullmatch(header)
    if not found or not (found[1] or found[2]):
        return 0, size, False
    if not found[1]:
        start, stop = max(0, size - int(found[2])), size
    else:
        start, stop = int(found[1]), min(size, int(found[2]) + 1 if found[2] else size)
    return (start, stop, True) if start < stop else None


# --- errors: one shape for all -------------------------------------------------------------------


@api.exception_handler(ShareError)
def _refused(request: HttpRequest, error: ShareError) -> HttpResponse:
    return responses.refuse(request, error)


@api.exception_handler(AuthenticationError)
def _without_token(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return responses.refuse(request, TokenMissing())


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Names the fields, never repeats their values."""
    said = "; ".join(
        f"{'.'.join(str(p) for p in e['loc'][2:]) or 'body'}: {e['msg']}" for e in error.errors[:5]
    )
    return responses.refuse(request, InvalidInput(said))


@api.exception_handler(HttpError)
def _malformed(request: HttpRequest, error: HttpError) -> HttpResponse:
    return responses.refuse(request, Malformed("The body is not the JSON this call takes."))


@api.exception_handler(Exception)
def _for_the_middleware(request: HttpRequest, error: Exception) -> HttpResponse:
    """A missing Postgres and our own faults are handled in one place for all doors."""
    raise error
