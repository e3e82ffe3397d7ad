"""What is to be sent: files, read in place, and bytes that come only once (stdin, iterators)."""

import mimetypes
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ots.errors import SourceChanged, SourceUnreadable, TermsWrong
from ots.values import LeftOut, Tell, silent
from sealing.envelope import MAX_FILES, FileEntry

READ_BYTES = 256 * 1024
TEXT_BYTES = 1024**2


@dataclass(frozen=True)
class FileInPlace:
    """A file that stays where it is; size and mtime tell that it is probably still the same."""

    name: str = field(repr=False)
    path: str = field(repr=False)
    size: int
    mtime_ns: int

    @property
    def entry(self) -> FileEntry:
        return FileEntry(self.name, mimetypes.guess_type(self.name)[0] or "", self.size)


def files_in(paths: Sequence[str | os.PathLike[str]], tell: Tell = silent) -> list[FileInPlace]:
    """The files under *paths*; those of a folder are named `folder/…`. Links in folders are not followed.

    Raises SourceUnreadable, TermsWrong.
    """
    found: list[FileInPlace] = []
    for path in map(Path, paths):
        name = _text(path.name or path.resolve().name)
        told = _stat(path, follow=True)
        if stat.S_ISDIR(told.st_mode):
            found += _files_below(path, name, tell)
        elif stat.S_ISREG(told.st_mode):
            found.append(_file(path, name, told))
        else:
            raise SourceUnreadable("What is neither file nor folder can only be sent alone.")
    if not found:
        raise TermsWrong("There is no file to send.")
    if len(found) > MAX_FILES:
        raise TermsWrong(
            f"These are {len(found)} files; a share holds {MAX_FILES}. Pack them into one first."
        )
    return found


def is_stream(path: str | os.PathLike[str]) -> bool:
    """Whether it can be read only once: a pipe, such as `<(…)` of a shell."""
    with suppress(OSError):
        mode = os.stat(path).st_mode
        return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
    return False


def _files_below(folder: Path, name: str, tell: Tell) -> Iterator[FileInPlace]:
    try:
        inside = sorted(os.scandir(folder), key=lambda each: each.name)
    except OSError as error:
        raise SourceUnreadable(f"{folder} cannot be read: {error.strerror}") from error
    for each in inside:
        path, below = Path(each.path), f"{name}/{_text(each.name)}"
        told = _stat(path, follow=False)
        if stat.S_ISDIR(told.st_mode):
            yield from _files_below(path, below, tell)
        elif stat.S_ISREG(told.st_mode):
            yield _file(path, below, told)
        else:
            tell(LeftOut(str(path)))
    if not inside:
        tell(LeftOut(str(folder)))


def _file(path: Path, name: str, told: os.stat_result) -> FileInPlace:
    if not os.access(path, os.R_OK):
        raise SourceUnreadable(f"{path} cannot be read: no permission.")
    return FileInPlace(name, str(path.absolute()), told.st_size, told.st_mtime_ns)


def _stat(path: Path, *, follow: bool) -> os.stat_result:
    try:
        return path.stat(follow_symlinks=follow)
    except OSError as error:
        raise SourceUnreadable(f"{path} cannot be read: {error.strerror}") from error


def _text(name: str) -> str:
    """Some file systems allow names that are not text; half characters become the replacement character."""
    return os.fsencode(name).decode(errors="replace")


def pieces(files: Sequence[FileInPlace]) -> Iterator[memoryview]:
    """The bytes of *files*, one after the other; each piece is good until the next one is asked for.

    Raises SourceUnreadable, and SourceChanged for a file that is not as long, or not as old, as it was.
    """
    room = memoryview(bytearray(READ_BYTES))
    for each in files:
        try:
            with open(each.path, "rb", buffering=0) as file:
                yield from _pieces(file, each, room)
        except OSError as error:
            raise SourceUnreadable(f"{each.path} cannot be read: {error.strerror}") from error


def _pieces(file: BinaryIO, each: FileInPlace, room: memoryview) -> Iterator[memoryview]:
    missing = each.size
    while missing:
        count: int = file.readinto(room[: min(missing, READ_BYTES)])  # type: ignore[attr-defined]
        if not count:
            break
        missing -= count
        yield room[:count]
    told = os.fstat(file.fileno())
    if missing or (told.st_size, told.st_mtime_ns) != (each.size, each.mtime_ns):
        raise SourceChanged(f"{each.path} changed while it was being sent.")


def once(source: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of what can be read only once. Raises SourceUnreadable."""
    try:
        if hasattr(source, "read"):
            while data := source.read(READ_BYTES):
                yield data
        else:
            yield from source
    except OSError as error:
        raise SourceUnreadable(f"What is to be sent cannot be read: {error.strerror}") from error


def begin(source: BinaryIO | Iterable[bytes], most: int) -> tuple[bytes, Iterator[bytes] | None]:
    """Its first bytes, a little more than *most*, and the rest; no rest when that was all."""
    coming = once(source)
    head = bytearray()
    for piece in coming:
        head += piece
        if len(head) > most:
            return bytes(head), coming
    return bytes(head), None


def is_text(data: bytes) -> bool:
    """Whether people can read it as it stands."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in data and len(data) <= TEXT_BYTES
