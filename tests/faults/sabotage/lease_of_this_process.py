"""Who may fetch is remembered by the process that granted the claim, and by no other."""

from tests.faults.twins import replaced

TAKE, FETCH = "shares.models.share.Share.take", "shares.services.fetch.fetch"
_granted = set()


def take(share, request, proof):
    taken = replaced(TAKE)(share, request, proof)
    if not getattr(taken, "is_repeat", True):
        _granted.add(share.pk)
    return taken


def fetch(share_id, lease_secret):
    if share_id not in _granted:
        from shares.errors import ShareUnknown

        raise ShareUnknown
    return replaced(FETCH)(share_id, lease_secret)


REPLACES = {TAKE: take, FETCH: fetch}
