"""The shipped nginx recipes before a rig's gunicorn: as they are, but for ports, names and certificates."""

import grp
import os
import pwd
import re
import shutil
import subprocess
import time
from pathlib import Path

from tests.faults.counts import missing
from tests.faults.processes import CLONE, RigError, end

SHIPPED = CLONE / "docker" / "nginx.conf"
SUB_PATH = CLONE / "docker" / "nginx-sub-path.conf"
START_SECONDS = 10
NOBODY = pwd.getpwnam("nobody")
GROUP = grp.getgrgid(NOBODY.pw_gid).gr_name
AROUND = """
daemon off;
pid {folder}/nginx.pid;
worker_processes 1;
error_log {folder}/nginx.log warn;
events {{ worker_connections 2048; }}
http {{
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{shipped}
}}
"""


def program() -> str:
    """nginx' path."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    return found or missing("nginx (apt install nginx)")


def without_tls(shipped: str, port: int, upstream: int) -> str:
    """The recipe's second server alone, on *port* of this machine, before a gunicorn on *upstream*."""
    text = shipped.replace("server 127.0.0.1:8000;", f"server 127.0.0.1:{upstream};")
    text = re.sub(r"^server \{\n(?:    .*\n)*?    return 301.*\n\}\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^ *(ssl_|listen \[).*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"listen 443 ssl http2;", f"listen 127.0.0.1:{port};", text)
    text = text.replace("server_name share.example.org;", "server_name _;")
    return re.sub(r"error_log /var/log/nginx/\S+ crit;", "", text)


def below_a_path(port: int, upstream: int) -> str:
    """The recipe for a sub-path, in a server that has other things at its root."""
    named = SHIPPED.read_text().partition("upstream ")[2].partition("\n}\n")[0]
    named = named.replace("server 127.0.0.1:8000;", f"server 127.0.0.1:{upstream};")
    other = 'location / { return 200 "something else"; }'
    server = (
        f"server {{\nlisten 127.0.0.1:{port};\nclient_body_timeout 30s;\n{other}\n{SUB_PATH.read_text()}}}\n"
    )
    return f"upstream {named}\n}}\n{server}"


class Nginx:
    """One nginx; its workers are not root's. text: what stands in `http`."""

    def __init__(self, folder: Path, text: str, port: int) -> None:
        self.folder, self.port, self.url = folder, port, f"http://127.0.0.1:{port}"
        folder.mkdir(mode=0o755)
        user = f"user {NOBODY.pw_name} {GROUP};\n" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(user + AROUND.format(folder=folder, shipped=text))

    def start(self) -> "Nginx":
        at = self.folder
        words = [program(), "-p", at, "-c", at / "nginx.conf", "-e", at / "nginx.log"]
        with (self.folder / "said.log").open("wb") as said:
            self._process = subprocess.Popen(words, stdout=said, stderr=said, start_new_session=True)
        until = time.monotonic() + START_SECONDS
        while not (self.folder / "nginx.pid").exists():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RigError(f"nginx does not start: {(self.folder / 'said.log').read_text()}")
            time.sleep(0.01)
        return self

    def stop(self) -> None:
        self._process.terminate()
        end(self._process, 5)

    def kept(self) -> list[str]:
        """Files that lie in its folders, or lay there and are still held open."""
        lying = [str(path) for path in self.folder.glob("*/**/*") if path.is_file()]
        pids = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        held = [os.readlink(path) for pid in pids for path in Path(f"/proc/{pid}/fd").iterdir()]
        return lying + [name for name in held if name.startswith(f"{self.folder}/") and ".log" not in name]
