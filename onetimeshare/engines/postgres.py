"""PostgreSQL: a data folder with one database, reached through a unix socket only."""

import shutil
import signal
import socket
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path

from onetimeshare.engines.engine import Engine
from onetimeshare.engines.errors import EngineError
from onetimeshare.engines.find import postgres_programs
from onetimeshare.engines.runner import Runner

NAME = "onetimeshare"
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",  # all that guards it: whoever may connect is trusted
    "max_connections": "200",
    # A log line never repeats a statement or a row: both can hold what a sender left.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
PROBE_SECONDS = 2
# The first words of libpq's protocol: a length, and the number that asks for TLS; the answer is a letter.
ASKS_FOR_TLS = struct.pack("!ii", 8, 80877103)
IN_A_HURRY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Postgres(Engine):
    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": ends sessions, writes all down, leaves

    @property
    def url(self) -> str:
        return f"postgres://{NAME}@/{NAME}?host={self.home.run}"

    @property
    def _socket(self) -> Path:
        return self.home.run / ".s.PGSQL.5432"

    def find_program(self) -> Path:
        return postgres_programs(self._major_of_data()) / "postgres"

    def prepare(self, program: Path, runner: Runner) -> None:
        if not self._exists():
            self._make(program, runner)
        # A killed server leaves these, and a zombie's pid in them would keep the next one from starting.
        for leftover in (self.data / "postmaster.pid", self._socket, self._lock_of_socket):
            leftover.unlink(missing_ok=True)

    def command(self, program: Path) -> Sequence[str | Path]:
        settings = SETTINGS | ({} if self.durable else IN_A_HURRY)
        flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [program, "-D", self.data, "-k", self.home.run, *flags]

    def answers(self) -> bool:
        """The server itself notes in line 8 of its pid file when it takes connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready" and self._takes_connections()

    def _takes_connections(self) -> bool:
        """A server that was killed a moment ago still lets one connect; it does not answer any more."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(PROBE_SECONDS)
            try:
                probe.connect(str(self._socket))
                probe.sendall(ASKS_FOR_TLS)
                return probe.recv(1) in (b"N", b"S")
            except OSError:
                return False

    @property
    def _lock_of_socket(self) -> Path:
        return self._socket.with_name(self._socket.name + ".lock")

    def _exists(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def _major_of_data(self) -> int | None:
        return int((self.data / "PG_VERSION").read_text()) if self._exists() else None

    def _make(self, program: Path, runner: Runner) -> None:
        """A new data folder with our database; it gets its name when it is whole, so a kill leaves none."""
        fresh = self.data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        runner.make_folder(fresh)
        sync = () if self.durable else ("--no-sync",)
        initdb = (program.with_name("initdb"), "-D", fresh, "-U", NAME, "--auth=trust")
        _must(runner, (*initdb, "--encoding=UTF8", "--locale=C", *sync))
        single = (program, "--single", "-D", fresh, "-c", "exit_on_error=true", "postgres")
        _must(runner, single, f"CREATE DATABASE {NAME}\n".encode())
        fresh.rename(self.data)


def _must(runner: Runner, command: Sequence[str | Path], words: bytes = b"") -> None:
    done = runner.run(command, input=words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        said = " / ".join(done.stdout.decode(errors="replace").split("\n")[-5:])
        raise EngineError(f"PostgreSQL cannot make its data folder: {said.strip(' /')}")
