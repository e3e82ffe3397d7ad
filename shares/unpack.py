"""From one plain stream back to files: a single one as it is, several, or one with a note, as one zip."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from django.http import StreamingHttpResponse
from zipstream import ZipStream

from sealing.envelope import FileEntry
from sealing.names import MAX_COMPONENT_BYTES, safe_name
from shares.errors import ShareError, StoreAway
from shares.responses import streamed
from shares.services.open import Opened

LONGEST_ENDING = 20
NOTE = FileEntry("note.txt", "text/plain", 0)


def download(opened: Opened, at_the_end: Callable[[bool], None] | None = None) -> StreamingHttpResponse:
    """The opened share as one answer of exact length; *at_the_end* is told whether all of it went out."""
    metadata, name, kind = opened.metadata, "", "application/octet-stream"
    blocks, size = only_file(opened), metadata.plain_size
    if metadata.kind == "text":
        kind = "text/plain; charset=utf-8"
    elif len(metadata.files) == 1 and not metadata.note:
        # The last part alone: a header names a file, never folders.
        name = safe_name(metadata.files[0].name).rpartition("/")[2]
    else:
        zipped = _zip(opened)
        blocks, size, name, kind = iter(zipped), len(zipped), "files.zip", "application/zip"
    return streamed(blocks, size, name=name, content_type=kind, at_the_end=at_the_end)


def only_file(opened: Opened) -> Iterator[bytes]:
    """The bytes of the one file or text. Raises ShareError where more than padding follows them."""
    plain = _Cut(opened.plain())
    yield from plain.take(opened.metadata.plain_size)
    plain.finish()


def _zip(opened: Opened) -> ZipStream:
    """Stored, not deflated: its length is known beforehand. Members are read in their order."""
    plain = _Cut(opened.plain())
    zipped = ZipStream(sized=True)
    files, note = opened.metadata.files, opened.metadata.note
    *names, note_name = unique_names([*files, NOTE])
    if note:
        zipped.add(note.encode(), note_name)
    for entry, name in zip(files, names, strict=True):
        is_last = entry is files[-1]
        zipped.add(_member(plain, entry.size, is_last), name, size=entry.size)
    return zipped


def _member(plain: "_Cut", size: int, is_last: bool) -> Iterator[bytes]:
    yield from plain.take(size)
    if is_last:
        plain.finish()


def unique_names(files: Sequence[FileEntry]) -> Iterator[str]:
    """Safe names, each once and none the name of another's folder: a second "a.txt" becomes "a (2).txt"."""
    names = [safe_name(entry.name) for entry in files]
    taken = {folder for name in names for folder in _folders(name.casefold())}
    for wanted in names:
        name, count = wanted, 2
        while name.casefold() in taken:
            name, count = _numbered(wanted, count), count + 1
        taken.add(name.casefold())
        yield name


def _numbered(name: str, number: int) -> str:
    """As "a (2).txt" for "a.txt", and still no longer than a name may be."""
    folder, slash, last = name.rpartition("/")
    stem, dot, ending = last.rpartition(".")
    if not stem or len(ending) > LONGEST_ENDING:
        stem, dot, ending = last, "", ""
    tail = f" ({number}){dot}{ending}"
    room = MAX_COMPONENT_BYTES - len(tail.encode())
    return folder + slash + stem.encode()[:room].decode(errors="ignore") + tail


def _folders(name: str) -> Iterator[str]:
    while name := name.rpartition("/")[0]:
        yield name


class _Cut:
    """Takes so many bytes at a time off a stream of blocks."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._rest = blocks, b""

    def take(self, size: int) -> Iterator[bytes]:
        """Yield exactly *size* bytes. Raises StoreAway when the stream is shorter."""
        while size:
            block = self._rest or next(self._blocks, b"")
            if not block:
                raise StoreAway("The blob is shorter than its metadata says.")
            self._rest = block[size:]
            yield block[:size]
            size -= min(size, len(block))

    def finish(self) -> None:
        """What is left must be padding, to the stream's verified end. Raises StoreAway."""
        for block in chain((self._rest,), self._blocks):
            if block.count(0) != len(block):
                raise ShareError("There is more in the blob than its metadata says.")
        self._rest = b""
