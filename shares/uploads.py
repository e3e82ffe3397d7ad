"""From the socket straight into sealed storage: no plaintext on any disk, memory stays flat.

The stock upload handlers write temporary files, and Django's own request stream is empty for a
chunked body; so a raw PUT reads the server's stream, and a form has this handler as its only one.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from sealing.envelope import FileEntry
from shares.errors import InvalidInput, Malformed, ShareError, TooLarge
from shares.limits import refuse_large_body
from shares.lines import line_of
from shares.plaindoors import paced
from shares.services.seal import Sealing, sealing
from shares.values import Sender

READ_BYTES = 1024**2
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_MAX_TYPE = 255


class RefusingUploadHandler(FileUploadHandler):
    """The default for every other door: it takes no files."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise StopUpload(connection_reset=False)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


class Body:
    """A request's body as a stream that tells a broken line from the end."""

    def __init__(self, request: HttpRequest) -> None:
        self._input = request.META["wsgi.input"]
        stated = request.META.get("CONTENT_LENGTH") or ""
        self._left = int(stated) if stated.isdecimal() else None

    def read(self, size: int = READ_BYTES) -> bytes:
        """Up to *size* bytes; b"" at the end. Raises Malformed when the line breaks before it."""
        if self._left is not None:
            size = min(size, self._left)
        if size == 0:
            return b""
        try:
            data: bytes = self._input.read(size)
        except ShareError:  # too slow
            raise
        except Exception as error:  # a broken line or broken chunks: each server has names of its own for it
            raise Malformed("The body broke off.") from error
        if self._left is not None:
            self._left -= len(data)
            if not data:
                raise Malformed("The body is shorter than its Content-Length.")
        return data

    def readinto(self, room: memoryview) -> int:
        """Fill *room*, or less at the end; how many bytes came. Raises as `read`."""
        line = line_of(self._input)
        if self._left is None or line is None:
            data = self.read(len(room))
            room[: len(data)] = data
            return len(data)
        room = room[: self._left]
        came = 0
        while came < len(room):
            try:
                count = line.receive(room[came:])
            except OSError as error:
                raise Malformed("The body broke off.") from error
            if not count:
                raise Malformed("The body is shorter than its Content-Length.")
            came += count
        self._left -= came
        return came

    def blocks(self) -> Iterator[bytes]:
        while block := self.read():
            yield block


class SealingUploadHandler(FileUploadHandler):
    """Seals every file of a form, one after the other, into one share."""

    chunk_size = READ_BYTES

    def __init__(self, stack: ExitStack, sender: Sender) -> None:
        super().__init__()
        self._stack, self._sender = stack, sender
        self.sealing: Sealing | None = None
        self.entries: list[FileEntry] = []
        self._size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.sealing is None:
            self.sealing = self._stack.enter_context(sealing(self._sender))
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self.sealing is not None  # noqa: S101 - new_file came first
        self.sealing.write(raw_data)
        self._size += len(raw_data)

    def file_complete(self, file_size: int) -> None:
        kind = (self.content_type or "")[:_MAX_TYPE]
        self.entries.append(FileEntry(self.file_name or "file", kind, self._size))


class Taken:
    """What a form brought: its fields, and the files that are sealed already."""

    def __init__(
        self, fields: QueryDict, handler: SealingUploadHandler, stack: ExitStack, sender: Sender
    ) -> None:
        self.fields = fields
        self.entries = handler.entries
        self._handler, self._stack, self._sender = handler, stack, sender

    def sealing(self) -> Sealing:
        """The share the files went into, or a new one for text."""
        if self._handler.sealing is None:
            self._handler.sealing = self._stack.enter_context(sealing(self._sender))
        return self._handler.sealing


@contextmanager
def taken_form(request: HttpRequest, sender: Sender) -> Iterator[Taken]:
    """Read the form, sealing its files as they arrive; all of it vanishes unless the block ends well.

    Raises Malformed, TooLarge, TooSlow, InvalidInput, StoreFull, StoreAway.
    """
    with ExitStack() as stack:
        handler = SealingUploadHandler(stack, sender)
        request.upload_handlers = [handler]
        try:
            with paced(request):
                fields = request.POST
        except UnreadablePostError as error:
            raise Malformed("The body broke off.") from error
        except (MultiPartParserError, SuspiciousOperation) as error:
            raise _refused(error) from error
        refuse_cut_form(request)
        yield Taken(fields, handler, stack, sender)


def small_form(request: HttpRequest, max_bytes: int) -> QueryDict:
    """The fields of a form without files. Raises LengthMissing, TooLarge, TooSlow, Malformed."""
    refuse_large_body(request, max_bytes)
    try:
        with paced(request):
            fields = request.POST
    except UnreadablePostError as error:
        raise Malformed("The body broke off.") from error
    refuse_cut_form(request)
    return fields


def refuse_cut_form(request: HttpRequest) -> None:
    """After the fields were read: Django takes a cut form for a short one. Raises Malformed."""
    if request.content_type not in FORMS:
        return  # nobody has read it
    whole = getattr(request, "_body", None)  # where it was read in one piece, as urlencoded forms are
    arrived = len(whole) if whole is not None else getattr(getattr(request, "_stream", None), "_pos", 0)
    if arrived < int(request.META.get("CONTENT_LENGTH") or 0):
        raise Malformed(_("The form broke off before its end."))


def _refused(error: Exception) -> Malformed | InvalidInput | TooLarge:
    if isinstance(error, RequestDataTooBig):
        return TooLarge(settings.MAX_TEXT_BYTES)
    if isinstance(error, TooManyFilesSent | TooManyFieldsSent):
        files, fields = settings.DATA_UPLOAD_MAX_NUMBER_FILES, settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        message = _("At most {files} files and {fields} fields in one form.")
        return InvalidInput(message.format(files=files, fields=fields))
    return Malformed(_("The form cannot be read."))
