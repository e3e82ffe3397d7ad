"""Looks at a server from all sides."""

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from onetimeshare import redactor
from onetimeshare.doctor import beside, database, place, proxy, stores
from onetimeshare.doctor.findings import Finding, Level, fail, warn

Look = Callable[[], Iterator[Finding]]


class Command(BaseCommand):
    help = "Look at settings, Postgres, Redis, storage, keys, sweep, worker, mail and proxy; say what to do."
    # They are part of what it looks at.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default="", help="where the running server is asked (PUBLIC_URL)")
        parser.add_argument("--send", default="", metavar="ADDRESS", help="send a test mail there")

    def handle(self, **options: Any) -> None:
        """Exit code 1 where a line says FAIL."""
        found = []
        for finding in self._findings(options["url"] or settings.PUBLIC_URL, options["send"]):
            found.append(finding)
            self._say(finding)
        counts = ", ".join(f"{sum(each.level == level for each in found)} {level}" for level in Level)
        self.stdout.write(counts)
        if any(each.level is Level.FAIL for each in found):
            raise SystemExit(1)

    def _findings(self, url: str, address: str) -> Iterator[Finding]:
        yield from _tried("settings", place.look)
        database_findings = [*_tried("postgres", database.look)]
        yield from database_findings
        has_postgres = database_findings[0].level is Level.OK
        for part, look in (("tables", database.look_at_tables), ("clock", database.look_at_clock)):
            yield from _tried(part, look, has_postgres)
        yield from _tried("redis", stores.look_at_redis)
        yield from _tried("storage", stores.look_at_storage)
        yield from _tried("seal keys", stores.look_at_keys, has_postgres)
        yield from _tried("sweep", beside.look_at_sweep, has_postgres)
        yield from _tried("worker", beside.look_at_worker, has_postgres)
        yield from _tried("mail", lambda: beside.look_at_mail(address))
        if url:
            yield from _tried(proxy.PROXY, lambda: proxy.look(url))
        else:
            yield warn(proxy.PROXY, "Not asked: PUBLIC_URL is not set.", "Set it, or give --url.")

    def _say(self, finding: Finding) -> None:
        self.stdout.write(f"{finding.level:<5} {finding.part:<10} {finding.said}")
        if finding.do:
            self.stdout.write(f"{'':<16} -> {finding.do}")


def _tried(part: str, look: Look, can_look: bool = True) -> Iterator[Finding]:
    """Whatever goes wrong while looking is a finding; the other parts are still looked at."""
    if not can_look:
        yield warn(part, "Not looked at: Postgres does not answer.", "Mend that first.")
        return
    try:
        yield from look()
    except Exception as error:  # a part in a state that nobody thought of
        if connection.in_atomic_block is False:
            connection.close()
        yield fail(part, f"It could not be looked at: {redactor.named(error)}.", "Look at the lines above.")
