"""What one account may leave, where it differs from what all members may."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpRequest

from shares.models import MemberLimits


class LimitsForm(forms.ModelForm):  # type: ignore[type-arg]
    # By its address, as with bans.
    user = forms.ModelChoiceField(
        get_user_model().objects.all(), to_field_name="email", label="account", widget=forms.EmailInput
    )

    class Meta:
        model = MemberLimits
        fields: ClassVar[list[str]] = [
            "user",
            "share_bytes",
            "lifetime_seconds",
            "opens",
            "shares_a_day",
            "stored_bytes",
        ]
        help_texts: ClassVar[dict[str, str]] = {
            "share_bytes": "Of one share. Empty, here and below: as for all members.",
            "shares_a_day": "By UTC. 0: any number.",
            "stored_bytes": "Of all that waits. 0: any number.",
        }


@admin.register(MemberLimits)
class MemberLimitsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = LimitsForm
    list_display = ("user", "share_bytes", "lifetime_seconds", "opens", "shares_a_day", "stored_bytes")
    list_select_related = ("user",)
    search_fields = ("=user__email",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("user",) if obj else ()
