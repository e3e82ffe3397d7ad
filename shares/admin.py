"""Moderation: find a share, see what happened to it, take it down. Never content, never keys."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from shares.models import Event, Share
from shares.services.burn import end
from shares.values import State


class EventInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Event
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
class ShareAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows are looked at and taken down, never edited: whatever may be shown is listed here by name."""

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
    actions = ("take_down",)
    list_select_related = ("owner",)
    show_full_result_count = False

    @admin.action(description="Take down the chosen shares", permissions=["take_down"])
    def take_down(self, request: HttpRequest, chosen: QuerySet[Share]) -> None:
        ended = 0
        for share in chosen:
            if end(share.pk, State.REMOVED):
                ended += 1
                self.log_change(request, share, "taken down")
        messages.success(request, f"{ended} taken down; shares that had ended already stay as they were.")

    def has_take_down_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("shares.change_share")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or self.has_take_down_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: even a form without fields saves its row, and would undo a claim that came meanwhile."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
