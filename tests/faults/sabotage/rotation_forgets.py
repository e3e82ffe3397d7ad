"""Breaks: after a rotation the key before it is still believed, until the rotation is finished."""

from tests.faults.twins import replaced

KEEP = "shares.management.commands.rotate_secret_key.Command._keep"


def keep(self, keys):
    """The new one alone."""
    replaced(KEEP)(self, keys[:1])


REPLACES = {KEEP: keep}
