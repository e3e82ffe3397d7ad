"""Valkey, or Redis: an append-only file, reached through a unix socket only."""

import signal
import socket
from collections.abc import Sequence
from pathlib import Path

from onetimeshare.engines.engine import Engine
from onetimeshare.engines.find import valkey_program
from onetimeshare.engines.runner import Runner

PROBE_SECONDS = 2


class Valkey(Engine):
    name = "valkey"
    stop_signal = signal.SIGTERM

    @property
    def url(self) -> str:
        return f"unix://{self._socket}?db=0"

    @property
    def _socket(self) -> Path:
        return self.home.run / "valkey.sock"

    def find_program(self) -> Path:
        return valkey_program()

    def prepare(self, program: Path, runner: Runner) -> None:
        runner.make_folder(self.data)
        self._socket.unlink(missing_ok=True)

    def command(self, program: Path) -> Sequence[str | Path]:
        return [
            *(program, "--daemonize", "no", "--dir", self.data, "--save", ""),
            *("--port", "0", "--unixsocket", self._socket, "--unixsocketperm", "700"),
            *("--appendonly", "yes" if self.durable else "no"),
            # Eviction would forget how often somebody has asked.
            *("--maxmemory-policy", "noeviction"),
        ]

    def answers(self) -> bool:
        """PING, in Redis' own words; while it loads, the answer is an error."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(PROBE_SECONDS)
            try:
                probe.connect(str(self._socket))
                probe.sendall(b"PING\r\n")
                return probe.recv(64).startswith(b"+PONG")
            except OSError:
                return False
