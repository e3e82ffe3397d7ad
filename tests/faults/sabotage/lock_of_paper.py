"""The fifth wrong password locks the share for wrong passwords only."""

from django.db.models import F
from django.db.models.functions import Least

from shares.values import ATTEMPTS


def pay_attempt(queryset, share_id):
    queryset.filter(pk=share_id).update(attempts=Least(F("attempts") + 1, ATTEMPTS))
    return queryset.values_list("attempts", flat=True).get(pk=share_id)


REPLACES = {"shares.querysets.share.ShareQuerySet.pay_attempt": pay_attempt}
