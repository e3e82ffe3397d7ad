"""People in the admin: who they are, invitations, and help for who cannot get in. Links are shown once."""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts import links
from accounts.auditadmin import AuditAdmin
from accounts.models import Invitation, User

# Their pages show secrets and search for names that our people do not have.
for _theirs in (EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
    admin.site.unregister(_theirs)


def shown_once(request: HttpRequest, title: str, link: str) -> TemplateResponse:
    """The answer to the press that made it: never in a message, which would rest in the session."""
    told = {**admin.site.each_context(request), "title": title, "link": link}
    return TemplateResponse(request, "admin/accounts/link.html", told)


__all__ = ["AuditAdmin", "UserAdmin"]


@admin.register(User)
class UserAdmin(StockUserAdmin):  # type: ignore[type-arg]
    ordering = ("email",)
    list_display = ("email", "is_active", "is_staff", "joined_at", "last_login")
    search_fields = ("email",)
    readonly_fields = ("joined_at", "last_login")
    actions = ("make_password_link", "remove_second_steps", "confirm_addresses")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (
            "What they may do",
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        ("Times", {"fields": ("joined_at", "last_login")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("email", "usable_password", "password1", "password2")}),
    )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            obj.vouch_for_address()

    @admin.action(description="Make a link to a new password, for one person", permissions=["change"])
    def make_password_link(self, request: HttpRequest, chosen: QuerySet[User]) -> HttpResponse | None:
        if len(chosen) != 1:
            messages.error(request, "Choose one person: the link is for them alone.")
            return None
        user = self._below(request, chosen)[0]
        key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
        self.log_change(request, user, "link to a new password made")
        return shown_once(request, f"A new password for {user}", links.link(links.PASSWORD, key))

    @admin.action(description="Remove the second steps of the chosen people", permissions=["change"])
    def remove_second_steps(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        for user in self._below(request, chosen):
            Authenticator.objects.filter(user=user).delete()
            self.log_change(request, user, "second steps removed")
        messages.success(request, "Removed. They sign in with their password alone until they set one up.")

    @admin.action(description="Confirm the addresses of the chosen people", permissions=["change"])
    def confirm_addresses(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Where no letter asks for it, somebody who knows them does."""
        for user in self._below(request, chosen):
            user.vouch_for_address()
            self.log_change(request, user, "address confirmed")
        messages.success(request, "Confirmed. Single sign-on opens their accounts to them now.")

    def _below(self, request: HttpRequest, chosen: QuerySet[User]) -> list[User]:
        people = list(chosen)
        if not all(_is_theirs(request, user) for user in people):
            raise PermissionDenied
        return people

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only a superuser makes another, or hands out single permissions: all others give roles."""
        fixed = () if request.user.is_superuser else ("is_superuser", "user_permissions")
        return (*super().get_readonly_fields(request, obj), *fixed)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **named: Any) -> Any:
        """Nobody gives a role that may do more than they may."""
        if db_field.name == "groups" and not request.user.is_superuser:
            lacking = [group.pk for group in Group.objects.all() if _beyond(request.user, Q(group=group))]
            named["queryset"] = Group.objects.exclude(pk__in=lacking)
        return super().formfield_for_manytomany(db_field, request, **named)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _is_theirs(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _is_theirs(request, obj)


def _is_theirs(request: HttpRequest, user: User | None) -> bool:
    """Nobody gets into the account of somebody who may do more, by no change, link, password or deletion."""
    if user is None or request.user.is_superuser:
        return True
    return not user.is_superuser and not _beyond(request.user, Q(user=user) | Q(group__user=user))


def _beyond(asker: Any, held: Q) -> bool:
    """Whether one of the permissions *held* is not the asker's. They count of who is switched off, too."""
    names = Permission.objects.filter(held).values_list("content_type__app_label", "codename")
    return not {f"{app}.{name}" for app, name in names} <= asker.get_all_permissions()


class InvitationForm(forms.ModelForm):  # type: ignore[type-arg]
    days = forms.IntegerField(min_value=1, max_value=90, initial=7, help_text="So long the link waits.")

    class Meta:
        model = Invitation
        fields = ("email",)


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Made and deleted, never edited."""

    form = InvitationForm
    fields = ("email", "days")
    list_display = ("id", "email", "made_by", "made_at", "expires_at", "used_at")
    list_select_related = ("made_by",)
    ordering = ("-made_at",)

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        made, obj.key = Invitation.objects.invite(  # type: ignore[attr-defined]
            email=obj.email, made_by=request.user, days=form.cleaned_data["days"]
        )
        obj.pk = made.pk

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return shown_once(request, "An invitation", links.link(links.INVITATION, obj.key))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
