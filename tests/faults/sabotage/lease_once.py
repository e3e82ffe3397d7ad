"""A claimant's lease is not known again: the same claim twice is two claims."""

from tests.faults.twins import replaced

NAME = "shares.querysets.share.ShareQuerySet.moment_and_lease"


def moment_and_lease(queryset, share_id, verifier):
    return replaced(NAME)(queryset, share_id, bytes(32))


REPLACES = {NAME: moment_and_lease}
