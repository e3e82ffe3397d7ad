"""One line in front of a server (gunicorn, Postgres, Valkey), on TCP or a unix socket, that can be spoilt.

It runs in a thread of its own. Each fault is an attribute that takes effect at once, also on connections
that are open: `delay_seconds`, `bytes_per_second`, `cut_reply_at`, `cut_request_at`, `black_hole`;
`refuse()` takes the door away, `drop()` breaks what is open.
"""

import asyncio
import contextlib
import os
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

Address = Path | tuple[str, int]
PIECE_BYTES = 65536
LOOK_SECONDS = 0.01
PATIENCE_SECONDS = 10


class Proxy:
    """Passes bytes between its own door and *upstream*.

    door: a unix socket's path; None listens on a free TCP port of 127.0.0.1 (`port`, `url`).
    """

    def __init__(self, upstream: Address, door: Path | None = None) -> None:
        self.upstream, self.door, self.port = upstream, door, 0
        self.heal()
        self.connections = 0
        self.cuts = 0
        self.request_bytes = 0  # of all connections, on their way to the server
        self.longest_reply = 0  # bytes of one connection's replies, as far as they came
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    def heal(self) -> None:
        """No fault any more."""
        self.delay_seconds = 0.0  # before each piece on its way to the server
        self.bytes_per_second = 0  # of replies; 0: as fast as it goes
        self.cut_reply_at: int | None = None  # break the connection after so many bytes of the reply
        self.cut_request_at: int | None = None
        self.black_hole = False  # accept, take, and never answer

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Proxy":
        self._thread.start()
        self._run(self._listen)
        return self

    def stop(self) -> None:
        self._run(self._close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_SECONDS)
        self._loop.close()

    def refuse(self) -> None:
        """Nobody listens any more; open connections break."""
        self._run(self._close)

    @property
    def is_refusing(self) -> bool:
        return self._server is None

    def admit(self) -> None:
        """Listen again, at the same door."""
        self._run(self._listen)

    def drop(self) -> None:
        """Break every open connection."""
        self._run(self._abort_all)

    def _run(self, work: Callable[[], Awaitable[Any]]) -> None:
        async def awaited() -> None:
            await work()

        asyncio.run_coroutine_threadsafe(awaited(), self._loop).result(PATIENCE_SECONDS)

    # --- in the thread ------------------------------------------------------------------------------

    async def _listen(self) -> None:
        if self.door is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port, backlog=1024)
            self.port = self._server.sockets[0].getsockname()[1]
            return
        self.door.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._accept, str(self.door), backlog=1024)
        os.chmod(self.door, 0o777)  # noqa: S103 - the server's processes run as somebody else

    async def _close(self) -> None:
        if self._server:
            # No more are accepted; those on their way in come to `_accept` first, or their sockets are lost.
            for socket in self._server.sockets:
                self._loop.remove_reader(socket.fileno())
            await self._settle()
            self._server.close()
            self._server = None
        if self.door:
            self.door.unlink(missing_ok=True)
        await self._settle()

    async def _settle(self) -> None:
        """Break every connection, and return when nothing runs any more."""
        while True:
            await self._abort_all()
            for task in self._tasks:
                task.cancel()
            if asyncio.all_tasks(self._loop) == {asyncio.current_task(self._loop)}:
                break
        await self._abort_all()

    async def _abort_all(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        task = self._loop.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: self._forget(writer))

    def _forget(self, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()
        self._writers.discard(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back: asyncio.StreamWriter | None = None
        with contextlib.suppress(OSError, asyncio.CancelledError):
            try:
                await self._wait_out_black_hole()
                answers, back = await self._reach()
                self._writers.add(back)
                await asyncio.gather(
                    self._pump(reader, back, is_reply=False), self._pump(answers, writer, is_reply=True)
                )
            finally:
                for end in filter(None, (back, writer)):
                    end.close()
                    with contextlib.suppress(OSError):
                        await end.wait_closed()
        if back:
            self._forget(back)

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self.upstream, Path):
            return await asyncio.open_unix_connection(str(self.upstream))
        return await asyncio.open_connection(*self.upstream)

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, is_reply: bool
    ) -> None:
        passed = 0
        while data := await source.read(PIECE_BYTES):
            await self._wait_out_black_hole()
            if self.delay_seconds and not is_reply:
                await asyncio.sleep(self.delay_seconds)
            cut = self.cut_reply_at if is_reply else self.cut_request_at
            if cut is not None and passed + len(data) >= cut:
                sink.write(data[: cut - passed])
                with contextlib.suppress(OSError):
                    await sink.drain()
                self.cuts += 1
                raise ConnectionAbortedError
            sink.write(data)
            await sink.drain()
            passed += len(data)
            if not is_reply:
                self.request_bytes += len(data)
            if is_reply:
                self.longest_reply = max(self.longest_reply, passed)
            if self.bytes_per_second and is_reply:
                await asyncio.sleep(len(data) / self.bytes_per_second)
        with contextlib.suppress(OSError):
            sink.write_eof()

    async def _wait_out_black_hole(self) -> None:
        while self.black_hole:
            await asyncio.sleep(LOOK_SECONDS)
