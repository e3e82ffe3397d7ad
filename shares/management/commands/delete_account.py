"""Delete one account and what is held about it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shares.management.holdings import forget, living_shares
from shares.management.people import person


class Command(BaseCommand):
    help = "Delete an account. Its living shares stay, belonging to nobody, unless --revoke."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--revoke", action="store_true", help="revoke its living shares first")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, **options: Any) -> None:
        user = person(options["email"])
        left = living_shares(user)
        happens = "are revoked" if options["revoke"] else "stay, and belong to nobody"
        self.stdout.write(f"{left} living shares {happens}. What they did as staff stays in the audit log.")
        if not options["yes"] and input("Type the address to delete the account: ") != user.email:
            raise CommandError("Nothing was deleted.")
        forget(user, revoke=options["revoke"])
        self.stdout.write("Deleted.")
