"""Our answers to allauth's questions: who may sign up, who is asking, what is said and sent."""

import logging
from copy import copy
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models.expressions import DatabaseDefault
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from qrcode.main import QRCode

from accounts import invitations, letters, links
from accounts.hashing import hashing
from accounts.models import User
from accounts.sso import OneWayBack
from onetimeshare.addresses import client_address

log = logging.getLogger("onetimeshare.people")

# What is said after a step; where nothing is listed, the page itself says enough.
_SAID = {
    "account/messages/email_confirmed.txt": _("The address is confirmed."),
    "account/messages/email_confirmation_failed.txt": _("This address belongs to another account."),
    "account/messages/email_confirmation_sent.txt": _("A letter with a link is on its way."),
    "account/messages/password_changed.txt": _("The new password is set."),
    "account/messages/password_set.txt": _("The new password is set."),
    "mfa/messages/totp_activated.txt": _("The app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The app is removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "usersessions/messages/sessions_logged_out.txt": _("You are signed out everywhere else."),
}


class People(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("E-mail and password do not fit together."),
        "email_taken": _("This address has an account already."),
        "enter_current_password": _("That is not your password."),
        "incorrect_code": _("That is not the code."),
        "incorrect_password": _("That is not your password."),
        "invalid_password_reset": _("This link is over. Ask for another one."),
        "invited_other": _("This invitation is for another address."),
        "same_as_current": _("That is the address you have."),
        "duplicate_email": _("That is the address you have."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes."),
        "rate_limited": _("Too many tries. Wait five minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        if settings.SIGN_UP == "closed":
            return False
        return settings.SIGN_UP == "open" or invitations.accepted(request) is not None

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """An invitation is used with the account that it lets in, or neither is."""
        with transaction.atomic():
            saved: User = super().save_user(request, user, form, commit)
            if settings.SIGN_UP != "open" and not invitations.use(request):
                raise ImmediateHttpResponse(redirect("account_signup"))
        return saved

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The slot first: a try that finds it taken is not counted among the five. Raises SlotTaken."""
        with hashing.held():
            return super().authenticate(request, **credentials)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def is_reauthentication_required(self, *, app: str, **named: Any) -> bool:
        """Who comes by single sign-on alone has nothing of ours to prove it with again."""
        ways = self.get_reauthentication_methods(context.request.user)
        return bool(ways) and bool(super().is_reauthentication_required(app=app, **named))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        words = {
            "reauthenticate": gettext("Use your password"),
            "mfa_reauthenticate": gettext("Use a code"),
            "mfa_reauthenticate:webauthn": gettext("Use a passkey"),
        }
        return [way | {"description": words[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_reset_password_from_key_url(self, key: str) -> str:
        return links.link(links.PASSWORD, key)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return links.link(links.ADDRESS, emailconfirmation.key)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        if words := message or _SAID.get(message_template or ""):
            messages.add_message(request, level, str(words), extra_tags)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away breaks no page: whoever waits for the letter is told."""
        subject, body = letters.letter(template_prefix, context)
        try:
            EmailMessage(subject, body, self.get_from_email(), [email]).send()
        except (OSError, SMTPException) as error:
            log.warning("a letter could not be sent: %s", type(error).__name__)
            words = gettext("The letter could not be sent just now. Try again later.")
            messages.error(self.request, words)


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": _("That is not the code.")}

    def _get_site_name(self) -> str:
        name: str = settings.SITE_NAME
        return name

    def build_totp_svg(self, url: str) -> str:
        """One path, without the style attributes that our pages forbid."""
        code = QRCode(border=0)
        code.add_data(url)
        rows = code.get_matrix()
        dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
        size = len(rows)
        return f'<svg viewBox="0 0 {size} {size}" aria-hidden="true"><path d="{"".join(dark)}"/></svg>'

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return gettext("Passkey")


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The operator's own sign-on decides who comes: it needs no invitation."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return bool(settings.SIGN_UP != "closed")

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Not with an address that nobody has checked: the provider has not, and no letter will."""
        is_checked = settings.HAS_MAIL or any(each.verified for each in sociallogin.email_addresses)
        return is_checked and bool(super().is_auto_signup_allowed(request, sociallogin))

    def authenticate_by_email(self, sociallogin: Any) -> tuple[User, str] | None:
        """Whose account is opened to whom the provider knows by an address that it has checked.

        allauth's would open any that has, or wants, this address. Who made it in somebody else's name would
        share it with them from then on, by what they left there: a passkey, an API token, their own sign-on.
        """
        for told in sociallogin.email_addresses:
            if told.verified and (owner := User.objects.of_address(told.email)):
                return owner, told.email
        return None

    def serialize_instance(self, instance: Any) -> dict[str, Any]:
        """Kept in the session until somebody has said their address, without what only Postgres fills in."""
        known = copy(instance)
        for name, value in vars(instance).items():
            if isinstance(value, DatabaseDefault):
                delattr(known, name)
        told: dict[str, Any] = super().serialize_instance(known)
        return told

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Whoever wanted an address that the provider gives to somebody new wants it no more."""
        if sociallogin.is_existing:
            return
        for told in sociallogin.email_addresses:
            if told.verified:
                wanted = EmailAddress.objects.filter(email__iexact=told.email, verified=False, primary=False)
                wanted.exclude(user__email__iexact=told.email).delete()

    def get_provider(self, request: HttpRequest, provider: str, client_id: Any = None) -> Any:
        found = super().get_provider(request, provider, client_id)
        found.oauth2_adapter_class = OneWayBack
        return found

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("account")
