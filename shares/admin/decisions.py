"""What a moderator may do about a share, from its own page or from a report of it; each is logged."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from shares.models import Ban, Share
from shares.services import moderate

LENGTHS = [(1, "a day"), (7, "a week"), (30, "30 days"), (365, "a year")]
DEFAULT_DAYS = 7
NOT_BANNED = (
    "Not banned: it came from this server itself or its proxy, so everybody would have been. "
    "Whoever runs this server should look at TRUSTED_PROXY_COUNT."
)
Banning = Callable[[Share, timedelta, int | None], Ban | None]


class DecisionForm(ActionForm):
    days = forms.ChoiceField(label="Bans last", choices=LENGTHS, initial=DEFAULT_DAYS, required=False)


class LookedAt(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows are looked at, never edited here: whatever may be shown is listed by name."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: even a form without fields saves its row, and would undo what came meanwhile."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def may(self, request: HttpRequest, permission: str) -> bool:
        return request.user.has_perm(f"shares.{permission}")


class Decisions(LookedAt):
    """Actions on the list, and the same as buttons on the page of one."""

    action_form = DecisionForm
    change_form_template = "admin/shares/decide.html"
    #: those of the actions that stand on the page of one, the first of them as the strongest
    decisions: tuple[str, ...] = ("take_down", "ban_network", "ban_account")

    def share_of(self, chosen: Model) -> Share:
        raise NotImplementedError

    @admin.action(description="Take down", permissions=["take_down"])
    def take_down(self, request: HttpRequest, chosen: QuerySet[Model]) -> None:
        ended = 0
        for each in chosen:
            was_living, closed = moderate.take_down(self.share_of(each).pk, request.user.pk)
            ended += was_living
            if was_living or closed:
                self.log_change(request, each, "taken down" if was_living else f"reports closed: {closed}")
        messages.success(request, f"{ended} taken down; shares that had ended already stay as they were.")

    @admin.action(description="Ban the network that left it", permissions=["ban"])
    def ban_network(self, request: HttpRequest, chosen: QuerySet[Model]) -> None:
        self._ban(request, chosen, moderate.ban_origin, "network that left it")

    @admin.action(description="Suspend the account that left it", permissions=["ban"])
    def ban_account(self, request: HttpRequest, chosen: QuerySet[Model]) -> None:
        self._ban(request, chosen, moderate.ban_owner, "account that left it")

    def _ban(self, request: HttpRequest, chosen: QuerySet[Model], ban: Banning, whom: str) -> None:
        """Neither the log nor the ban says which belongs to which: the page of a ban shows its network."""
        days, banned = _days(request), 0
        for each in chosen:
            try:
                made = ban(self.share_of(each), timedelta(days=days), request.user.pk)
            except moderate.NobodysNetwork:
                messages.error(request, NOT_BANNED)
                continue
            if made:
                banned += 1
                self.log_change(request, each, f"{whom} banned for {days} days")
        messages.success(
            request, f"{banned} banned for {days} days; where it is not known (any more), nobody was."
        )

    def has_take_down_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "change_share")

    def has_ban_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "add_ban")

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        offered = dict(self.get_action_choices(request, []))
        kwargs["extra_context"] = {
            "decisions": [(name, offered[name]) for name in self.decisions if name in offered],
            "lengths": LENGTHS,
            "default_days": DEFAULT_DAYS,
        }
        return super().change_view(request, *args, **kwargs)


def _days(request: HttpRequest) -> int:
    asked = request.POST.get("days", "")
    return int(asked) if asked in {str(days) for days, _ in LENGTHS} else DEFAULT_DAYS
