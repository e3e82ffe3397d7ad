"""Networks and accounts that may leave nothing for a while. This is the one page that shows a network."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpRequest

from shares.models import Ban


class BanForm(forms.ModelForm):  # type: ignore[type-arg]
    # By its address: a list of all accounts would show them, and may be long.
    account = forms.ModelChoiceField(
        get_user_model().objects.all(), to_field_name="email", required=False, widget=forms.EmailInput
    )

    # One field: the admin's two have no labels of their own.
    until = forms.DateTimeField(
        help_text="In UTC.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    class Meta:
        model = Ban
        fields: ClassVar[list[str]] = ["network", "account", "until", "reason"]


@admin.register(Ban)
class BanAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = BanForm
    list_display = ("id", "network", "account", "until", "reason", "made_by", "made_at")
    list_filter = ("until", "made_at")
    search_fields = ("=account__email", "reason")
    ordering = ("-made_at",)
    list_select_related = ("account", "made_by")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("network", "account", "until", "reason", *(("made_by", "made_at") if obj else ()))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Who is banned stays; for someone else there is another ban."""
        return ("network", "account", "made_by", "made_at") if obj else ()

    def save_model(self, request: HttpRequest, obj: Ban, form: Any, change: bool) -> None:
        if not change:
            obj.made_by_id = request.user.pk
        super().save_model(request, obj, form, change)
