"""A share that is there is looked at for longer, before the link's proof is compared."""

import time

from tests.faults.twins import replaced

NAME = "shares.querysets.share.ShareQuerySet._proven"


def proven(self, share_id, token, field):
    if self.filter(pk=share_id).exists():
        time.sleep(0.003)
    return replaced(NAME)(self, share_id, token, field)


REPLACES = {NAME: proven}
