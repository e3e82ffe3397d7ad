"""Tell the moderators that something is wrong with a share; they see what is told, never what is inside."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from onetimeshare.addresses import client_network
from shares import responses, wording
from shares.errors import InvalidInput, ShareError, ShareUnknown
from shares.forms import REPORT_FORM_BYTES, ReportForm
from shares.limits import limited, same_site_only
from shares.services import report as reporting
from shares.uploads import small_form


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, share_id: str) -> HttpResponse:
    """The same page for every id; only a POST that proves the link is looked at."""
    if request.method != "POST":
        return _page(request, QueryDict())
    return report_share(request, share_id)


@limited("report")
@same_site_only
def report_share(request: HttpRequest, share_id: str) -> HttpResponse:
    fields = small_form(request, REPORT_FORM_BYTES)
    try:
        form = ReportForm.of(fields, share_id)
        reporting.report(
            form.share_id,
            form.link_token,
            form.reason,
            text=form.text,
            contact=form.contact,
            network=client_network(request),
        )
    except (InvalidInput, ShareUnknown) as problem:
        if not responses.wants_html(request):
            raise
        return _page(request, fields, problem)
    if responses.wants_html(request):
        return render(request, "shares/reported.html")
    return responses.text(_("Reported. It is looked at by a person."))


def _page(request: HttpRequest, fields: QueryDict, problem: ShareError | None = None) -> HttpResponse:
    """After a refusal with all that was typed."""
    context = {
        "fields": fields,
        "problem": problem and wording.refusal(problem).sentence,
        "reasons": wording.reasons(),
        "tombstone_days": settings.TOMBSTONE_DAYS,
        "max_text": reporting.MAX_TEXT_CHARACTERS,
        "max_contact": reporting.MAX_CONTACT_CHARACTERS,
    }
    status = responses.STATUS[type(problem)] if problem else 200
    return render(request, "shares/report.html", context, status=status)
