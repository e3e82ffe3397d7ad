"""A sender's name for his file is printed without a thought."""

import re

from tests.faults.twins import replaced

NAME = "shares.printed.Answer.text"


def text(self):
    return re.sub(r"'(\./[^']*)'", r"\1", replaced(NAME)(self))


def safe_name(name):
    return name


REPLACES = {NAME: text, "sealing.names.safe_name": safe_name}
