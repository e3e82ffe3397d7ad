"""Passwords where the server stands in for a client: Argon2id, one at a time in each process.

Each run takes 64 MiB for about 150 ms; fifty guessers at once would take 3 GiB.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from onetimeshare import metrics
from onetimeshare.slots import Slot, SlotTaken
from sealing.errors import PasswordInvalid
from sealing.keys import PasswordKeys, check_password, password_keys
from shares.errors import Busy, InvalidInput

_slot = Slot()


@contextmanager
def hashing_slot() -> Iterator[None]:
    """Wait up to two seconds for the slot. Raises Busy; nothing may be paid before it is ours."""
    try:
        with _slot.held():
            yield
    except SlotTaken:
        raise Busy from None


def refuse_impossible(password: str) -> None:
    """Before anything is paid for it. Raises InvalidInput for what no password can be."""
    try:
        check_password(password)
    except PasswordInvalid as error:
        raise InvalidInput(f"{error}.".capitalize()) from None


@metrics.timed("hash")
def stretch(password: str, link_secret: bytes, share_id: bytes) -> PasswordKeys:
    """The token and the key; inside a slot. Raises InvalidInput for what no password can be."""
    refuse_impossible(password)
    return password_keys(password, link_secret, share_id)
