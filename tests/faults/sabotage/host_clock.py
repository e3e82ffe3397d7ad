"""Whether a share's time is over is asked of the host's own clock."""

from datetime import UTC, datetime

from tests.faults.twins import replaced

NAME = "shares.models.share.Share.seen_state"


def seen_state(share, now):
    return replaced(NAME)(share, datetime.now(UTC))


REPLACES = {NAME: seen_state}
