"""The calls that send a client to the store of the bytes itself (docs/envelope.md, "Past the server")."""

from django.http import HttpRequest
from ninja import Router
from ninja.decorators import decorate_view

from shares import errors, limits, openapi
from shares.bearers import LeaseSecret, ManageToken, token_of
from shares.directschemas import PartIn, PartLeaveOut, RangeIn, RangeLeaveOut
from shares.openapi import OF_A_SHARE, WITH_JSON
from shares.services import direct

router = Router()


@router.post(
    "/shares/{share_id:share_id}/parts/{int:n}/direct",
    summary="Send a part past the server",
    tags=["leave"],
    auth=ManageToken(),
    response={200: PartLeaveOut},
    openapi_extra=openapi.call(
        {200: "Where to send it, or that it is here."},
        *(*OF_A_SHARE, *WITH_JSON),
        *(errors.BadPart, errors.PartBusy, errors.PartConflict, errors.NotDirect, errors.StoreAway),
        links=["list_parts", "complete_share"],
    ),
)
@decorate_view(limits.limited("part"), limits.json_body)
def sign_part(request: HttpRequest, share_id: str, n: int, body: PartIn) -> PartLeaveOut:
    """Leave to PUT the part there within a minute. Ask again once it is sent: no `url` says it is here."""
    return PartLeaveOut.of(direct.sign_part(share_id, token_of(request), n, body.sha256))


@router.post(
    "/shares/{share_id:share_id}/blob/direct",
    summary="Fetch a range past the server",
    tags=["open"],
    auth=LeaseSecret(),
    response={200: RangeLeaveOut},
    openapi_extra=openapi.call(
        {200: "Where to read it."},
        *(*OF_A_SHARE, *WITH_JSON, errors.LeaseOver, errors.RangeOutside, errors.NotDirect, errors.StoreAway),
        links=["burn_share"],
    ),
)
@decorate_view(limits.limited("part"), limits.json_body)
def sign_range(request: HttpRequest, share_id: str, body: RangeIn) -> RangeLeaveOut:
    """Leave to GET these bytes there within a minute, at most 8 MiB. It is a fetch: the lease goes on."""
    return RangeLeaveOut.of(*direct.sign_range(share_id, token_of(request), body.start, body.stop))
