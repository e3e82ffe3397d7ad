"""Breaks: whoever reads slowly is cut off once the lease is over."""


def still_open(lease_ids, *, extend):
    """All of them, for ever."""
    return set(lease_ids)


REPLACES = {"shares.services.fetch.still_open": still_open}
