"""What was received as one standard .age file, which opens without this program and without the server."""

import os
from pathlib import Path

from ots.errors import Damaged
from ots.folders import Folder, unwritable
from ots.names import free_name, unique_names
from ots.receiving import Opening
from ots.targets import Target, hidden_folder
from sealing.agefile import age_header
from sealing.errors import SealingError

_NAME = "sealed.age"


def save_age(opening: Opening, target: Target) -> tuple[Path, str]:
    """Where it is, and the identity (AGE-SECRET-KEY-1…) that opens it. Each try begins anew.

    Raises Damaged, TargetUnwritable, TargetExists, Gone, Offline.
    """
    try:
        target.folder.mkdir(parents=True, exist_ok=True)
        folder = Folder(hidden_folder(opening, target), is_new=True)
        try:
            identity = _written(opening, folder) or _written(opening, folder)
            if identity is None:
                raise Damaged("It did not arrive whole, twice. Nothing was destroyed. Tell the sender.")
            return _placed(opening, folder, target), identity
        finally:
            folder.close()
            os.rmdir(folder.path) if not os.listdir(folder.path) else None
    except OSError as error:
        raise unwritable(target.folder, error) from error


def _written(opening: Opening, folder: Folder) -> str | None:
    """The identity; None if what came is damaged."""
    header, identity = age_header(opening.file_key)
    file = os.fdopen(folder.open(_NAME, 0), "wb", buffering=0)
    with file:
        os.ftruncate(file.fileno(), 0)
        file.write(header)
        try:
            for piece in opening.sealed():
                file.write(piece)
        except SealingError:
            return None
        os.fsync(file.fileno())
    return identity


def _placed(opening: Opening, folder: Folder, target: Target) -> Path:
    wanted = target.name or f"{_plain_name(opening)}.age"
    name, count = wanted, 2
    while True:
        try:
            folder.place(_NAME, target.folder / name, replaces=target.name is not None and target.replaces)
            return target.folder / name
        except FileExistsError:
            name, count = free_name(wanted, lambda each: os.path.lexists(target.folder / each), count)


def _plain_name(opening: Opening) -> str:
    """That of the one file, or of the folder that all lie in."""
    if opening.kind == "text":
        return "text.txt"
    names = unique_names(entry.name for entry in opening.files)
    tops = {name.split("/")[0] for name in names}
    return names[0].split("/")[-1] if len(names) == 1 else tops.pop() if len(tops) == 1 else "files"
