"""The step between a restored dump and the first request to it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shares.models import Share
from shares.services.restore import StillUsed, after_restore


class Command(BaseCommand):
    help = "After a dump was restored: end what must not be given out a second time (docs/keys.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--end-tokens", action="store_true", help="end all API tokens as well")

    def handle(self, **options: Any) -> None:
        living = Share.objects.living().count()
        self.stdout.write(f"Ends {living} living shares, all sessions, invitations and waiting notices.")
        if (
            not options["yes"]
            and input("Was this database restored from a dump? Type restored: ") != "restored"
        ):
            raise CommandError("Nothing was changed.")
        try:
            counts = after_restore(tokens=options["end_tokens"])
        except StillUsed as error:
            raise CommandError("A server still uses this database: stop it, then repeat.") from error
        self.stdout.write(", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
