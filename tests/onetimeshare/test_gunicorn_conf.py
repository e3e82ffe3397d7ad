"""gunicorn as we configure it: what goes wrong is logged, without a path and without an address."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec, module_from_spec
from pathlib import Path

import pytest

from tests.grade import faults_in

CLONE = Path(__file__).resolve().parents[2]
APPLICATION = """
import os

with open(os.environ["IMPORTS"], "a") as imports:
    imports.write(f"{os.getpid()}\\n")

def application(environ, start_response):
    if environ["PATH_INFO"] != "/fine":
        raise RuntimeError("a fault of ours")
    start_response("204 No Content", [])
    return []
"""


@pytest.fixture
def gunicorn(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    yield from running(tmp_path)


@pytest.fixture(scope="module")
def one_gunicorn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """For those who only ask."""
    for _, port in running(tmp_path_factory.mktemp("gunicorn")):
        yield port


def running(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    (tmp_path / "small.py").write_text(APPLICATION)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "python:onetimeshare.gunicorn_conf", "small:application"],
        cwd=CLONE,
        env={
            "PYTHONPATH": str(tmp_path),
            "BIND": f"127.0.0.1:{port}",
            "WEB_CONCURRENCY": "2",
            "IMPORTS": str(tmp_path / "imports"),
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process, port
    process.kill()
    process.communicate()


def ask(port: int, request: bytes) -> bytes:
    """The first bytes of the answer, as soon as there is one."""
    until = time.monotonic() + 15
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
                line.sendall(request)
                return line.recv(4000)
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def test_a_fault_is_logged_without_the_path(gunicorn):
    process, port = gunicorn

    answer = ask(port, b"GET /s/salaries.xlsx?key=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")
    process.terminate()
    log = process.communicate(timeout=20)[1]

    assert answer.startswith(b"HTTP/1.1 500")
    line = json.loads(log)  # one line: what production writes unless told otherwise
    assert (line["logger"], line["event"]) == ("gunicorn.error", "Error handling a request")
    assert "a fault of ours" in line["exception"]
    assert "salaries" not in log


def test_a_request_that_is_no_http_is_logged_without_its_words_and_its_sender(gunicorn):
    process, port = gunicorn

    answer = ask(port, b"salaries.xlsx\r\n\r\n")
    process.terminate()
    log = process.communicate(timeout=20)[1]

    assert answer.startswith(b"HTTP/1.1 400")
    assert "not valid HTTP" in log
    assert "salaries" not in log
    assert "127.0.0.1" not in log


def faults_of(head: str, status: int) -> list[str]:
    return faults_in("/", status, dict(line.split(": ", 1) for line in head.split("\r\n")[1:]))


@pytest.mark.promise("S8")
@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("<script>alert(1)</script>\r\n\r\n", 400),
        ("GET /fine HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: x\r\n\r\n", 501),
        (f"GET /{'a' * 5000} HTTP/1.1\r\n\r\n", 414),
        (f"GET /fine HTTP/1.1\r\nA: {'a' * 9000}\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 500),
    ],
    ids=["no HTTP", "no coding", "long line", "long header", "fault"],
)
def test_what_gunicorn_answers_itself_is_as_strict_and_repeats_nothing(one_gunicorn, asked, status):
    head, _, body = ask(one_gunicorn, asked.encode()).decode().partition("\r\n\r\n")

    assert head.split()[1] == str(status)
    assert faults_of(head, status) == []
    assert re.fullmatch(r"[A-Z][A-Za-z ]+\n", body)


@pytest.mark.twin("S8")
def test_the_page_that_gunicorn_comes_with_is_noticed(red):
    found = find_spec("gunicorn.util")
    stock = module_from_spec(found)  # as it comes: another test may have loaded our settings
    found.loader.exec_module(stock)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        stock.write_error(ours, 400, "Bad Request", "x")
        head = theirs.recv(4000).decode().partition("\r\n\r\n")[0]

    assert len(faults_of(head, 400)) > 10
    red("gunicorn's own page for what is not valid HTTP")


def test_a_request_that_works_leaves_no_line(gunicorn):
    process, port = gunicorn

    answer = ask(port, b"GET /fine HTTP/1.1\r\nHost: localhost\r\n\r\n")
    process.terminate()
    log = process.communicate(timeout=20)[1]

    assert answer.startswith(b"HTTP/1.1 204")
    assert log == ""


def test_a_visitor_cannot_move_the_site_by_a_header(gunicorn):
    _, port = gunicorn

    answer = ask(port, b"GET /fine HTTP/1.1\r\nHost: localhost\r\nScript_Name: /other\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 204")


def test_the_application_is_imported_once_and_not_by_each_worker(gunicorn, tmp_path):
    process, port = gunicorn
    children, until = Path(f"/proc/{process.pid}/task/{process.pid}/children"), time.monotonic() + 30
    while len(children.read_text().split()) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    answer = ask(port, b"GET /fine HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 204")
    assert (tmp_path / "imports").read_text().split() == [str(process.pid)]
