"""A folder of our own beside the target, for files of strange names: no link is followed."""

import os
import shutil
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ots.errors import TargetUnwritable

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Folder:
    """0700, held open: whatever happens to its name, what is written lands in it."""

    def __init__(self, path: Path, *, is_new: bool) -> None:
        """is_new: whatever has this name is removed first. Raises TargetUnwritable, FileNotFoundError."""
        self.path = path
        try:
            if is_new:
                remove(path)
                path.mkdir(mode=0o700)
            self._fd = os.open(path, _FOLDER)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise unwritable(path.parent, error) from error
        told = os.fstat(self._fd)
        if told.st_uid != os.geteuid() or stat.S_IMODE(told.st_mode) & 0o077:
            raise TargetUnwritable(f"{path} is not ours alone.")

    def close(self) -> None:
        os.close(self._fd)

    def open(self, name: str, size: int) -> int:
        """A file of *name* (its folders are made), cut to *size* and open at its end. Raises OSError."""
        *folders, last = name.split("/")
        inside = self._inside(folders, is_made=True)
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            fd = os.open(last, flags, 0o600, dir_fd=inside)
        finally:
            os.close(inside)
        told = os.fstat(fd)
        if not stat.S_ISREG(told.st_mode) or told.st_nlink != 1 or told.st_size < size:
            os.close(fd)
            raise TargetUnwritable("What was received so far is not here any more.")
        os.ftruncate(fd, size)
        os.lseek(fd, size, os.SEEK_SET)
        return fd

    def sync(self, names: Iterable[str]) -> None:
        """The folders of these files reach the disk, with their names."""
        folders = {tuple(name.split("/")[:depth]) for name in names for depth in range(name.count("/") + 1)}
        for folder in folders:
            fd = self._inside(list(folder), is_made=False)
            os.fsync(fd)
            os.close(fd)

    def tops(self) -> list[str]:
        return sorted(os.listdir(self._fd))

    def place(self, top: str, target: Path, *, replaces: bool) -> None:
        """Give *top* its place. Raises FileExistsError if there is something, unless *replaces*; OSError."""
        is_folder = stat.S_ISDIR(os.lstat(top, dir_fd=self._fd).st_mode)
        if is_folder:
            if target.is_symlink() or target.exists():
                raise FileExistsError(str(target))
            os.rename(top, target, src_dir_fd=self._fd)
        elif replaces:
            os.replace(top, target, src_dir_fd=self._fd)
        else:
            self._link(top, target)
        sync(target.parent)

    def _link(self, top: str, target: Path) -> None:
        """A new name replaces no old one; where there are no hard links, an empty file holds the place."""
        try:
            os.link(top, target, src_dir_fd=self._fd)
        except FileExistsError:
            raise
        except (OSError, NotImplementedError):
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
            os.replace(top, target, src_dir_fd=self._fd)
        else:
            os.unlink(top, dir_fd=self._fd)

    def _inside(self, folders: list[str], *, is_made: bool) -> int:
        fd = os.dup(self._fd)
        for name in folders:
            if is_made:
                with suppress(FileExistsError):
                    os.mkdir(name, 0o700, dir_fd=fd)
            try:
                below = os.open(name, _FOLDER, dir_fd=fd)
            finally:
                os.close(fd)
            fd = below
        return fd


def remove(path: Path) -> None:
    """A file or a folder with all in it, following no link. Raises OSError."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def sync(folder: Path) -> None:
    with suppress(OSError):
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def unwritable(place: Path, error: OSError) -> TargetUnwritable:
    return TargetUnwritable(f"{place} cannot be written: {error.strerror}. Nothing was destroyed.")
