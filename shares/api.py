"""The exchange (docs/envelope.md, "The exchange"): JSON, bearer tokens, no cookies."""

import base64
import binascii
import re
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from ninja import Status
from ninja.decorators import decorate_view

from accounts.values import Scope
from onetimeshare.addresses import client_network
from shares import apirefusals, directapi, errors, limits, openapi, outgoing, ownapi, responses
from shares.apidocs import PlainDocs
from shares.apiwords import BYTES, DESCRIPTION, REPR_DIGEST, TAGS
from shares.bearers import AccountToken, LeaseSecret, LinkToken, ManageToken, token_of
from shares.noticecalls import router as notice_calls
from shares.openapi import OF_A_SENDER, OF_A_SHARE, WITH_JSON
from shares.querysets import release_connection
from shares.schemas import (
    ClaimIn,
    DepositIn,
    DepositOut,
    LeaseOut,
    PartsOut,
    ReceiptOut,
    StatusOut,
)
from shares.services import burn, claim, deposit, fetch, status, upload
from shares.uploads import Body
from shares.values import PART_BYTES, Sender, State

_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


api = openapi.DocumentedAPI(
    title="OneTimeShare",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    docs=PlainDocs(),
    servers=[{"url": settings.PUBLIC_URL or "/", "description": "This server"}],
    openapi_extra={"tags": TAGS},
)


@api.post(
    "/shares",
    summary="Leave an envelope",
    tags=["leave"],
    auth=AccountToken(Scope.SEND, or_stranger=True),
    response={201: DepositOut},
    openapi_extra=openapi.call(
        {201: "Left: it is ready, or wants its parts."},
        *(*WITH_JSON, *OF_A_SENDER, errors.IdTaken, errors.StoreAway, errors.StoreFull),
        links=["put_part", "list_parts", "get_status", "claim_share", "get_receipt", "burn_share"],
        share_id="$request.body#/id",
        security=[{}],  # besides an account's token
    ),
)
@decorate_view(limits.json_body)
def create_share(request: HttpRequest, body: DepositIn) -> Status[DepositOut]:
    """With `blob` it is ready at once; else its parts follow. The same body again gets the present answer."""
    sender: Sender = request.auth  # type: ignore[attr-defined]
    made = deposit.deposit(body.as_deposit(sender.limits), sender)
    parts = {"part_size": made.part_bytes, "parts": made.parts} if made.state is State.UPLOADING else {}
    out = DepositOut(state=made.state, expires_at=made.expires_at, direct=made.is_direct, **parts)
    return Status(201, out)


@api.put(
    "/shares/{share_id:share_id}/parts/{int:n}",
    summary="Send a part",
    tags=["leave"],
    auth=ManageToken(),
    response={204: None},
    openapi_extra=openapi.call(
        {204: "The part is here."},
        *OF_A_SHARE,
        *(
            errors.BadPart,
            errors.PartBusy,
            errors.PartConflict,
            errors.LengthMissing,
            errors.TooLarge,
            errors.StoreAway,
            errors.StoreFull,
        ),
        links=["list_parts", "complete_share"],
        parameters=[REPR_DIGEST],
        requestBody={"required": True, "content": BYTES},
    ),
)
@decorate_view(limits.limited("part"))
def put_part(request: HttpRequest, share_id: str, n: int) -> HttpResponse:
    """Bytes n · `part_size` to (n + 1) · `part_size` of the blob, with `Content-Length` and `Repr-Digest`.

    In any order, several at once; the same part again is harmless.
    """
    size = limits.refuse_large_body(request, PART_BYTES)
    found = _DIGEST.fullmatch(request.headers.get("Repr-Digest", ""))
    if not found:
        raise errors.BadPart("A part needs the header Repr-Digest: sha-256=:…:")
    try:
        digest = base64.b64decode(found[1], validate=True)
    except binascii.Error as error:
        raise errors.BadPart("The Repr-Digest is not base64.") from error
    upload.put_part(share_id, token_of(request), n, size, digest, Body(request))
    return HttpResponse(status=204)


@api.get(
    "/shares/{share_id:share_id}/parts",
    summary="See which parts are here",
    tags=["leave"],
    auth=ManageToken(),
    response={200: PartsOut},
    openapi_extra=openapi.call({200: "The parts that are here."}, *OF_A_SHARE, links=["put_part"]),
)
@decorate_view(limits.limited("read"))
def list_parts(request: HttpRequest, share_id: str) -> PartsOut:
    """Where to go on after a break."""
    share, received = upload.received(share_id, token_of(request))
    dropped_at = share.touched_at + timedelta(seconds=settings.UPLOAD_SECONDS)
    return PartsOut(part_size=share.part_size, received=received, expires_at=dropped_at)


@api.post(
    "/shares/{share_id:share_id}/complete",
    summary="Say that all parts are sent",
    tags=["leave"],
    auth=ManageToken(),
    response={200: DepositOut},
    openapi_extra=openapi.call(
        {200: "It is ready."},
        *(
            *OF_A_SHARE,
            errors.Banned,
            errors.SignInNeeded,
            errors.Incomplete,
            errors.NotReady,
            errors.ShareGone,
            errors.StoreAway,
            errors.StoreFull,
            errors.BlobMissing,
        ),
        links=["get_status", "claim_share", "get_receipt"],
    ),
)
@decorate_view(limits.limited("read"))
def complete_share(request: HttpRequest, share_id: str) -> DepositOut:
    """The share becomes ready, and its time runs from now. Repeatable."""
    share = upload.complete(share_id, token_of(request), network=client_network(request))
    return DepositOut(state=State(share.state), expires_at=share.expires_at)


@api.get(
    "/shares/{share_id:share_id}",
    summary="Look at it",
    tags=["open"],
    auth=LinkToken(),
    response={200: StatusOut},
    openapi_extra=openapi.call({200: "Where it stands."}, *OF_A_SHARE, links=["claim_share"]),
)
@decorate_view(limits.limited("read"))
def get_status(request: HttpRequest, share_id: str) -> StatusOut:
    """What the link's holder may know. Changes nothing, and spends nothing."""
    return StatusOut.of(status.status(share_id, token_of(request)))


@api.post(
    "/shares/{share_id:share_id}/claim",
    summary="Claim it",
    tags=["open"],
    auth=LinkToken(),
    response={200: LeaseOut},
    openapi_extra=openapi.call(
        {200: "Taken: the envelope, and a lease."},
        *(*OF_A_SHARE, *WITH_JSON, errors.PasswordMissing, errors.WrongPassword, errors.ShareLocked),
        *(errors.NotReady, errors.ShareGone, errors.LeaseOver, errors.StoreAway, errors.BlobMissing),
        links=["get_blob", "burn_share", "unlock_share"],
    ),
)
@decorate_view(limits.limited("claim"), limits.json_body)
def claim_share(request: HttpRequest, share_id: str, body: ClaimIn) -> LeaseOut:
    """Takes one opening; the same `lease_verifier` again gets the same answer, while the lease runs."""
    asked = body.for_share(share_id, token_of(request), client_network(request))
    return LeaseOut.of(claim.claim(asked))


@api.get(
    "/shares/{share_id:share_id}/blob",
    summary="Fetch the blob",
    tags=["open"],
    auth=LeaseSecret(),
    response={200: None, 206: None},
    openapi_extra=openapi.blob(
        *OF_A_SHARE, errors.LeaseOver, errors.RangeOutside, errors.StoreAway, errors.BlobMissing
    ),
)
@decorate_view(limits.limited("part"))
def get_blob(request: HttpRequest, share_id: str) -> HttpResponseBase:
    """The sealed bytes, as often as the lease allows, whole or from where it broke off."""
    found = fetch.fetch(share_id, token_of(request))
    wanted = _range(request.headers.get("Range", ""), found.size_bytes)
    if wanted is None:
        raise errors.RangeOutside(found.size_bytes)
    start, stop, is_part = wanted
    blocks = outgoing.sealed(request, found, start, stop)
    release_connection()  # nothing of Postgres is held while bytes flow
    response = responses.streamed(blocks, stop - start, status=206 if is_part else 200)
    response["Accept-Ranges"] = "bytes"
    if is_part:
        response["Content-Range"] = f"bytes {start}-{stop - 1}/{found.size_bytes}"
    return response


@api.post(
    "/shares/{share_id:share_id}/burn",
    summary="Burn it",
    tags=["open", "manage"],
    auth=[LeaseSecret(), ManageToken()],
    response={204: None},
    openapi_extra=openapi.call({204: "It is over."}, *OF_A_SHARE, links=["get_status", "get_receipt"]),
)
@decorate_view(limits.limited("claim"))
def burn_share(request: HttpRequest, share_id: str) -> HttpResponse:
    """With the lease secret: received and verified; the last lease ends the share. With the manage token:
    revoke. Repeatable.
    """
    burn.burn(share_id, token_of(request), network=client_network(request))
    return HttpResponse(status=204)


@api.get(
    "/shares/{share_id:share_id}/receipt",
    summary="Read the receipt",
    tags=["manage"],
    auth=ManageToken(),
    response={200: ReceiptOut},
    openapi_extra=openapi.call({200: "What has happened."}, *OF_A_SHARE),
)
@decorate_view(limits.limited("read"))
def get_receipt(request: HttpRequest, share_id: str) -> ReceiptOut:
    """State, times, tries: never who."""
    return ReceiptOut.of_receipt(status.receipt(share_id, token_of(request)))


@api.post(
    "/shares/{share_id:share_id}/unlock",
    summary="Unlock it",
    tags=["manage"],
    auth=ManageToken(),
    response={200: ReceiptOut},
    openapi_extra=openapi.call(
        {200: "Five tries again."}, *OF_A_SHARE, errors.NotLocked, errors.NoUnlocksLeft, links=["claim_share"]
    ),
)
@decorate_view(limits.limited("claim"))
def unlock_share(request: HttpRequest, share_id: str) -> ReceiptOut:
    """Five tries again, for a share that five wrong passwords locked; at most three times."""
    network = client_network(request)
    return ReceiptOut.of_receipt(status.unlock(share_id, token_of(request), network=network))


api.add_router("", directapi.router)
api.add_router("", notice_calls)
api.add_router("", ownapi.router)
apirefusals.register(api)


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
