"""Shows whether mail leaves this server."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from onetimeshare.mail import send_test


class Command(BaseCommand):
    help = "Send a test mail to ADDRESS by EMAIL_URL, and say what the mail server answers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", metavar="ADDRESS")

    def handle(self, **options: Any) -> None:
        if not settings.HAS_MAIL:
            raise CommandError("EMAIL_URL is not set: this server sends no mail.")
        try:
            send_test(options["address"])
        except (OSError, ValueError) as error:  # smtplib's errors are OSErrors
            raise CommandError(f"The mail was not sent: {type(error).__name__}: {error}") from error
        self.stdout.write("The mail server took it.")
