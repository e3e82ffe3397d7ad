"""The outbox: written beside the event it tells of, taken by one worker at a time."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, models
from django.db.models.functions import Now

from shares.values import TEST, Occasion, Way

if TYPE_CHECKING:
    from shares.models import Notice, NoticeChoice, NoticeTurn  # noqa: F401 - named in annotations

KEPT = timedelta(days=1)
# What a share was given counts, else what its owner chose; nobody's shares are told to nobody.
# An account's that wait in one way; there may be a few more where many shares end in one statement.
MAX_WAITING = 1000
WANTED = f"""
INSERT INTO shares_notice (account_id, share_id, what, way, tries)
SELECT share.owner_id, share.id, split_part(wanted, ':', 2), split_part(wanted, ':', 1), 0
FROM shares_share share
LEFT JOIN shares_noticechoice choice ON choice.account_id = share.owner_id
CROSS JOIN LATERAL unnest(coalesce(share.notices, choice.notices)) AS wanted
WHERE share.id = ANY(%(ids)s::text[]) AND share.owner_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM shares_notice AS waiting
                  WHERE waiting.account_id = share.owner_id AND waiting.way = split_part(wanted, ':', 1)
                  OFFSET {MAX_WAITING - 1})
"""  # noqa: S608 - a number of ours
_OF_ONE = WANTED + "AND split_part(wanted, ':', 2) = %(occasion)s"
# Taken is tried: the row is due again after its pause, whatever becomes of whoever took it, and its account
# rests as long, or each new row would cost one more wait for a receiver that is not heard of yet.
_TAKE = """
WITH turn AS MATERIALIZED (
    SELECT id, account_id, way FROM shares_noticeturn AS turn
    WHERE way = %(way)s AND at <= statement_timestamp()
      AND EXISTS (SELECT FROM shares_notice AS due
                  WHERE due.account_id = turn.account_id AND due.way = turn.way
                    AND due.due_at <= statement_timestamp()
                  OFFSET 0)
    ORDER BY at LIMIT 1 FOR UPDATE SKIP LOCKED),
next AS MATERIALIZED (
    SELECT first.id, turn.id AS turn_id,
           statement_timestamp() + least(power(2, tries), 60) * interval '1 minute' AS again_at
    FROM turn CROSS JOIN LATERAL (
        SELECT id, tries FROM shares_notice AS due
        WHERE due.account_id = turn.account_id AND due.way = turn.way
        ORDER BY due_at LIMIT 1) AS first),
rest AS (UPDATE shares_noticeturn AS turn SET at = again_at FROM next WHERE turn.id = next.turn_id)
UPDATE shares_notice AS taken
SET tries = tries + 1, due_at = again_at
FROM next WHERE taken.id = next.id
RETURNING taken.*
"""
# Only workers write turns: an event that had to wait for its account's would hold up whoever opens a share.
_LINE_UP = """
WITH over AS (DELETE FROM shares_noticeturn AS turn
              WHERE way = %(way)s AND at <= statement_timestamp()
                AND NOT EXISTS (SELECT FROM shares_notice AS waiting
                                WHERE waiting.account_id = turn.account_id AND waiting.way = turn.way))
INSERT INTO shares_noticeturn (account_id, way, at)
SELECT account_id, way, min(due_at) FROM shares_notice AS waiting
WHERE way = %(way)s AND NOT EXISTS (SELECT FROM shares_noticeturn AS turn
                                    WHERE turn.account_id = waiting.account_id AND turn.way = waiting.way)
GROUP BY account_id, way
ON CONFLICT DO NOTHING
"""
_REST = """
UPDATE shares_noticeturn
SET at = greatest(statement_timestamp() + %(length)s * interval '1 second',
                  (SELECT min(due_at) FROM shares_notice WHERE account_id = %(account)s AND way = %(way)s))
WHERE account_id = %(account)s AND way = %(way)s
"""
_NEXT_IN = """
SELECT at - statement_timestamp() FROM shares_noticeturn AS turn
WHERE way = %(way)s AND at <= statement_timestamp() + %(patience)s * interval '1 second'
  AND EXISTS (SELECT FROM shares_notice AS due
              WHERE due.account_id = turn.account_id AND due.way = turn.way
                AND due.due_at <= greatest(turn.at, statement_timestamp())
              OFFSET 0)
ORDER BY at LIMIT 1
"""

# An account without a turn waits for a worker to line it up; one that rests does not wait.
_DEPTH = """
SELECT way, sum(count)::bigint,
       max(extract(epoch FROM statement_timestamp() - greatest(first_due, turn.at)))::float
FROM (SELECT account_id, way, count(*) AS count, min(due_at) AS first_due
      FROM shares_notice GROUP BY account_id, way) AS waiting
LEFT JOIN shares_noticeturn AS turn USING (account_id, way)
GROUP BY way
"""


class NoticeQuerySet(models.QuerySet["Notice"]):
    def note(self, share_id: str, occasion: Occasion) -> None:
        """One row for each way in which the share's owner wants to be told, in the caller's transaction."""
        with connection.cursor() as cursor:
            cursor.execute(_OF_ONE, {"ids": [share_id], "occasion": occasion.value})

    def note_test(self, account_id: int, ways: Iterable[Way]) -> None:
        """Something to try it with; one at a time waits."""
        waiting = self.filter(account=account_id, what=TEST)
        known = set(waiting.values_list("way", flat=True))
        self.bulk_create(self.model(account_id=account_id, what=TEST, way=w) for w in ways if w not in known)

    def take(self, way: Way) -> "Notice | None":
        """What is due longest of the account whose turn it is; nobody else gets it before its pause is over:

        1 minute, 2, 4 and so on, at most an hour: longer than any try may last.
        """
        return next(iter(self.raw(_TAKE, {"way": way.value})), None)

    def depth(self) -> tuple[dict[str, int], float]:
        """How many wait in each way; for how many seconds an account's turn has come without being taken."""
        with connection.cursor() as cursor:
            cursor.execute(_DEPTH)
            rows = cursor.fetchall()
        return {way: count for way, count, _ in rows}, max((0.0, *(late for *_, late in rows)))

    def old(self) -> "NoticeQuerySet":
        """What could not be told for a day."""
        return self.filter(at__lte=Now() - KEPT)

    def give_up(self) -> int:
        """Erase what is old; how many."""
        return self.old().delete()[0]


class NoticeTurnQuerySet(models.QuerySet["NoticeTurn"]):
    def line_up(self, way: Way) -> None:
        """A turn for each account with something to be told, and none for who has nothing left."""
        with connection.cursor() as cursor:
            cursor.execute(_LINE_UP, {"way": way.value})

    def rest(self, notice: "Notice", length: timedelta) -> None:
        """The account of a notice that was dealt with goes behind those served longer ago."""
        with connection.cursor() as cursor:
            cursor.execute(
                _REST, {"account": notice.account_id, "way": notice.way, "length": length.total_seconds()}
            )

    def next_in(self, way: Way, patience: timedelta) -> timedelta | None:
        """How long until somebody has their turn; None: longer than *patience*."""
        with connection.cursor() as cursor:
            cursor.execute(_NEXT_IN, {"way": way.value, "patience": patience.total_seconds()})
            found = cursor.fetchone()
        return max(timedelta(), found[0]) if found else None


class NoticeChoiceQuerySet(models.QuerySet["NoticeChoice"]):
    def of(self, account_id: int) -> "NoticeChoice":
        """The account's choice, or the unsaved one of somebody who never chose."""
        return self.filter(pk=account_id).first() or self.model(account_id=account_id)

    def keep(self, choice: "NoticeChoice") -> None:
        """Save all of it; somebody who chose in two windows at once has what they sent last."""
        names = ("notices", "language", "webhook_url", "webhook_secret", "outcome")
        self.update_or_create(pk=choice.pk, defaults={name: getattr(choice, name) for name in names})

    def with_secret(self) -> "NoticeChoiceQuerySet":
        return self.exclude(webhook_secret=b"").order_by("pk")

    def change_secret(self, choice: "NoticeChoice", sealed: bytes) -> bool:
        """False: its owner has made another one meanwhile, which stays."""
        unchanged = self.filter(pk=choice.pk, webhook_secret=bytes(choice.webhook_secret))
        return unchanged.update(webhook_secret=sealed) == 1

    def note_outcome(self, account_id: int, outcome: str) -> None:
        self.filter(pk=account_id).update(outcome=outcome, outcome_at=Now())
