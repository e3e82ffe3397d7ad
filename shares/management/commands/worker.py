"""Sends notices to the owners of shares: the one process that speaks to other servers."""

import logging
import queue
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from shares import letters, webhooks
from shares.services.notices import tell
from shares.values import Way

log = logging.getLogger("shares.worker")
SENDERS = {Way.EMAIL: letters.send, Way.WEBHOOK: webhooks.send}


class Command(BaseCommand):
    help = "Send the notices that are due, by mail and by webhook. Several may run at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due now, then end")
        parser.add_argument(
            "--every", type=float, default=5, metavar="SECONDS", help="look again after this pause (5)"
        )

    def handle(self, **options: Any) -> None:
        """Each way has a thread of its own: a slow receiver in one holds up nobody in another."""
        ended: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()
        for way in SENDERS:
            threading.Thread(target=self._run, args=(way, options, ended), daemon=True).start()
        for _ in SENDERS:
            if trouble := ended.get():
                raise trouble

    def _run(self, way: Way, options: dict[str, Any], ended: "queue.SimpleQueue[Exception | None]") -> None:
        """What stops one way ends the process, or nobody would see it."""
        try:
            self._work_once(way) if options["once"] else self._work_on(way, options["every"])
            ended.put(None)
        except Exception as error:
            ended.put(error)

    def _work_once(self, way: Way) -> None:
        if said := self._work(way):
            self.stdout.write(said)

    def _work_on(self, way: Way, every: float) -> None:
        while True:  # a service: its lines are those of the log
            try:
                if said := self._work(way):
                    log.info(said)
            except CommandError as error:
                log.error(str(error))
            time.sleep(every)

    def _work(self, way: Way) -> str:
        """One pass, and what it did, by count and never by name."""
        try:
            counts = tell(way, SENDERS[way])
        except DatabaseError as error:
            raise CommandError(f"The worker stopped, Postgres failed: {type(error).__name__}") from error
        finally:
            connection.close()
        said = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()) if count)
        return f"notices by {way.value}: {said}" if said else ""
