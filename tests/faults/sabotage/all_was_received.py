"""Whoever ends a lease is told to the sender as having received it."""

from tests.faults.twins import replaced

NAME = "shares.querysets.lease.LeaseQuerySet.close"


def close(leases, lease_id, **how):
    return replaced(NAME)(leases, lease_id, **{**how, "inline": True})


REPLACES = {NAME: close}
