"""Small counts for every day, full ones with OTS_FULL=1."""

import os
from typing import NoReturn

import pytest

IS_FULL = os.environ.get("OTS_FULL") == "1"


def count(quick: int, full: int) -> int:
    return full if IS_FULL else quick


def missing(what: str) -> NoReturn:
    """Nothing can be proven without it: the small lane says so, and the full lane is red."""
    said = f"NOT CHECKED: {what} is not here"
    if IS_FULL:
        pytest.fail(said)
    pytest.skip(said)
