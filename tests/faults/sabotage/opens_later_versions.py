"""A link of a later version is read as one of ours, as if nothing had changed since."""

from tests.faults.twins import replaced

NAME = "sealing.links.parse"


def parse(text):
    return replaced(NAME)(text.replace("#2", "#1"))


REPLACES = {NAME: parse}
