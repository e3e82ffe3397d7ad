"""Find a share, see what happened to it, take it down."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from shares.admin.decisions import Decisions
from shares.models import Event, Share


class EventInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Event
    template = "admin/shares/events.html"
    fields = readonly_fields = ("at", "what", "network")
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees a share sees what happened to it; the page around this has asked."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Share)
class ShareAdmin(Decisions):
    list_display = (
        "id",
        "state",
        "size",
        "claims_left",
        "attempts",
        "owner",
        "created_at",
        "expires_at",
        "ended_at",
    )
    list_filter = ("state", "created_at", "expires_at")
    search_fields = ("=id", "=owner__email")
    date_hierarchy = "created_at"
    fields = readonly_fields = (
        "id",
        "state",
        "size",
        "kdf",
        "max_claims",
        "claims_left",
        "attempts",
        "unlocks",
        "owner",
        "created_at",
        "ready_at",
        "expires_at",
        "opened_at",
        "ended_at",
    )
    inlines = (EventInline,)
    actions = ("take_down", "ban_network", "ban_account")
    list_select_related = ("owner",)

    def share_of(self, chosen: Any) -> Share:
        share: Share = chosen
        return share

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or self.has_take_down_permission(request)
