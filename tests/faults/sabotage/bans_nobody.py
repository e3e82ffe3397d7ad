"""Nobody is asked whether the sender is banned."""


def against(self, sender):
    return None


REPLACES = {"shares.querysets.moderation.BanQuerySet.against": against}
