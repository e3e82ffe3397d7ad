"""A share is expected to be there; one that is not is an error of ours."""


def proven(self, share_id, token, field):
    return self.select_related("half").get(pk=share_id, **{field: token})


REPLACES = {"shares.querysets.share.ShareQuerySet._proven": proven}
