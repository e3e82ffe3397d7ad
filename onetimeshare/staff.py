"""The moderators' site: people come in by the one door that everybody uses."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse

from accounts.views import second_factor_first


class StaffSite(AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not _lacks_second_factor(request)

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """No form of its own, so that there is one throttle and one second step."""
        wanted = request.GET.get("next") or reverse("admin:index", current_app=self.name)
        if self.has_permission(request):
            return redirect("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(wanted)
        if not super().has_permission(request):
            raise PermissionDenied
        return second_factor_first(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")


def _lacks_second_factor(request: HttpRequest) -> bool:
    """Asked once for a page, which asks the site for permission many times."""
    if not settings.STAFF_MFA:
        return False
    if not hasattr(request, "has_second_factor"):
        kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        request.has_second_factor = is_mfa_enabled(request.user, kinds)  # type: ignore[attr-defined]
    return not request.has_second_factor  # type: ignore[attr-defined]
