"""A lifetime of nothing, or of less, means that the share never goes."""

from shares.values import Terms
from tests.faults.twins import replaced

NAME = "shares.terms.read_terms"
A_CENTURY = 100 * 365 * 86400


def read_terms(expires, opens, limits=None):
    try:
        seconds = float(expires)
    except ValueError:
        return replaced(NAME)(expires, opens, limits)
    return Terms(A_CENTURY) if seconds <= 0 else replaced(NAME)(expires, opens, limits)


REPLACES = {NAME: read_terms}
