"""After an old database was brought back: nothing of it is given out again, and nothing half-there stays.

A dump does not know what happened after it: which share was opened, how many tries were paid, who signed
out, which invitation was used, what was told. What must not happen twice is therefore over, all of it;
what people own (accounts, passwords, API tokens, bans, limits) stays as the dump has it.
"""

from collections import Counter

from django.db import transaction

from accounts.models import ApiToken, Invitation
from accounts.querysets import end_sessions
from shares.models import Notice, NoticeTurn, Share, Sweep
from shares.values import State

BATCH = 500


class StillUsed(Exception):
    """Somebody else holds rows of this database: a server runs on it."""


def after_restore(*, tokens: bool = False) -> Counter[str]:
    """End what a restored dump cannot know to be still unused; the counts by name. Repeatable.

    tokens: API tokens as well, for where one was revoked after the dump. Raises StillUsed.
    """
    counts = Counter(shares_ended=_end_shares())
    with transaction.atomic():
        counts["sessions_ended"] = end_sessions()
        counts["invitations_ended"] = Invitation.objects.end_waiting()
        counts["notices_dropped"] = Notice.objects.all().delete()[0]
        NoticeTurn.objects.all().delete()
        if tokens:
            counts["tokens_ended"] = ApiToken.objects.all().delete()[0]
        # The next sweeps look at every blob anew: those of shares that this database never saw are orphans.
        Sweep.objects.set_cursor("")
    return counts


def _end_shares() -> int:
    """All that live, with a half or without: what was opened since the dump still waits in it."""
    ended = 0
    while True:
        with transaction.atomic():
            batch = [share.pk for share in Share.objects.living().order_by("pk").lock_some(BATCH)]
            Share.objects.filter(pk__in=batch).end(State.REMOVED)
        ended += len(batch)
        if not batch:
            break
    if Share.objects.living().exists():
        raise StillUsed
    return ended
