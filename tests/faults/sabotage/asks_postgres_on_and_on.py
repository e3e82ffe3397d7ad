"""Whether a sender is banned is asked of Postgres again and again where it does not answer."""

from contextlib import suppress

from django.db import OperationalError

from tests.faults.twins import replaced

NAME = "shares.querysets.moderation.BanQuerySet.against"


def against(bans, sender):
    for _ in range(3):
        with suppress(OperationalError):
            return replaced(NAME)(bans, sender)
    return replaced(NAME)(bans, sender)


REPLACES = {NAME: against}
