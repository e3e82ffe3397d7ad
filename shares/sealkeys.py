"""The daily key files under which server halves rest, kept outside Postgres and its backups.

A half is sealed under the file of the UTC day on which its share expires. Two days later nothing
names that file any more and the sweep erases it: what still lies in WAL, dead rows or old dumps is
noise from then on. Nothing is cached here, so an erased file is forgotten at once.
"""

import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from sealing import record
from sealing.errors import EnvelopeDamaged
from shares.durable import sync_folder
from shares.errors import StoreAway

KEPT_DAYS = 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The number of the one key that SEAL_KEY in the environment gives; it is never erased.
FIXED_KEY_NO = 0


def key_no_for(moment: datetime) -> int:
    """The number of the key file for a share that expires at *moment*: the UTC day since 1970."""
    return FIXED_KEY_NO if settings.SEAL_KEY else (moment - _EPOCH).days


def seal(key_no: int, share_id: bytes, wrapped_key: bytes) -> bytes:
    """The record to store; makes the day's key file where it is missing."""
    return record.seal_record(_key(key_no, make=True), key_no, share_id, wrapped_key)


def open_sealed(key_no: int, share_id: bytes, sealed: bytes) -> bytes:
    """The wrapped key. Raises StoreAway when the key file cannot be read or does not fit."""
    try:
        return record.open_record(_key(key_no), share_id, sealed)
    except EnvelopeDamaged as error:
        raise StoreAway from error


def seal_origin(key_no: int, share_id: bytes, network: str) -> bytes | None:
    """The sender's network, to be stored beside the share; None where it is not known."""
    return record.seal_origin(_key(key_no, make=True), key_no, share_id, network) if network else None


def open_origin(share_id: bytes, sealed: bytes) -> str:
    """The network. Raises StoreAway when the key file cannot be read or does not fit."""
    try:
        return record.open_origin(_key(record.key_no_of(sealed)), share_id, sealed)
    except EnvelopeDamaged as error:
        raise StoreAway from error


def password_record(key_no: int, share_id: bytes, password_verifier: bytes) -> bytes:
    return record.password_record(_key(key_no, make=True), share_id, password_verifier)


def old_key_numbers(now: datetime) -> Iterator[int]:
    """Numbers of the files whose day is more than two days past."""
    newest = (now - timedelta(days=KEPT_DAYS) - _EPOCH).days
    for path in _folder().glob("*.key"):
        if path.stem.isdecimal() and int(path.stem) < newest:
            yield int(path.stem)


def erase(key_no: int) -> None:
    """Overwrite and unlink the day's key file; on a copying disk only the unlink is sure.

    Raises StoreAway.
    """
    path = _path(key_no)
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(record.KEY_BYTES))
            os.fsync(file.fileno())
        path.unlink()
        sync_folder(path.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreAway("A seal key cannot be erased.") from error


def _folder() -> Path:
    return Path(settings.SEAL_KEYS_DIR)


def _path(key_no: int) -> Path:
    return _folder() / f"{key_no}.key"


def _key(key_no: int, *, make: bool = False) -> bytes:
    if key_no == FIXED_KEY_NO:
        return bytes.fromhex(settings.SEAL_KEY)
    try:
        try:
            return _path(key_no).read_bytes()
        except FileNotFoundError:
            if not make:
                raise
        return _make(_path(key_no))
    except OSError as error:
        raise StoreAway from error


def _make(path: Path) -> bytes:
    """Temporary name, fsync, link, fsync of the folder; the loser of a race reads the winner's."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(record.new_key())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    sync_folder(path.parent)
    return path.read_bytes()
