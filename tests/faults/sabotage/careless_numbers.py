"""The plain doors take numbers as Python takes them."""

from shares.values import Terms


def read_terms(expires, opens):
    return Terms(int(expires or 3600), int(opens or 1))


REPLACES = {"shares.terms.read_terms": read_terms}
