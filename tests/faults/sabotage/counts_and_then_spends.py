"""How many shares a sender has left is read, and written a moment later."""

import time

from django.db.models import F
from django.db.models.functions import Now


def spend(allowances, subject, most):
    row, _made = allowances.get_or_create(subject=subject, defaults={"day": Now(), "shares": 0})
    if row.shares >= most:
        return False
    time.sleep(0.01)
    allowances.filter(subject=subject).update(shares=F("shares") + 1)
    return True


REPLACES = {"shares.querysets.allowance.AllowanceQuerySet.spend": spend}
