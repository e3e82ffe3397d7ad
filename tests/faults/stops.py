"""Named places in the product's work where a test may hold a process, and kill it or what it stands on.

A process of a rig with STOPS=1 has them. Whoever reaches a place that was armed stays there until it is let
go; nothing else is changed. Tests see and steer that by files in the rig's folder `stops`.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.faults.rig import Rig

CREATE = ("opened", "half written", "synced", "renamed", "inserted", "not answered")
CLAIM = ("paid", "hashed", "claimed", "half sent", "all sent", "unlinked")
HOLD_SECONDS = 30
LOOK_SECONDS = 0.005

# --- in the product's processes -----------------------------------------------------------------------


def _folder() -> Path:
    return Path(os.environ["SHARES_DIR"]).parent / "stops"


def reach(place: str) -> None:
    """Stay here if *place* is armed; the first one only."""
    here = _folder() / f"reached {os.getpid()}"
    with suppress(FileNotFoundError):
        os.replace(_folder() / f"armed {place}", here)
        until = time.monotonic() + HOLD_SECONDS
        while here.exists() and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)


def _after(name: str, place: str) -> Callable[..., Any]:
    from tests.faults.twins import replaced

    def work(*args: Any, **kwargs: Any) -> Any:
        done = replaced(name)(*args, **kwargs)
        reach(place)
        return done

    return work


def _note(events: Any, share_ids: Any, *whats: str, **more: Any) -> None:
    """A row of what is sealed here is there and not committed: its event comes next."""
    from tests.faults.twins import replaced

    if "created" in whats:
        reach("inserted")
    replaced(NOTE)(events, share_ids, *whats, **more)


def _write_all(file: Any, data: bytes) -> None:
    from tests.faults.twins import replaced

    half = len(data) // 2
    replaced(WRITE)(file, data[:half])
    reach("half written")
    replaced(WRITE)(file, data[half:])


def _send(source: Any, line: Any) -> int:
    from tests.faults.twins import replaced

    sent: int = replaced(SEND)(source, line)
    if not sent:
        reach("all sent")
    elif source._at < source._stop:
        reach("half sent")
    return sent


def _rename(source: Any, target: Any, **more: Any) -> None:
    reach("synced")
    _really_rename(source, target, **more)
    reach("renamed")


_really_rename = os.rename
NOTE = "shares.querysets.event.EventQuerySet.note"
WRITE = "shares.storage.folder._write_all"
SEND = "shares.outgoing._File.send"
AFTER = {
    "shares.storage.folder.FolderStorage.begin": "opened",
    "shares.querysets.share.ShareQuerySet.add": "inserted",
    "shares.countdown.start": "not answered",
    "shares.querysets.share.ShareQuerySet.pay_attempt": "paid",
    "shares.services.passwords.stretch": "hashed",
    "shares.services.claim.claim": "claimed",
    "shares.storage.folder.FolderStorage.delete": "unlinked",
}


def install() -> None:
    """In a process of the product, once all modules are there."""
    from tests.faults.twins import replace

    for name, place in AFTER.items():
        replace(name, _after(name, place))
    for name, work in ((NOTE, _note), (WRITE, _write_all), (SEND, _send)):
        replace(name, work)
    os.rename = _rename


# --- in the test --------------------------------------------------------------------------------------


class Stops:
    """The places of one rig, which was made with STOPS=1."""

    def __init__(self, rig: "Rig") -> None:
        self._folder = rig.folder / "stops"
        if not self._folder.exists():
            rig.account.give(self._folder)
        self._account = rig.account

    def arm(self, place: str) -> None:
        self._account.note(self._folder / f"armed {place}", "")

    def disarm(self) -> None:
        """Nobody is held any more, or will be."""
        for path in self._folder.iterdir():
            path.unlink(missing_ok=True)

    def wait(self, seconds: float) -> int:
        """The pid of the process that is held. Raises AssertionError where none comes."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for path in self._folder.glob("reached *"):
                return int(path.name.split()[1])
            time.sleep(LOOK_SECONDS)
        raise AssertionError(f"nobody reached {[path.name for path in self._folder.iterdir()]}")
