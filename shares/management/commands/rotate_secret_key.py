"""A new SECRET_KEY without signing anybody out, and the end of the old one."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from onetimeshare import secretkey
from shares import webhooks


class Command(BaseCommand):
    help = "Make a new SECRET_KEY, the present one still believed; later, --finish (docs/keys.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--finish", action="store_true", help="believe the new key alone")
        which.add_argument(
            "--at-once", action="store_true", help="the old key was stolen: nobody believes it any more"
        )

    def handle(self, **options: Any) -> None:
        key, old = settings.SECRET_KEY, list(settings.SECRET_KEY_FALLBACKS)
        if options["finish"]:
            self._finish(key)
        elif old and not options["at_once"]:
            raise CommandError("The last rotation is not finished: --finish comes first.")
        elif options["at_once"] and "SECRET_KEY_FILE" not in os.environ:
            raise CommandError("Only a SECRET_KEY_FILE can be changed at once; else rotate, then --finish.")
        else:
            new = secretkey.new_key()
            # Written before anything is sealed under it: a key that nobody noted would take secrets with it.
            self._keep([new, key, *old])
            if options["at_once"]:
                self._finish(new)

    def _finish(self, key: str) -> None:
        sealed = webhooks.seal_anew(key)
        self._keep([key])
        self.stdout.write(f"{sealed} secrets of webhooks are sealed under the new key.")

    def _keep(self, keys: list[str]) -> None:
        path = os.environ.get("SECRET_KEY_FILE")
        if path is None:
            self._tell(keys)
            return
        try:
            secretkey.write(Path(path), keys)
        except OSError as error:
            raise CommandError(f"SECRET_KEY_FILE cannot be written: {error.strerror}.") from error
        believed = "the key before it is still believed" if len(keys) > 1 else "no other key is believed"
        self.stdout.write(f"Written: {believed}. Restart gunicorn, the worker and the sweep on every host.")

    def _tell(self, keys: list[str]) -> None:
        """Where the environment itself holds the key, only its owner can change it."""
        if len(keys) == 1:
            self.stdout.write("Take SECRET_KEY_FALLBACKS out of the environment, and restart every host.")
            return
        self.stdout.write(f"SECRET_KEY={keys[0]}")
        self.stdout.write("SECRET_KEY_FALLBACKS=<what SECRET_KEY is now>")
        self.stdout.write("Set both in the environment of every host, and restart them.")
