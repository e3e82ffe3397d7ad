"""What a sender stores is summed without holding the sender's row."""


def hold(allowances, subject):
    pass


REPLACES = {"shares.querysets.allowance.AllowanceQuerySet.hold": hold}
