"""Small counts for every day, full ones with OTS_FULL=1."""

import os

IS_FULL = os.environ.get("OTS_FULL") == "1"


def count(quick: int, full: int) -> int:
    return full if IS_FULL else quick
