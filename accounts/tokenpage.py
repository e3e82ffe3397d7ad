"""The page of API tokens: make one, see what they may do and when they were used, revoke."""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts import tokens
from accounts.models import ApiToken, User
from accounts.querysets import ApiTokenQuerySet
from accounts.values import Scope

SCOPES = {
    Scope.SEND: gettext_lazy("Leave shares"),
    Scope.RECEIPTS: gettext_lazy("See what became of my shares"),
    Scope.REVOKE: gettext_lazy("Revoke and unlock my shares"),
}
LIFETIMES = {
    "30": gettext_lazy("30 days"),
    "90": gettext_lazy("90 days"),
    "365": gettext_lazy("A year"),
    "": gettext_lazy("Until I revoke it"),
}
MOST_TOKENS = 50


class TokenForm(forms.Form):
    name = forms.CharField(max_length=80, strip=True)
    scopes = forms.MultipleChoiceField(choices=SCOPES.items(), initial=[Scope.SEND])
    lifetime = forms.ChoiceField(choices=LIFETIMES.items(), initial="90", required=False)

    def make(self, user: User) -> str:
        """The token's text, which is shown once."""
        days = self.cleaned_data["lifetime"]
        scopes = [Scope(scope) for scope in self.cleaned_data["scopes"]]
        lifetime = timedelta(days=int(days)) if days else None
        return tokens.make(user, self.cleaned_data["name"], scopes, lifetime)[1]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def token_page(request: HttpRequest) -> HttpResponseBase:
    if request.POST.get("action") == "revoke":
        _tokens(request).filter(pk=_number(request.POST.get("token"))).delete()
        messages.success(request, _("Revoked. It opens nothing any more."))
        return redirect("tokens")
    if request.method == "POST":
        made: HttpResponseBase = make_token(request)
        return made
    return _page(request, TokenForm())


@reauthentication_required  # type: ignore[untyped-decorator]
def make_token(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST)
    if _tokens(request).count() >= MOST_TOKENS:
        form.add_error(None, _("Those are many tokens. Revoke one first."))
    if not form.is_valid():
        return _page(request, form, status=422)
    assert isinstance(request.user, User)  # noqa: S101 - login_required let only people in
    made = form.make(request.user)
    get_adapter(request).send_notification_mail("accounts/email/token_made", request.user)
    return _page(request, TokenForm(), made=made, status=201)


def _page(request: HttpRequest, form: TokenForm, made: str = "", status: int = 200) -> HttpResponse:
    chosen = form["scopes"].value()
    context = {
        "form": form,
        "made": made,
        "scopes": [(scope.value, words, scope.value in chosen) for scope, words in SCOPES.items()],
        "lifetimes": [(days, words, days == form["lifetime"].value()) for days, words in LIFETIMES.items()],
        "tokens": [
            (token, [SCOPES[Scope(scope)] for scope in token.scopes]) for token in _tokens(request).dated()
        ],
    }
    return render(request, "accounts/tokens.html", context, status=status)


def _tokens(request: HttpRequest) -> ApiTokenQuerySet:
    return ApiToken.objects.filter(user=request.user.pk)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else 0
