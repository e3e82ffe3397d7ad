"""Of a blob in S3 its first bytes come, whichever range was asked for."""

from tests.faults.twins import replaced

GET = "shares.storage.s3.S3Storage._get"


def from_the_start(storage, name, start, stop):
    return replaced(GET)(storage, name, 0, stop - start)


REPLACES = {GET: from_the_start}
