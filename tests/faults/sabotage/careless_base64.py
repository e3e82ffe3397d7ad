"""Texts are taken for base64 without a look; what is none is an error of ours."""

import base64


def unb64(text, length=None):
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


REPLACES = {"sealing.encoding.unb64": unb64}
