"""What is said to a person: on stderr, plain in a pipe, with a progress bar on a terminal."""

import math
import re
import sys
import threading
from datetime import datetime, timedelta
from types import TracebackType

from ots.values import Begun, LeftOut, Moved, News, Waiting

# Control characters, line separators and bidi controls: a stranger's words give a terminal no orders.
_ORDERS = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """A stranger's words, on one line."""
    return clean_text(text).replace("\n", " ").replace("\t", " ")


def clean_text(text: str) -> str:
    """The same over several lines."""
    return _SURROGATES.sub("\ufffd", _ORDERS.sub("", text))


def say(text: str = "") -> None:
    """One line for the person. Whatever stands in it is made harmless here."""
    sys.stderr.write("\n".join(map(clean, text.split("\n"))) + "\n")
    sys.stderr.flush()


def size(count: int) -> str:
    if count < 1000:
        return f"{count} bytes" if count != 1 else "1 byte"
    amount = float(count)
    for unit in ("kB", "MB", "GB", "TB"):
        amount /= 1000
        if amount < 999.5 or unit == "TB":
            break
    return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:.0f} {unit}"


def moment(when: datetime | None) -> str:
    """A time as a person reads it, in the zone of this machine."""
    if when is None:
        return "-"
    local = when.astimezone()
    return f"{local.day} {local:%b %Y at %H:%M %Z}"


def span(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{math.ceil(seconds)} s" if seconds < 100 else f"{minutes} min"


def ahead(seconds: int) -> str:
    return moment(datetime.now().astimezone() + timedelta(seconds=seconds))


class Talk:
    """What a transfer tells. verb: what the bar says, as `Sending`."""

    def __init__(self, verb: str) -> None:
        self.begun: Begun | None = None
        self.done = self.total = 0
        self._verb = verb
        self._bar: _Bar | None = None
        self._is_waiting = False
        self._lock = threading.Lock()

    def __enter__(self) -> "Talk":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ends()

    def begins_anew(self) -> None:
        """For the next share."""
        self.begun, self.done = None, 0

    def ends(self) -> None:
        if self._bar:
            self._bar.stop()
            self._bar = None

    def __call__(self, news: News) -> None:
        with self._lock:
            match news:
                case Moved(done, total):
                    self._moved(done, total)
                case Waiting(seconds, why):
                    self._waits(seconds, why)
                case Begun():
                    self._begins(news)
                case LeftOut(path):
                    say(f"Left out, as it is neither file nor folder with files: {path}")

    def _moved(self, done: int, total: int) -> None:
        self.done, self.total, self._is_waiting = done, total, False
        if not sys.stderr.isatty():
            return
        if self._bar is None and done < total:
            self._bar = _Bar(self._verb, total)
        if self._bar:
            self._bar.moved(done)

    def _waits(self, seconds: float, why: str) -> None:
        if self._is_waiting:
            return
        self._is_waiting = True
        what = "The server does not answer" if why == "offline" else "The server asks to wait"
        say(f"{what}; trying again, next in {span(seconds)}. Nothing is lost.")

    def _begins(self, begun: Begun) -> None:
        self.begun = begun
        say(f"Not ready yet. If this breaks off, `ots resume` goes on by this link:\n  {begun.link}")


class _Bar:
    """rich is loaded only where there is somebody to look."""

    def __init__(self, verb: str, total: int) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task(verb, total=total)
        self._progress.start()

    def moved(self, done: int) -> None:
        self._progress.update(self._task, completed=done)

    def stop(self) -> None:
        self._progress.stop()
