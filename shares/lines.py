"""The line below a request's body, where gunicorn serves."""

import errno
import os
import socket
from typing import Any


def unreader_of(body: Any) -> Any:
    """Where gunicorn reads from the socket; its own reads wait for a whole MiB, however long that takes.

    None: not gunicorn.
    """
    reader = getattr(body, "reader", None)
    found = getattr(reader, "unreader", None) or getattr(getattr(reader, "req", None), "unreader", None)
    return found if hasattr(found, "sock") else None


def broken_off() -> ConnectionResetError:
    """Raised while an answer goes out, it ends the line; without its number gunicorn logs a fault of ours."""
    return ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))


class Line:
    """A body of a stated length, straight from its socket.

    On the way through gunicorn's buffers each byte is copied five times, and each thread keeps several MiB.
    """

    def __init__(self, body: Any, unreader: Any) -> None:
        self._body, self._unreader = body, unreader

    def receive(self, room: memoryview) -> int:
        """Into *room*, which must not be longer than what is left; 0 where the line ended. Raises OSError."""
        # What arrived with the head of the request comes first.
        if held := self._unreader.take_buffered():
            count = min(len(held), len(room))
            room[:count] = held[:count]
            self._unreader.unread(held[count:])
        else:
            count = self._unreader.sock.recv_into(room)
        # Behind what is left gunicorn looks for the next request.
        self._body.reader.length -= count
        return count


def line_of(body: Any) -> Line | None:
    """None where its length is not stated, somebody has begun to read it, or it is not gunicorn's."""
    unreader = unreader_of(body)
    is_ours = isinstance(getattr(unreader, "sock", None), socket.socket)
    return (
        Line(body, unreader) if is_ours and hasattr(body.reader, "length") and not body.buf.tell() else None
    )
