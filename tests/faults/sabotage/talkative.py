"""Every limited request is logged, to see what goes on."""

import logging

from tests.faults.twins import replaced

NAME = "shares.limits.check"


def check(name, request, key=""):
    token = request.headers.get("Authorization")
    logging.getLogger("shares").info("%s %s %s", name, request.get_full_path(), token)
    replaced(NAME)(name, request, key)


REPLACES = {NAME: check}
