"""What an account's token may ask of the shares that account left: receipts, revoking, unlocking."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from ninja.decorators import decorate_view

from accounts.values import Grant, Scope
from onetimeshare.addresses import client_network
from shares import errors, limits, openapi
from shares.bearers import AccountToken
from shares.openapi import OF_AN_ACCOUNT
from shares.ownschemas import OwnPageOut
from shares.schemas import ReceiptOut
from shares.services import own

Kind = Literal["all", "waiting", "locked", "ended"]
router = Router(tags=["own"])


@router.get(
    "/own",
    summary="List an account's shares",
    auth=AccountToken(Scope.RECEIPTS),
    response={200: OwnPageOut},
    openapi_extra=openapi.call({200: "A page, newest first."}, *OF_AN_ACCOUNT, errors.InvalidInput),
)
def list_own(
    request: HttpRequest,
    kind: Annotated[Kind, Query(description="which of them")] = "all",
    before: Annotated[str, Query(max_length=80, description="`older` of the page before")] = "",
) -> OwnPageOut:
    """What the account's tokens and signed-in pages left: states, times and tries, never names or content."""
    page = own.page(_grant(request).user_id, "" if kind == "all" else kind, own.read_place(before))
    return OwnPageOut.of(page.shares, page.older and own.write_place(page.older))


@router.get(
    "/own/{share_id:share_id}",
    summary="Read one receipt",
    auth=AccountToken(Scope.RECEIPTS),
    response={200: ReceiptOut},
    openapi_extra=openapi.call({200: "What has happened."}, *OF_AN_ACCOUNT, errors.ShareUnknown),
)
def get_own(request: HttpRequest, share_id: str) -> ReceiptOut:
    """As the manage token reads it."""
    return ReceiptOut.of_receipt(own.receipt(_grant(request).user_id, share_id))


@router.post(
    "/own/{share_id:share_id}/revoke",
    summary="Take one back",
    auth=AccountToken(Scope.REVOKE),
    response={204: None},
    openapi_extra=openapi.call(
        {204: "It has ended, now or before."}, *OF_AN_ACCOUNT, errors.ShareUnknown, errors.StoreAway
    ),
)
@decorate_view(limits.limited("claim"))
def revoke_own(request: HttpRequest, share_id: str) -> HttpResponse:
    """What has not been fetched yet is cut off. Repeatable."""
    own.revoke(_grant(request).user_id, share_id, network=client_network(request))
    return HttpResponse(status=204)


@router.post(
    "/own/{share_id:share_id}/unlock",
    summary="Unlock one",
    auth=AccountToken(Scope.REVOKE),
    response={200: ReceiptOut},
    openapi_extra=openapi.call(
        {200: "Five tries again."},
        *(*OF_AN_ACCOUNT, errors.ShareUnknown, errors.NotLocked, errors.NoUnlocksLeft),
    ),
)
@decorate_view(limits.limited("claim"))
def unlock_own(request: HttpRequest, share_id: str) -> ReceiptOut:
    """Five tries again, for a share that five wrong passwords locked; at most three times."""
    network = client_network(request)
    return ReceiptOut.of_receipt(own.unlock(_grant(request).user_id, share_id, network=network))


def _grant(request: HttpRequest) -> Grant:
    grant: Grant = request.auth  # type: ignore[attr-defined]
    return grant
