"""Passwords where the server stands in for a client: Argon2id, one at a time in each process.

Each run takes 64 MiB for about 150 ms; fifty guessers at once would take 3 GiB.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sealing.errors import PasswordInvalid
from sealing.keys import PasswordKeys, check_password, password_keys
from shares.errors import Busy, InvalidInput

SLOT_SECONDS = 2.0
_slot = threading.BoundedSemaphore(1)


@contextmanager
def hashing_slot() -> Iterator[None]:
    """Wait up to two seconds for the slot. Raises Busy; nothing may be paid before it is ours."""
    if not _slot.acquire(timeout=SLOT_SECONDS):
        raise Busy
    try:
        yield
    finally:
        _slot.release()


def refuse_impossible(password: str) -> None:
    """Before anything is paid for it. Raises InvalidInput for what no password can be."""
    try:
        check_password(password)
    except PasswordInvalid as error:
        raise InvalidInput(f"{error}.".capitalize()) from None


def stretch(password: str, link_secret: bytes, share_id: bytes) -> PasswordKeys:
    """The token and the key; inside a slot. Raises InvalidInput for what no password can be."""
    refuse_impossible(password)
    return password_keys(password, link_secret, share_id)
