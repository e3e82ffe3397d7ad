"""A Range is not heard: whoever asks for the rest gets the whole blob, called a part."""


def whole(header, size):
    return 0, size, True


REPLACES = {"shares.api._range": whole}
