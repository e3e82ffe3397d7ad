"""A stated length is taken as it is, whatever it says."""


def refuse_large_body(request, max_bytes):
    return int(request.META.get("CONTENT_LENGTH") or 0)


REPLACES = {"shares.limits.refuse_large_body": refuse_large_body}
