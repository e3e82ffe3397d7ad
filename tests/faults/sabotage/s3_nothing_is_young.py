"""No sign of life in S3 is recent enough: the sweep as it looks ten minutes later."""


def never(storage, at, now):
    return False


REPLACES = {"shares.storage.s3.S3Storage._is_young": never}
