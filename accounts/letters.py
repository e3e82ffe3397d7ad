"""Every letter about an account: plain text, no picture, nobody's address but the reader's own."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onetimeshare.addresses import public

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Letter = tuple[str, str]


def letter(kind: str, told: dict[str, Any]) -> Letter:
    """Subject and body. *kind* and *told* are allauth's: a template's name, and what would be put into it."""
    subject, body = _LETTERS[kind](told)
    return (
        f"{subject} · {settings.SITE_NAME}",
        f"{body}\n\n-- \n{settings.SITE_NAME}\n{settings.PUBLIC_URL}\n",
    )


def _confirm(told: dict[str, Any]) -> Letter:
    return _("Confirm your address"), _(
        "Somebody, you we hope, gave this address for an account. This link confirms it, for three days:\n\n"
        "{link}\n\nIf it was not you, do nothing: without the link nothing happens."
    ).format(link=told["activate_url"])


def _reset(told: dict[str, Any]) -> Letter:
    return _("Choose a new password"), _(
        "Somebody, you we hope, forgot the password of this account. This link leads to a new one:\n\n"
        "{link}\n\nIf it was not you, do nothing: the password stays as it is."
    ).format(link=told["password_reset_url"])


def _known(told: dict[str, Any]) -> Letter:
    return _("You have an account already"), _(
        "Somebody, you we hope, wanted to make an account with this address. It has one already. "
        "Sign in, or choose a new password:\n\n{link}\n\nIf it was not you, do nothing."
    ).format(link=public("account_reset_password"))  # allauth's has whatever host was asked for


def _unknown(told: dict[str, Any]) -> Letter:
    return _("No account with this address"), _(
        "Somebody, you we hope, asked for a new password with this address. No account has it. "
        "If you have one, its address is another."
    )


def _notice(what: "StrPromise") -> Callable[[dict[str, Any]], Letter]:
    """Something changed; the one whose account it is shall know."""
    return lambda told: (
        str(what),
        _(
            "{what}.\n\nIf it was not you, choose a new password now, look at your sessions, "
            "and tell the people who run this server."
        ).format(what=what),
    )


_LETTERS: dict[str, Callable[[dict[str, Any]], Letter]] = {
    "account/email/email_confirmation": _confirm,
    "account/email/email_confirmation_signup": _confirm,
    "account/email/password_reset_key": _reset,
    "account/email/account_already_exists": _known,
    "account/email/unknown_account": _unknown,
    "account/email/email_changed": _notice(gettext_lazy("The address of your account was changed")),
    "account/email/email_confirm": _notice(gettext_lazy("The address of your account was confirmed")),
    "account/email/email_deleted": _notice(gettext_lazy("An address was taken from your account")),
    "account/email/password_changed": _notice(gettext_lazy("Your password was changed")),
    "account/email/password_reset": _notice(gettext_lazy("Your password was changed")),
    "account/email/password_set": _notice(gettext_lazy("Your password was changed")),
    "accounts/email/token_made": _notice(gettext_lazy("An API token was made for your account")),
    "mfa/email/totp_activated": _notice(gettext_lazy("An app for codes was added to your account")),
    "mfa/email/totp_deactivated": _notice(gettext_lazy("The app for codes was taken from your account")),
    "mfa/email/webauthn_added": _notice(gettext_lazy("A passkey was added to your account")),
    "mfa/email/webauthn_removed": _notice(gettext_lazy("A passkey was taken from your account")),
    "mfa/email/recovery_codes_generated": _notice(gettext_lazy("New recovery codes were made")),
    "socialaccount/email/account_connected": _notice(
        gettext_lazy("Single sign-on can open your account now")
    ),
    "socialaccount/email/account_disconnected": _notice(gettext_lazy("Single sign-on opens it no more")),
}
