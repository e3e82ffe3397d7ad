"""A sweep locks whatever is due at once, however much it is."""

from tests.faults.twins import replaced

NAME = "shares.querysets.share.ShareQuerySet.lock_some"


def lock_some(queryset, count):
    return replaced(NAME)(queryset, 10**6)


REPLACES = {NAME: lock_some}
