"""The audit log: read, filter, export."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase

from accounts.audit import Audit
from onetimeshare.exports import csv_file

COLUMNS = ("id", "at", "who", "action", "target_type", "target_id", "target", "said")


@admin.register(Audit)
class AuditAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("at", "who", "action", "target_type", "target", "words")
    list_filter = ("action", "target_type", "at")
    search_fields = ("=who", "=target_id")
    date_hierarchy = "at"
    fields = readonly_fields = (*COLUMNS[:-1], "words")
    actions = ("export",)
    show_full_result_count = False

    @admin.display(description="said")
    def words(self, audit: Audit) -> str:
        return LogEntry(change_message=audit.said).get_change_message()

    @admin.action(description="Export as CSV", permissions=["export"])
    def export(self, request: HttpRequest, chosen: QuerySet[Audit]) -> HttpResponseBase:
        return csv_file(request, "audit", COLUMNS, chosen.order_by("id").values_list(*COLUMNS))

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.export_audit")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
