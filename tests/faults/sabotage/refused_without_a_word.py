"""A sender who asks for the parts is refused in a way the document does not know."""

from shares.errors import NotReady
from tests.faults.twins import replaced


def received(share_id, manage_token):
    share, _ = replaced("shares.services.upload.received")(share_id, manage_token)
    if share.ready_at:
        raise NotReady
    return share, []


REPLACES = {"shares.services.upload.received": received}
