"""For the rig's own tests: a twin whose function is gone."""


def gone() -> None:
    return None


REPLACES = {"shares.services.claim.was_renamed": gone}
