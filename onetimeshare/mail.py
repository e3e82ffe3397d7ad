"""From one address, EMAIL_URL, to what Django wants to know of a mail server."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_PORTS = {"smtp": 25, "smtps": 465}
_SUBMISSION = 587
PATIENCE_SECONDS = 5


def settings(url: str) -> dict[str, Any]:
    """smtps:// speaks TLS from the start; smtp:// goes over to it where a password is sent, or on port 587.

    Without an address mails are printed: `make run` shows them, and production sends none.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    try:
        told = urlsplit(url)
        port = told.port or _PORTS[told.scheme]
    except (KeyError, ValueError) as error:
        raise ImproperlyConfigured("EMAIL_URL must be like smtps://user:password@host.") from error
    if not told.hostname:
        raise ImproperlyConfigured("EMAIL_URL names no mail server.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": told.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(told.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(told.password or ""),
        "EMAIL_USE_SSL": told.scheme == "smtps",
        "EMAIL_USE_TLS": told.scheme == "smtp" and bool(told.password or port == _SUBMISSION),
        "EMAIL_TIMEOUT": PATIENCE_SECONDS,
    }


def send_test(address: str) -> None:
    """A mail to see whether any arrives. Raises OSError (smtplib's are) and ValueError."""
    from django.conf import settings as ours  # this module is read while they are made
    from django.core.mail import EmailMessage

    text = f"This mail was sent by {ours.PUBLIC_URL}, to see whether it arrives.\n"
    EmailMessage(f"A test from {ours.SITE_NAME}", text, to=[address]).send()
