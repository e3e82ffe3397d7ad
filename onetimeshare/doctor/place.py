"""The settings, and as whom we look."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core import checks as django_checks

from onetimeshare.checks import is_weak
from onetimeshare.doctor.findings import Finding, fail, ok, warn


def look() -> Iterator[Finding]:
    yield from _checks()
    if settings.MODE == "development":
        yield warn("settings", "MODE is development.", "Set MODE=production where strangers can come.")
        if is_weak(settings.SECRET_KEY):
            yield warn("settings", "SECRET_KEY is weak.", "Production wants 50 random characters.")
        if settings.DEBUG:
            yield warn("settings", "DEBUG shows insides to whoever asks.", "Unset DEBUG.")
    yield from _account()


def _checks() -> Iterator[Finding]:
    """What stops a start, in the words of `manage.py check`."""
    found = django_checks.run_checks(include_deployment_checks=settings.MODE == "production")
    for each in found:
        say = fail if each.is_serious() else warn
        yield say("settings", f"{each.msg}", f"{each.hint or 'docs/settings.md describes it.'}")
    if not any(each.is_serious() for each in found):
        yield ok("settings", "nothing in them stops a start")


def _account() -> Iterator[Finding]:
    """Somebody else's eyes see other permissions, and what they write belongs to somebody else."""
    folder = Path(settings.SEAL_KEYS_DIR)
    if folder.exists() and (owner := folder.stat().st_uid) != os.geteuid():
        yield warn(
            "settings",
            "The folder of the seal keys belongs to another user than the one who asks.",
            f"Run the doctor as the user that gunicorn runs as (user id {owner}?).",
        )
