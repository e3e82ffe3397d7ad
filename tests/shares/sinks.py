"""Servers that take what a worker sends: mail."""

import email
import os
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import connection

DIES_WITHIN_SECONDS = 30
CLONE = Path(__file__).resolve().parents[2]


class _MailTalk(socketserver.StreamRequestHandler):
    """The least of SMTP; `refuses` says which recipients are not here, `stalls` holds a mail's answer."""

    server: "MailSink"

    def handle(self) -> None:
        self._say("220 sink")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self._say("354 go on")
                self._take()
            elif word == b"RCPT" and self.server.refuses in line:
                self._say("550 nobody here")
            elif word == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

    def _take(self) -> None:
        lines = list(iter(self.rfile.readline, b".\r\n"))
        self.server.arrived.set()
        if self.server.stalls:
            self.rfile.readline()  # until the other end is dead
            return
        with self.server.lock:
            self.server.mails.append(email.message_from_bytes(b"".join(lines)))
        self._say("250 taken")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class MailSink(socketserver.ThreadingTCPServer):
    """An SMTP server on this machine; `mails` is what it took."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _MailTalk)
        self.mails: list[Message] = []
        self.refuses = b"\0"
        self.stalls = False
        self.arrived, self.lock = threading.Event(), threading.Lock()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


@contextmanager
def serving(server: Any) -> Iterator[Any]:
    """*server* answers inside."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def a_worker(*words: str, **environ: str) -> "subprocess.Popen[str]":
    """`manage.py worker` as a process of its own, over the test's database."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    ours = {"DJANGO_SETTINGS_MODULE": "onetimeshare.settings", "DATABASE_URL": url, "MAIL_FROM": "sink@test"}
    return subprocess.Popen(
        [sys.executable, "manage.py", "worker", *words],
        cwd=CLONE,
        env={**os.environ, **ours, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def kill_once(is_time: Callable[[], bool], worker: "subprocess.Popen[str]") -> bool:
    """kill -9 when it is time, or when patience is over; whether it was time."""
    until = time.monotonic() + DIES_WITHIN_SECONDS
    while not is_time() and worker.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    worker.kill()
    worker.communicate(timeout=DIES_WITHIN_SECONDS)
    return is_time()
