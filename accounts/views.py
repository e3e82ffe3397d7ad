"""Pages of ours between allauth's: the account, the links people follow, what needs mail."""

import re
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import email_verification
from allauth.account.models import EmailConfirmationHMAC
from allauth.account.views import email, password_reset
from allauth.account.views._password_reset import INTERNAL_RESET_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from requests import RequestException

from accounts import invitations, links, sso
from accounts.models import User

_RESET_KEY = re.compile(r"([0-9a-z]{1,13})-([0-9a-z]+-[0-9a-f]+)")


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Where sign-in leads: who one is, and how safe that is."""
    told = {"factors": _factors(request.user), "has_mail": settings.HAS_MAIL}
    return render(request, "accounts/account.html", told)


def _factors(user: Any) -> dict[str, Any]:
    own = list(Authenticator.objects.filter(user=user))
    kinds = [one.type for one in own]
    codes = [one for one in own if one.type == Authenticator.Type.RECOVERY_CODES]
    return {
        "app": Authenticator.Type.TOTP in kinds,
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "codes_left": len(RecoveryCodes(codes[0]).get_unused_codes()) if codes else 0,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponseBase:
    """A link's way in: looking at it does nothing, a press follows it."""
    if request.method != "POST":
        return render(request, "accounts/link.html")
    kind, key = links.followed(request.POST.get("link", ""))
    way_on = _WAYS[kind](request, key) if kind else None
    return way_on or render(request, "accounts/link.html", {"is_over": True}, status=422)


def _sign_up(request: HttpRequest, key: str) -> HttpResponseBase | None:
    open_to_some = settings.SIGN_UP != "closed" and invitations.accept(request, key)
    return redirect("account_signup") if open_to_some else None


def _choose_password(request: HttpRequest, key: str) -> HttpResponseBase | None:
    """allauth's page looks the key up in the session, and says where it is over."""
    found = _RESET_KEY.fullmatch(key)
    if not found:
        return None
    request.session[INTERNAL_RESET_SESSION_KEY] = found[2]
    return redirect("account_reset_password_from_key", uidb36=found[1], key="set-password")


def _confirm_address(request: HttpRequest, key: str) -> HttpResponseBase | None:
    confirmation = EmailConfirmationHMAC.from_key(key)
    if not confirmation:
        return None
    try:
        with transaction.atomic():
            User.objects.make_way(confirmation.email_address)
            address, way_on = email_verification.verify_email_and_resume(request, confirmation)
    except IntegrityError:  # somebody is in an account under it, from a time without letters
        get_adapter().add_message(request, messages.ERROR, "account/messages/email_confirmation_failed.txt")
        return redirect("account")
    answer: HttpResponseBase | None = way_on
    return answer or (redirect("account") if address else None)


_WAYS = {
    links.INVITATION: _sign_up,
    links.PASSWORD: _choose_password,
    links.ADDRESS: _confirm_address,
}


def forgotten(request: HttpRequest) -> HttpResponseBase:
    """Without mail an administrator makes the link."""
    if not settings.HAS_MAIL:
        return render(request, "account/password_reset.html")
    answer: HttpResponseBase = password_reset(request)
    return answer


def address(request: HttpRequest) -> HttpResponseBase:
    """Without mail nobody can prove another address: an administrator changes it."""
    if not settings.HAS_MAIL:
        raise Http404
    answer: HttpResponseBase = email(request)
    return answer


def sign_on(request: HttpRequest) -> HttpResponseBase:
    """The way to the operator's single sign-on.

    A page that goes on by itself: `form-action 'self'` would forbid a form's answer to lead elsewhere.
    """
    answer = _with_provider(sso.login, request, "sso")
    if answer.status_code != 302 or answer["Location"].startswith("/"):
        return answer
    page = render(request, "accounts/sign_on.html", {"to": answer["Location"]})
    page["Refresh"] = f"0; url={answer['Location']}"
    return page


def signed_on(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """The way back."""
    return _with_provider(sso.callback, request, provider_id)


def _with_provider(view: Any, request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """The provider may be away, or say what nobody understands."""
    if not settings.OIDC_ISSUER:
        raise Http404
    try:
        answer: HttpResponseBase = view(request, provider_id)
    except (RequestException, LookupError, ValueError):
        return render(request, "socialaccount/authentication_error.html", status=502)
    return answer


def second_factor_first(request: HttpRequest) -> HttpResponse:
    """Staff whom STAFF_MFA keeps out of the admin until they have one."""
    messages.warning(request, _("Moderators need a second step. Set one up: an app or a passkey."))
    return redirect(reverse("mfa_index"))
