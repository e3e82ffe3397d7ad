"""A share is read for update, and its row is not locked."""


def lock(queryset, share_id):
    return queryset.dated().get(pk=share_id)


REPLACES = {"shares.querysets.share.ShareQuerySet.lock": lock}
