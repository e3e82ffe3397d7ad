"""Cron's door to the sweep."""

import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from shares.errors import ShareError
from shares.services.sweep import BATCH, MOST, sweep

log = logging.getLogger("shares.sweep")


class Command(BaseCommand):
    help = "Clear what is due: shares, leases, dropped uploads, orphan blobs, old tombstones, seal keys."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every", type=float, metavar="SECONDS", help="sweep again and again, with this pause"
        )
        parser.add_argument("--dry-run", action="store_true", help="count what is due, change nothing")
        parser.add_argument(
            "--batch-size", type=int, default=BATCH, help=f"rows in one transaction, at most {MOST}"
        )
        parser.add_argument("--max-seconds", type=float, help="begin no further batch after this long")

    def handle(self, **options: Any) -> None:
        if options["batch_size"] < 1:
            raise CommandError("--batch-size must be at least 1.")
        every = options["every"]
        if every is None:
            self.stdout.write(self._sweep(options) or "nothing was due")
            return
        while True:  # a service: its lines are those of the log
            try:
                if said := self._sweep(options):
                    log.info("swept: %s", said)
            except CommandError as error:
                log.error(str(error))
            time.sleep(every)

    def _sweep(self, options: dict[str, Any]) -> str:
        """One pass, and what it did. Trouble becomes one line and exit code 1, so that cron notices."""
        try:
            counts = sweep(options["batch_size"], options["max_seconds"], options["dry_run"])
        except ShareError as error:
            raise CommandError(f"The sweep stopped, storage failed: {error}") from error
        except DatabaseError as error:
            raise CommandError(f"The sweep stopped, Postgres failed: {type(error).__name__}") from error
        finally:
            connection.close()
        said = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()) if count)
        return f"would be: {said or 'nothing was due'}" if options["dry_run"] else said
