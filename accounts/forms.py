"""What allauth's forms do not know of us."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm
from allauth.core import context
from allauth.mfa.webauthn.forms import AddWebAuthnForm

from accounts import invitations


class SignUp(SignupForm):  # type: ignore[misc]
    """An invitation may be for one address."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        invitation = invitations.accepted(context.request)
        self._invited = invitation.email if invitation else ""
        if self._invited:
            self.initial["email"] = self._invited

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if self._invited and email.lower() != self._invited.lower():
            raise get_adapter().validation_error("invited_other")
        return email


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc]
    """Most devices know their person; who has one that does not takes the tick away."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.initial["passwordless"] = True
