"""A claim counts nothing down, and nothing ends with it."""

from django.db.models.functions import Now


def take_one(self, share_id, *, attempt_back):
    return self.filter(pk=share_id).update(opened_at=Now()) == 1


def erase_half_if_unneeded(share_id):
    return None


REPLACES = {
    "shares.querysets.share.ShareQuerySet.take_one": take_one,
    "shares.services.fetch.erase_half_if_unneeded": erase_half_if_unneeded,
}
