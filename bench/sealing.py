"""How fast we seal and open, beside what the cipher alone does on the same machine in the same run.

Run it as `python -m bench.sealing` from the project's root.
"""

import io
import time
from collections.abc import Callable, Iterable
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sealing.keys import new_file_key, new_id, new_secret, password_keys
from sealing.stream import CHUNK_BYTES, Opener, Sealer, open_stream, seal

SIZE_BYTES = 128 * 2**20
STEP_BYTES = 2**20
ROUNDS = 5

FILE_KEY = new_file_key()
PLAIN = bytes(SIZE_BYTES)
BLOB = b"".join(seal(io.BytesIO(PLAIN), FILE_KEY))


def cipher_alone() -> None:
    cipher, view = ChaCha20Poly1305(bytes(32)), memoryview(PLAIN)
    for at in range(0, SIZE_BYTES, CHUNK_BYTES):
        cipher.encrypt(bytes(12), view[at : at + CHUNK_BYTES], None)


def seal_a_file() -> None:
    use_up(seal(io.BytesIO(PLAIN), FILE_KEY))


def open_a_file() -> None:
    source = io.BytesIO(BLOB)
    use_up(open_stream(iter(lambda: source.read(CHUNK_BYTES), b""), FILE_KEY))


def seal_in_steps_of_1_mib() -> None:
    sealer = Sealer(FILE_KEY)
    view = memoryview(PLAIN)
    for at in range(0, SIZE_BYTES, STEP_BYTES):
        sealer.feed(view[at : at + STEP_BYTES])
    sealer.finish()


def open_in_steps_of_1_mib() -> None:
    opener = Opener(FILE_KEY)
    view = memoryview(BLOB)
    for at in range(0, len(BLOB), STEP_BYTES):
        opener.feed(view[at : at + STEP_BYTES])
    opener.finish()


def use_up(pieces: Iterable[bytes]) -> None:
    for _ in pieces:
        pass


def digest_alone() -> None:
    sha256(PLAIN).digest()


def best_seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The fastest of so many rounds: on a shared machine the others tell about the neighbours."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    cipher = best_seconds(cipher_alone)
    for work in (
        cipher_alone,
        seal_a_file,
        open_a_file,
        seal_in_steps_of_1_mib,
        open_in_steps_of_1_mib,
        digest_alone,
    ):
        seconds = best_seconds(work)
        rate, ratio = SIZE_BYTES / seconds / 1e9, cipher / seconds
        print(f"{work.__name__.replace('_', ' '):24} {rate:5.2f} GB/s  {ratio:5.2f} x the cipher alone")
    stretch = best_seconds(lambda: password_keys("correct horse", new_secret(), new_id()), rounds=3)
    print(f"{'stretch a password':24} {stretch * 1000:5.0f} ms")


if __name__ == "__main__":
    main()
