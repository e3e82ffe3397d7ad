"""What was received goes into a hidden folder beside the target, and to its names when all is verified."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ots.errors import Damaged, TargetExists, TargetUnwritable
from ots.folders import Folder, remove, sync, unwritable
from ots.names import free_name, unique_names
from ots.receiving import Opening
from sealing.encoding import b64, encode, unb64
from sealing.stream import CHUNK_BYTES

# As much as a crash of the machine may cost; what only ends this program costs no more.
_SURE_BYTES = 32 * 1024**2
TEXT_NAME = "text.txt"


@dataclass(frozen=True)
class Target:
    """folder: where to. name: that of the one file; None takes the sender's. replaces: an old file may go."""

    folder: Path
    name: str | None = None
    replaces: bool = False

    @classmethod
    def of(cls, path: Path | None, *, force: bool = False) -> "Target":
        """What a person means by *path*: a folder to save into, or the new file. Raises TargetExists."""
        if path is None:
            return cls(Path.cwd())
        if path.is_dir() or str(path).endswith("/"):
            return cls(path.absolute())
        if os.path.lexists(path) and not force:
            raise TargetExists(f"{path} exists. Nothing was opened; --force replaces it.")
        return cls(path.absolute().parent, path.name, force)

    def check(self, size: int) -> None:
        """Before anything is claimed: it can be written, and there is room. Raises TargetUnwritable."""
        there = next(each for each in (self.folder, *self.folder.parents) if each.exists())
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            raise TargetUnwritable(f"{self.folder} cannot be written. Nothing was opened.")
        if shutil.disk_usage(there).free < size:
            raise TargetUnwritable(f"{self.folder} has not enough room. Nothing was opened.")


def save(opening: Opening, target: Target) -> list[Path]:
    """All of it verified, on the disk, and under its names; where they are. Goes on from an earlier try.

    Raises Damaged, TargetUnwritable, Gone, Offline.
    """
    target = _for_several(target) if len(opening.files) > 1 else target
    names = _names(opening, target)
    hidden = hidden_folder(opening, target)
    if opening.notes.find("whole") and not hidden.exists() and (placed := opening.notes.find("placed")):
        return [Path(path) for path in placed]  # an earlier try ended just before it could say so
    try:
        target.folder.mkdir(parents=True, exist_ok=True)
        saving = _Saving(opening, names, hidden)
        try:
            saving.run()
            return saving.place(target)
        except Damaged:
            remove(hidden)  # nobody goes on from that
            raise
        finally:
            saving.close()
    except OSError as error:
        raise unwritable(target.folder, error) from error


def hidden_folder(opening: Opening, target: Target) -> Path:
    return target.folder / f".{encode(opening.link.share_id)}.ots"


def _for_several(target: Target) -> Target:
    if target.name is None:
        return target
    folder = target.folder / target.name
    if os.path.lexists(folder):
        raise TargetExists(
            f"It holds several files, and {folder} is no folder. Name one; nothing was destroyed."
        )
    return Target(folder)


def _names(opening: Opening, target: Target) -> list[str]:
    if len(opening.files) == 1 and target.name:
        return [target.name]
    return unique_names([TEXT_NAME] if opening.kind == "text" else (entry.name for entry in opening.files))


class _Saving:
    def __init__(self, opening: Opening, names: list[str], hidden: Path) -> None:
        self._opening, self._names, self._hidden = opening, names, hidden
        self._notes = opening.notes
        kept = self._kept()
        self._folder = Folder(hidden, is_new=kept is None)
        self._sure = self._done = 0
        if kept is None:
            self._notes.add(hidden=str(hidden), names=names)
        elif "chunks" in kept:
            opening.start_at(kept["chunks"], unb64(kept["nonce"]))
            self._sure = self._done = opening.chunks * CHUNK_BYTES
        self._file = self._number = -1

    def _kept(self) -> dict[str, Any] | None:
        """What an earlier try left here; None begins anew, and what lies elsewhere goes."""
        notes = self._notes
        hidden = notes.find("hidden")
        if hidden == str(self._hidden) and notes.find("names") == self._names and self._hidden.is_dir():
            begun = max(n for n, note in enumerate(notes.all) if "hidden" in note)
            later = [note for note in notes.all[begun:] if "chunks" in note or "whole" in note]
            if not later or "whole" in later[-1] or self._is_there(later[-1]["chunks"] * CHUNK_BYTES):
                return later[-1] if later else {}
            return None
        if hidden is not None and hidden != str(self._hidden):
            remove(Path(hidden))
        return None

    def _is_there(self, count: int) -> bool:
        """Whether the first *count* bytes of all files lie in the hidden folder."""
        for name, entry in zip(self._names, self._opening.files, strict=True):
            path = self._hidden / name
            if count <= 0:
                break
            if not path.is_file() or path.stat().st_size < min(entry.size, count):
                return False
            count -= entry.size
        return True

    @property
    def _is_whole(self) -> bool:
        return "whole" in (self._kept() or {})

    def run(self) -> None:
        """Every byte, verified and on the disk."""
        if self._is_whole:
            return
        opening = self._opening
        for number, data in opening:
            if number != self._number:
                self._next(number)
            _write(self._file, data)
            self._done += len(data)
            # A chunk counts once it was written: `chunks` is one piece behind.
            if opening.chunks * CHUNK_BYTES - self._sure >= _SURE_BYTES and opening.nonce:
                os.fsync(self._file)
                self._folder.sync([self._names[number]])
                self._sure = opening.chunks * CHUNK_BYTES
                self._notes.add(chunks=opening.chunks, nonce=b64(opening.nonce))
        self._finish()
        self._folder.sync(self._names)
        self._notes.add(whole=True)

    def _next(self, number: int) -> None:
        self._finish()
        before = sum(entry.size for entry in self._opening.files[:number])
        self._number = number
        self._file = self._folder.open(self._names[number], max(0, self._done - before))

    def _finish(self) -> None:
        if self._file >= 0:
            os.fsync(self._file)
            os.close(self._file)
            self._file = -1

    def place(self, target: Target) -> list[Path]:
        """Each file or top folder to its name; a taken name gets a number."""
        placed: list[Path] = [Path(path) for path in self._notes.find("placed") or ()]
        for top in self._folder.tops():
            is_free = target.name is not None and len(self._names) == 1
            name, count = top, 2
            while True:
                try:
                    self._folder.place(top, target.folder / name, replaces=is_free and target.replaces)
                    break
                except FileExistsError:
                    name, count = free_name(top, lambda each: os.path.lexists(target.folder / each), count)
            placed.append(target.folder / name)
            self._notes.add(placed=[str(path) for path in placed])
        remove(self._hidden)
        sync(target.folder)
        return placed

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._folder.close()


def _write(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
