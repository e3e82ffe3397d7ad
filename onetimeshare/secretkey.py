"""The file that SECRET_KEY_FILE names: the key that signs in its first line, those still believed below."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

KEY_BYTES = 48


def new_key() -> str:
    return secrets.token_urlsafe(KEY_BYTES)


def keys_in(text: str) -> list[str]:
    """One a line; [""] where there is none."""
    return [line.strip() for line in text.splitlines() if line.strip()] or [""]


def write(path: Path, keys: Sequence[str]) -> None:
    """In place of what was there, whole or not at all, for the same people. Raises OSError.

    A process that starts meanwhile reads either the old file or the new one.
    """
    path = path.resolve()  # a link stays one
    was = path.stat() if path.exists() else None
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("".join(f"{key}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
        if was:
            os.fchown(file.fileno(), was.st_uid, was.st_gid)
            os.fchmod(file.fileno(), was.st_mode & 0o777)
    fresh.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
