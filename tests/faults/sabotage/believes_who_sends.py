"""A part that went past the server is there because its sender says so; S3 is not asked."""


def has_part(self, name, n, size_bytes, digest, upload_id):
    return "sent"


REPLACES = {"shares.storage.s3.S3Storage.has_part": has_part}
