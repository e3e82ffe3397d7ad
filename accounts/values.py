"""What an account lets through: frozen values, and nothing of ours imported."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a token may be used for."""

    SEND = "send"
    RECEIPTS = "receipts"
    REVOKE = "revoke"


@dataclass(frozen=True)
class Grant:
    """Whom a token speaks for, and for what."""

    user_id: int
    scopes: frozenset[Scope]
