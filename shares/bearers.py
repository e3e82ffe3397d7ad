"""The tokens that calls of the API want, as OpenAPI's security schemes."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from accounts.values import Grant, Scope
from sealing.encoding import unb64
from sealing.errors import EncodingInvalid
from shares import admission
from shares.values import Sender


class Bearer(HttpBearer):
    """A token is 32 bytes; any other text is simply a wrong token."""

    openapi_bearerFormat = "32 bytes in base64url"

    def authenticate(self, request: HttpRequest, token: str) -> bytes:
        try:
            return unb64(token.strip(), 32)
        except EncodingInvalid:
            return b"?"


def token_of(request: HttpRequest) -> bytes:
    """What the bearer of this call brought."""
    token: bytes = request.auth  # type: ignore[attr-defined]
    return token


class AccountToken(HttpBearer):
    """What an account's token allows, as a `Grant`; for a call that strangers may make too, the `Sender`."""

    openapi_bearerFormat = "ots_…"
    openapi_description = (
        "An account's API token: `ots_` and 32 characters, made by a signed-in person for a program. "
        "Leaving a share takes none where strangers may leave some."
    )

    def __init__(self, scope: Scope, *, or_stranger: bool = False) -> None:
        super().__init__()
        self._scope, self._or_stranger = scope, or_stranger

    def __call__(self, request: HttpRequest) -> Grant | Sender | None:
        if self._or_stranger:
            return admission.admit(request)
        text = admission.bearer(request)
        return self.authenticate(request, text) if text else None

    def authenticate(self, request: HttpRequest, token: str) -> Grant:
        return admission.granted(request, token, self._scope)


class LinkToken(Bearer):
    openapi_description = "HKDF(L, id, `ots1/link-token`): whoever holds the link."


class ManageToken(Bearer):
    openapi_description = "HKDF(M, id, `ots1/manage-token`): whoever holds the manage link, the sender."


class LeaseSecret(Bearer):
    openapi_description = "32 random bytes that the claimant chose before the claim."
