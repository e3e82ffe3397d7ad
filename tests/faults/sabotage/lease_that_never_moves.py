"""A lease ends fifteen minutes after its claim, however busily its claimant fetches."""


def extend(self, lease_id):
    return self.still_open().filter(pk=lease_id).exists()


REPLACES = {"shares.querysets.lease.LeaseQuerySet.extend": extend}
