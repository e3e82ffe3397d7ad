"""One sentence to translate, as it stands in the code, in English."""

from dataclasses import dataclass
from typing import NamedTuple


class Key(NamedTuple):
    """What makes two sentences the same."""

    context: str
    message: str


@dataclass(frozen=True)
class Message:
    message: str
    place: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> Key:
        return Key(self.context, self.message)


class NotLiteral(Exception):
    """A sentence that is put together where it is said: nobody could translate it."""
