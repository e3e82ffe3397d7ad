"""Passwords of accounts: Argon2id at the cost of a share's password, one at a time in each process.

Each run takes 64 MiB for about 150 ms; Django's stock hasher would take 100 MiB and every core, for as many
visitors as try at once.
"""

from django.contrib.auth.hashers import Argon2PasswordHasher

from onetimeshare.slots import Slot

hashing = Slot()


class OneAtATime(Argon2PasswordHasher):
    """Hashes of another cost verify as well; Django renews them at sign-in. Raises SlotTaken."""

    time_cost = 3
    memory_cost = 64 * 1024
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with hashing.held():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with hashing.held():
            return super().verify(password, encoded)
