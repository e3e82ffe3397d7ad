"""The end of the line is taken for the end of the file, as Django's own parser does."""


def read(self, size=1024**2):
    if self._left is not None:
        size = min(size, self._left)
    try:
        data = self._input.read(size) if size else b""
    except Exception:
        data = b""
    if self._left is not None:
        self._left -= len(data)
    return data


def refuse_nothing(request):
    return None


REPLACES = {"shares.uploads.Body.read": read, "shares.uploads.refuse_cut_form": refuse_nothing}
