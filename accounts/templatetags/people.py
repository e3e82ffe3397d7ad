"""How the fields of people's forms are called and drawn, at one place."""

from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, Form
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

register = template.Library()

_LABELS: dict[str, Promise] = {
    "login": _("E-mail"),
    "email": _("E-mail"),
    "password": _("Password"),
    "oldpassword": _("Your password until now"),
    "password1": _("Password"),
    "password2": _("The same once more"),
    "code": _("Code"),
    "name": _("Name"),
    "passwordless": _("Sign in with it alone"),
}
_HELP: dict[str, Promise] = {
    "password1": _("At least 12 characters. Longer is better than stranger."),
    "passwordless": _("Without the password. Needs a PIN, a finger or a face on your device."),
}
# The first that fits: each browser also names those it descends from.
_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}
_CODE = {"inputmode": "numeric", "autocapitalize": "none", "spellcheck": "false", "class": "mono"}


@register.inclusion_tag("accounts/_form.html")
def form_fields(form: Form) -> dict[str, Any]:
    """All fields of a form, with what is wrong with them; the form around them is the page's."""
    return {"form": form, "fields": [_called(field) for field in form.visible_fields()]}


def _called(field: BoundField) -> BoundField:
    field.label = str(_LABELS[field.name])
    field.help_text = str(_HELP.get(field.name, ""))
    return field


@register.filter
def control(field: BoundField) -> SafeString:
    """The input alone; its label says what a placeholder would."""
    attributes: dict[str, Any] = {"placeholder": False}
    if field.name == "code":
        attributes |= _CODE
    return field.as_widget(attrs=attributes)


@register.filter
def in_groups(code: str) -> str:
    """A long code in groups of four, as one reads it off."""
    return " ".join(code[n : n + 4] for n in range(0, len(code), 4))


@register.filter
def browser(user_agent: str) -> str:
    """What most people call it; as it calls itself where we do not know it."""
    name = _first(_BROWSERS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    if not (name and system):
        return user_agent or str(_("Unknown"))
    return str(_("{browser} on {system}")).format(browser=name, system=system)


def _first(known: dict[str, str], user_agent: str) -> str:
    return next((name for sign, name in known.items() if sign in user_agent), "")


@register.simple_tag
def single_sign_on() -> str:
    """Its name, empty where there is none."""
    return str(settings.OIDC_NAME) if settings.OIDC_ISSUER else ""


@register.simple_tag
def may_sign_up() -> bool:
    """Whether anybody may; an invitation brings its own link."""
    return bool(settings.SIGN_UP == "open")
