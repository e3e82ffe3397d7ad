"""The server makes the lease secret, so whoever lost the reply has lost the share."""

import os
from dataclasses import replace

from tests.faults.twins import replaced

NAME = "shares.services.claim.claim"


def claim(request):
    return replaced(NAME)(replace(request, lease_verifier=os.urandom(32)))


REPLACES = {NAME: claim}
