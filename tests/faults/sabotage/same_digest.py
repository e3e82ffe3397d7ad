"""Every body under one id counts as the same create."""


def digest(left):
    return bytes(32)


REPLACES = {"shares.values.Deposit.digest": digest}
