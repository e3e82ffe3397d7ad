"""The day's key is never erased."""


def erase(key_no):
    return None


REPLACES = {"shares.sealkeys.erase": erase}
