"""Leave to read past the server is signed for whoever once had a lease; whether it is over is not asked."""

from shares.services import fetch
from shares.storage import share_storage

SIGN = "shares.services.direct.sign_range"


def sign_range(share_id, lease_secret, start, stop):
    share = fetch.lease_of(share_id, lease_secret).share
    return share_storage().sign_read(share.storage_name, start, stop), start, stop


REPLACES = {SIGN: sign_range}
