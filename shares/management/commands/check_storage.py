"""Shows whether shares can be kept where the settings say."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from shares.services.probe import probe


class Command(BaseCommand):
    help = "Write, read, list and remove blobs where the settings say, and tell what does not work and why."

    def handle(self, **options: Any) -> None:
        place = f"the bucket {settings.S3_BUCKET}" if settings.S3_BUCKET else str(settings.SHARES_DIR)
        self.stdout.write(f"Blobs are kept in {place}.")
        troubles = []
        for probed in probe():
            verdict = "ok" if not probed.trouble else "FAILED" if probed.is_fatal else "note"
            self.stdout.write(f"{verdict:>6}  {probed.step}")
            if verdict == "note":
                self.stdout.write(f"        {probed.trouble}")
            elif probed.trouble:
                troubles.append(probed.trouble)
        if troubles:
            raise CommandError("\n".join(troubles))
