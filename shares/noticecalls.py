"""The exchange's calls about notices: what the owner of one share is told."""

from django.http import HttpRequest
from ninja import Router
from ninja.decorators import decorate_view

from shares import errors, limits, openapi
from shares.bearers import ManageToken, token_of
from shares.openapi import OF_A_SHARE, WITH_JSON
from shares.ownschemas import NoticesIn, NoticesOut
from shares.services import notices

router = Router(tags=["manage"])


@router.get(
    "/shares/{share_id:share_id}/notices",
    summary="See what its owner is told",
    auth=ManageToken(),
    response={200: NoticesOut},
    openapi_extra=openapi.call({200: "What is told."}, *OF_A_SHARE, errors.NoOwner),
)
@decorate_view(limits.limited("read"))
def get_notices(request: HttpRequest, share_id: str) -> NoticesOut:
    """What was chosen for this share, else what its owner's account chose."""
    return NoticesOut.of(notices.wanted(share_id, token_of(request)))


@router.put(
    "/shares/{share_id:share_id}/notices",
    summary="Choose what its owner is told",
    auth=ManageToken(),
    response={200: NoticesOut},
    openapi_extra=openapi.call(
        {200: "It is told so from now on."}, *OF_A_SHARE, *WITH_JSON, errors.NoOwner, errors.ShareGone
    ),
)
@decorate_view(limits.limited("claim"), limits.json_body)
def put_notices(request: HttpRequest, share_id: str, body: NoticesIn) -> NoticesOut:
    """For this share alone, above what the account chose; nothing goes to anybody but the account."""
    return NoticesOut.of(notices.want(share_id, token_of(request), body.notices()))
