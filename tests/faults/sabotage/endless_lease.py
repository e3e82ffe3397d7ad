"""A lease is open until somebody closes it; its end in Postgres is not asked."""


def still_open(self):
    return self.filter(closed_at=None)


REPLACES = {"shares.querysets.lease.LeaseQuerySet.still_open": still_open}
