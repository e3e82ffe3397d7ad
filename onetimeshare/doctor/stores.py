"""What lies outside Postgres: Redis, the bytes, the key files."""

import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from onetimeshare.doctor.findings import Finding, fail, ok, warn
from sealing.record import KEY_BYTES
from shares import sealkeys
from shares.models import ServerHalf
from shares.querysets import database_now
from shares.redis_line import RedisAway, cache, redis_line
from shares.services.probe import probe
from shares.storage import share_storage

TRIED_KEY, TRIED_SECONDS = "doctor", 10


def look_at_redis() -> Iterator[Finding]:
    told = secrets.token_hex(8)
    try:
        with redis_line():
            cache.set(TRIED_KEY, told, TRIED_SECONDS)
            is_kept = cache.get(TRIED_KEY) == told
            policy = cache.client.get_client().info("memory").get("maxmemory_policy", "")
    except RedisAway:
        yield fail(
            "redis",
            "It does not answer. Leaving shares and signing in are held to a small cap meanwhile.",
            "Look at REDIS_URL, and whether Redis runs.",
        )
        return
    if not is_kept:
        yield fail("redis", "It does not keep what it is given.", "Look whether it is full.")
    elif policy not in ("noeviction", ""):
        yield warn("redis", f"It may forget limits: maxmemory-policy is {policy}.", "Set it to noeviction.")
    else:
        yield ok("redis", "answers and keeps")


def look_at_storage() -> Iterator[Finding]:
    """What manage.py check_storage tries: blobs of our own go in, come back, and go."""
    troubles = [probed for probed in probe() if probed.trouble]
    for probed in troubles:
        say = fail if probed.is_fatal else warn
        yield say("storage", f"{probed.step}: {probed.trouble}", "manage.py check_storage tries it again.")
    if any(probed.is_fatal for probed in troubles):
        return
    free = share_storage().free_bytes()
    if free is not None and free < settings.MAX_SHARE_BYTES:
        yield warn(
            "storage",
            f"Room for {free} bytes: the largest share that is allowed does not fit.",
            "Add room, or lower MAX_SHARE_BYTES.",
        )
    else:
        yield ok("storage", "takes and gives" + ("" if free is None else f", room for {free} bytes"))


def look_at_keys() -> Iterator[Finding]:
    """Which of the day's files a share needs is only in Postgres; what they are, only in the folder."""
    if settings.SEAL_KEY:
        yield warn(
            "seal keys",
            "SEAL_KEY is one key for ever: old dumps stay openable with their links.",
            "Use SEAL_KEYS_DIR, a folder that all hosts share.",
        )
        return
    folder = Path(settings.SEAL_KEYS_DIR)
    if not folder.is_dir():
        yield fail("seal keys", f"{folder} is not there.", "Make it, mode 0700, for gunicorn's user alone.")
        return
    troubles = [*_missing(folder), *_open_to_others(folder), *_damaged(folder)]
    yield from troubles
    if not troubles:
        today = sealkeys.key_no_for(database_now())
        files = len(list(folder.glob("*.key")))
        needed = "there" if (folder / f"{today}.key").exists() else "not needed yet"
        yield ok("seal keys", f"{files} files, for this user alone; today's ({today}.key) is {needed}")


def _missing(folder: Path) -> Iterator[Finding]:
    named = ServerHalf.objects.key_numbers()
    if missing := sorted(number for number in named if not (folder / f"{number}.key").exists()):
        yield fail(
            "seal keys",
            f"Shares wait for key files that are not there ({missing[0]}.key first, {len(missing)} in all).",
            "Is SEAL_KEYS_DIR the same folder on all hosts? A file that was lost loses its shares for good.",
        )


def _open_to_others(folder: Path) -> Iterator[Finding]:
    paths = [folder, *folder.glob("*.key")]
    if found := [path for path in paths if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]:
        yield fail(
            "seal keys",
            f"Others on this machine may read them: {found[0].name} and {len(found) - 1} more.",
            f"chmod 700 {folder}; chmod 600 {folder}/*.key",
        )


def _damaged(folder: Path) -> Iterator[Finding]:
    if found := [path.name for path in folder.glob("*.key") if path.stat().st_size != KEY_BYTES]:
        yield fail("seal keys", f"{found[0]} is no key file ({len(found)} in all).", "Its shares are lost.")
