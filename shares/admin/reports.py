"""The queue of reports: look, decide, close. What a stranger wrote is shown as text."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from onetimeshare.exports import csv_file
from shares.admin.decisions import Decisions
from shares.models import Report, Share
from shares.values import Case


@admin.register(Report)
class ReportAdmin(Decisions):
    list_display = ("id", "at", "case", "reason", "share_state", "share_page", "closed_by", "closed_at")
    list_filter = ("case", "reason", "at")
    search_fields = ("=share__id",)
    ordering = (F("closed_at").desc(nulls_first=True), "-at")
    fields = readonly_fields = (
        "at",
        "case",
        "reason",
        "text",
        "contact",
        "share_page",
        "share_state",
        "closed_by",
        "closed_at",
    )
    actions = ("look_at", "take_down", "ban_network", "ban_account", "dismiss", "export")
    decisions = ("take_down", "ban_network", "ban_account", "look_at", "dismiss")
    list_select_related = ("share", "closed_by")

    def share_of(self, chosen: Any) -> Share:
        share: Share = chosen.share
        return share

    @admin.display(description="share")
    def share_page(self, report: Report) -> SafeString:
        address = reverse("admin:shares_share_change", args=[report.share_id])
        return format_html('<a href="{}">{}</a>', address, report.share_id)

    @admin.display(description="share's state")
    def share_state(self, report: Report) -> str:
        return report.share.state

    @admin.action(description="Mark as looked at", permissions=["decide"])
    def look_at(self, request: HttpRequest, chosen: QuerySet[Report]) -> None:
        seen = [each for each in chosen if Report.objects.filter(pk=each.pk).look_at()]
        self._log(request, seen, "looked at")

    @admin.action(description="Dismiss", permissions=["decide"])
    def dismiss(self, request: HttpRequest, chosen: QuerySet[Report]) -> None:
        by = request.user.pk
        closed = [each for each in chosen if Report.objects.filter(pk=each.pk).close(Case.DISMISSED, by)]
        self._log(request, closed, "dismissed")

    def _log(self, request: HttpRequest, reports: list[Report], said: str) -> None:
        for report in reports:
            self.log_change(request, report, said)
        messages.success(request, f"{len(reports)} {said}; the others stay as they were.")

    @admin.action(description="Export as CSV", permissions=["export"])
    def export(self, request: HttpRequest, chosen: QuerySet[Report]) -> HttpResponseBase:
        names = ("id", "at", "case", "reason", "text", "contact", "share_id", "closed_by__email", "closed_at")
        return csv_file(request, "reports", names, chosen)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or self.has_decide_permission(request)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "change_report")

    def has_take_down_permission(self, request: HttpRequest) -> bool:
        return self.has_decide_permission(request) and super().has_take_down_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "export_report")
