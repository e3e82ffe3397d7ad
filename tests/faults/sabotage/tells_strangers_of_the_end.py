"""That a share has ended is told before the link's proof is compared."""

from shares.errors import ShareGone
from shares.values import State
from tests.faults.twins import replaced

NAME = "shares.querysets.share.ShareQuerySet._proven"


def proven(self, share_id, token, field):
    ended = self.filter(pk=share_id, ended_at__isnull=False).first()
    if ended:
        raise ShareGone(State(ended.state), ended.ended_at, ended.opened_at)
    return replaced(NAME)(self, share_id, token, field)


REPLACES = {NAME: proven}
