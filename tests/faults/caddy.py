"""The shipped Caddyfile before a rig's gunicorn: as it is, but for two addresses; a real Caddy."""

import http.client
import os
import subprocess
import sysconfig
import time
from pathlib import Path

from tests.faults.processes import CLONE, RigError, end, free_port

SHIPPED = CLONE / "docker" / "Caddyfile"
START_SECONDS = 20


class Caddy:
    """One Caddy on a port of this machine, without TLS. text: the recipe, or what a twin makes of it."""

    def __init__(self, upstream: int, folder: Path, text: str | None = None) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        folder.mkdir()
        self._text = (text or SHIPPED.read_text()).replace("app:8000", f"127.0.0.1:{upstream}")

    def start(self) -> "Caddy":
        (self.folder / "Caddyfile").write_text(self._text)
        program = Path(sysconfig.get_path("scripts")) / "caddy"
        words = [program, "run", "--adapter", "caddyfile", "--config", self.folder / "Caddyfile"]
        places = {name: str(self.folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
        env = {**os.environ, **places, "DOMAIN": f"http://:{self.port}"}  # whatever the visitor calls it
        with (self.folder / "said.log").open("wb") as said:
            self._process = subprocess.Popen(words, env=env, stdout=said, stderr=said, start_new_session=True)
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RigError(f"Caddy does not start: {(self.folder / 'said.log').read_text()}")
            time.sleep(0.05)
        return self

    def _answers(self) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", "/healthz")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def stop(self) -> None:
        self._process.terminate()
        end(self._process, 5)
