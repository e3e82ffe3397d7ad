"""Names from a stranger, as names of files here: twin of `uniqueNames` in frontend/transfer/contents.ts."""

import re
import unicodedata
from collections.abc import Callable, Iterable

from sealing.names import MAX_COMPONENT_BYTES, safe_name

# No device goes on much deeper, and a name could be made of folders alone.
_DEEPEST = 64
_LONGEST_ENDING = 20
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)[ ]*(?:[.:].*)?", re.I | re.S
)


def unique_names(wanted: Iterable[str]) -> list[str]:
    """Safe names, each once and none the name of another's folder: a second "a.txt" becomes "a (2).txt"."""
    names = [_local(name) for name in wanted]
    taken = {folder for name in names for folder in _folders(_alike(name))}
    # Counted on from name to name: a thousand equal ones are a thousand steps.
    counts: dict[str, int] = {}
    unique = []
    for name in names:
        found, count = free_name(name, lambda each: _alike(each) in taken, counts.get(_alike(name), 2))
        counts[_alike(name)] = count
        taken.add(_alike(found))
        unique.append(found)
    return unique


def free_name(name: str, is_taken: Callable[[str], bool], count: int = 2) -> tuple[str, int]:
    """*name*, or the first numbered one that is free; and where to count on."""
    unique = name
    while is_taken(unique):
        unique, count = _numbered(name, count), count + 1
    return unique, count


def _local(name: str) -> str:
    """Safe here: no device's name, and at the top none that shells and programs read unseen."""
    parts = safe_name(name).split("/")
    if len(parts) > _DEEPEST:
        parts = [*parts[: _DEEPEST - 1], parts[-1]]
    parts = [_led(part) if _DEVICE.fullmatch(part) else part for part in parts]
    if parts[0].startswith("."):
        parts[0] = _led(parts[0])
    return "/".join(parts)


def _led(part: str) -> str:
    return "_" + part.encode()[: MAX_COMPONENT_BYTES - 1].decode(errors="ignore")


def _alike(name: str) -> str:
    """The same for names that some file system takes for one."""
    return unicodedata.normalize("NFC", name).casefold()


def _folders(name: str) -> list[str]:
    parts = name.split("/")[:-1]
    return ["/".join(parts[: at + 1]) for at in range(len(parts))]


def _numbered(name: str, count: int) -> str:
    """As "a (2).txt" for "a.txt", and still no longer than a name may be."""
    folder, slash, last = name.rpartition("/")
    dot = last.rfind(".")
    has_ending = dot > 0 and len(last) - dot - 1 <= _LONGEST_ENDING
    tail = f" ({count}){last[dot:] if has_ending else ''}"
    stem = (last[:dot] if has_ending else last).encode()[: MAX_COMPONENT_BYTES - len(tail.encode())]
    return folder + slash + stem.decode(errors="ignore") + tail
