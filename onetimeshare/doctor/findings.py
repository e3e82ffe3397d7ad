"""What the doctor says of one part."""

from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    OK = "OK"
    WARN = "WARN"  # it works, and something is not as it should be
    FAIL = "FAIL"  # something does not work, or promises less than it should


class Finding(NamedTuple):
    """One line: a part, how it is, and what to do where it is not well."""

    level: Level
    part: str
    said: str
    do: str = ""


def ok(part: str, said: str) -> Finding:
    return Finding(Level.OK, part, said)


def warn(part: str, said: str, do: str) -> Finding:
    return Finding(Level.WARN, part, said, do)


def fail(part: str, said: str, do: str) -> Finding:
    return Finding(Level.FAIL, part, said, do)
