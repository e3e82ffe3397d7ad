"""What somebody is told of their shares, and how: their own page for it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.mail import proven_address
from shares import webhooks
from shares.limits import check, limited
from shares.models import Notice, NoticeChoice
from shares.noticeform import NoticesForm, outcome
from shares.values import Way


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limited("claim", "POST")
def notices(request: HttpRequest) -> HttpResponse:
    choice = NoticeChoice.objects.of(request.user.pk or 0)
    if request.method != "POST":
        return _page(request, choice, NoticesForm(choice))
    if request.POST.get("action") == "secret" and choice.webhook_url:
        return _new_secret(request, choice)
    if request.POST.get("action") == "test":
        return _test(request, choice)
    return _save(request, choice)


def _save(request: HttpRequest, choice: NoticeChoice) -> HttpResponse:
    if request.POST.get("webhook_url", "") not in ("", choice.webhook_url):
        check("webhook", request, f"account:{choice.pk}")  # each new address is looked up
    form = NoticesForm(choice, request.POST)
    if not form.is_valid():
        return _page(request, choice, form, status=422)
    choice.notices, choice.webhook_url = form.notices, form.cleaned_data["webhook_url"]
    choice.language = get_language() or ""
    if not choice.webhook_url:
        choice.webhook_secret, choice.outcome = b"", ""
    elif not choice.webhook_secret:
        return _new_secret(request, choice)
    NoticeChoice.objects.keep(choice)
    messages.success(request, _("Saved. It counts for all your shares, also for those that wait now."))
    return redirect("notices")


def _new_secret(request: HttpRequest, choice: NoticeChoice) -> HttpResponse:
    """Shown in this one answer, so it is not followed by a redirect."""
    secret = webhooks.give_secret(choice)
    NoticeChoice.objects.keep(choice)
    return _page(request, choice, NoticesForm(choice), secret=secret)


def _test(request: HttpRequest, choice: NoticeChoice) -> HttpResponse:
    Notice.objects.note_test(choice.pk, _ways(request, choice))
    messages.success(request, _("A test is on its way. Load this page again to see how it went."))
    return redirect("notices")


def _ways(request: HttpRequest, choice: NoticeChoice) -> list[Way]:
    """Those in which a test could come."""
    by_mail = any(wanted.startswith(f"{Way.EMAIL}:") for wanted in choice.notices)
    can = {Way.EMAIL: by_mail and bool(_address(request)), Way.WEBHOOK: bool(choice.webhook_url)}
    return [way for way in Way if can[way]]


def _address(request: HttpRequest) -> str:
    return proven_address(request.user) if settings.HAS_MAIL else ""  # type: ignore[arg-type]


def _page(
    request: HttpRequest, choice: NoticeChoice, form: NoticesForm, *, secret: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "choice": choice,
        "secret": secret,
        "address": _address(request),
        "has_mail": settings.HAS_MAIL,
        "can_test": bool(_ways(request, choice)),
        "outcome": outcome(choice.outcome),
    }
    return render(request, "shares/notices.html", context, status=status)
