"""Who among the staff may do what: two groups, set anew by every `migrate`. Superusers may do all of it.

Whoever wants it otherwise makes a group of another name; these two follow the release.
"""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.management import create_permissions
from django.db.models import Q

MODERATOR, ADMINISTRATOR = "Moderator", "Administrator"
_MODERATION = {
    "shares": [
        *("view_share", "change_share", "view_event"),
        *("view_report", "change_report"),
        *("view_ban", "add_ban", "change_ban", "delete_ban"),
        *("view_memberlimits", "add_memberlimits", "change_memberlimits", "delete_memberlimits"),
    ],
    "accounts": ["view_audit"],
}
# Beside all that there is about people, but not what would rewrite the audit log, which nobody can.
_ADMINISTRATION = {"shares": ["export_report"]}
_NEVER = ("add_audit", "change_audit", "delete_audit")
_LAST_OF_THEM = "shares"


def make_roles(app_config: AppConfig, **kwargs: Any) -> None:
    """After each `migrate`, once the permissions of both rooms are there."""
    if app_config.label != _LAST_OF_THEM:
        return
    using = kwargs["using"]
    for label in ("accounts", "shares"):
        create_permissions(apps.get_app_config(label), verbosity=0, using=using)
    moderation = _named(_MODERATION)
    people = Q(content_type__app_label="accounts") & ~Q(codename__in=_NEVER)
    _set(MODERATOR, moderation, using)
    _set(ADMINISTRATOR, moderation | people | _named(_ADMINISTRATION), using)


def _named(names: dict[str, list[str]]) -> Q:
    found = Q()
    for label, codenames in names.items():
        found |= Q(content_type__app_label=label, codename__in=codenames)
    return found


def _set(name: str, permissions: Q, using: str) -> None:
    group, _ = apps.get_model("auth", "Group").objects.using(using).get_or_create(name=name)
    group.permissions.set(apps.get_model("auth", "Permission").objects.using(using).filter(permissions))
