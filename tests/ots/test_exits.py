"""How commands end: a code for each way it can go wrong, a sentence, and never a traceback."""

import os
import signal
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from ots.cli import exits
from ots.errors import OtsError
from sealing.keys import new_id, new_secret
from sealing.links import Link
from tests.browser.site import Site, a_site
from tests.faults.proxy import Proxy
from tests.ots.commands import LINK, Ots, ended, wait_until
from tests.ots.hostile import SOON, Answer, Hostile, ranged, sealed

LARGE = bytes(30_000_000)


def every(kind: type[OtsError]) -> list[type[OtsError]]:
    return [kind, *(below for each in kind.__subclasses__() for below in every(each))]


def test_every_error_has_a_code_of_its_own_kind():
    codes = {kind: exits.code_of(kind.__new__(kind)) for kind in every(OtsError)[1:]}

    assert exits.BROKEN not in codes.values()
    assert len({each.code for each in exits.EXITS}) == len(exits.EXITS)
    assert set(codes.values()) == {each.code for each in exits.EXITS} - {0, 1, 130}


def test_a_server_that_is_not_there_is_told_from_one_that_refuses(ots: Ots):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        away = ots.at(f"http://127.0.0.1:{closed.getsockname()[1]}")

        done = away("send", stdin=b"x", code=8)

    assert "cannot be reached" in done.err
    assert done.raw == b""


def test_another_program_behind_the_address_is_told_too(ots: Ots, hostile: Hostile):
    hostile.answers[("POST", "create")] = Answer(200, b"<html>welcome</html>")

    assert "not one of a OneTimeShare server" in ots.at(hostile.url)("send", stdin=b"x", code=8).err


def test_nothing_under_a_link(ots: Ots):
    link = Link(ots.server, "share", new_id(), new_secret()).url

    assert "nothing under this link" in ots("get", link, code=4).err
    assert "nothing under this link" in ots("burn", link.replace("/s/", "/m/"), code=4).err


def test_what_the_server_does_not_allow_is_refused_with_its_reason(ots: Ots):
    assert "between 5 minutes and 30 days" in ots("send", "--expires", "100w", stdin=b"x", code=10).err


def test_damage_is_told_and_destroys_nothing(ots: Ots, hostile: Hostile):
    envelope = sealed(hostile.url, b"x" * 100_000, ["a"], [100_000])
    hostile.hands_out(envelope)
    broken = envelope.blob[:-1] + b"\0"
    hostile.answers[("GET", "blob")] = lambda asked: ranged(broken, asked.headers["Range"])

    done = ots("get", envelope.link, code=7)

    assert "Nothing was destroyed" in done.err
    assert ots.files() == {}
    assert hostile.times("burn") == 0


def test_a_wait_that_is_asked_for_is_taken_if_it_is_short(ots: Ots, hostile: Hostile):
    said = {"code": "too_many", "message": "", "retry_after": 1}
    ready = Answer(201, {"state": "ready", "expires_at": SOON})
    answers = iter([Answer(429, said, {"Retry-After": "1"}), Answer(503, b"proxy"), ready])
    hostile.answers[("POST", "create")] = lambda _: next(answers)
    began = time.monotonic()

    done = ots.at(hostile.url)("send", stdin=b"x")

    assert time.monotonic() - began > 1
    assert "asks to wait" in done.err


def test_a_long_wait_is_a_refusal_that_used_up_nothing(ots: Ots, hostile: Hostile):
    said = {"code": "too_many", "message": "", "retry_after": 3600}
    hostile.answers[("POST", "create")] = Answer(429, said)

    done = ots.at(hostile.url)("send", stdin=b"x", code=10)

    assert "Wait 60 min. No try was used up" in done.err


def test_more_than_the_server_takes_is_said_with_its_limit(tmp_path: Path):
    with a_site(MAX_SHARE_BYTES="1000000") as small:
        ots = Ots(tmp_path / "home", tmp_path, small.url)
        (ots.folder / "a.bin").write_bytes(LARGE)

        done = ots("send", "a.bin", code=10)

    assert "at most 1.0 MB" in done.err
    assert ots.kept() == []


def test_an_answer_behind_a_broken_pipe_is_read(ots: Ots):
    """The server refuses a part while its bytes are still on their way, and hangs up."""
    (ots.folder / "a.bin").write_bytes(LARGE)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        size = len(LARGE) + 16 * 458 + 16
        threading.Thread(target=hanging_up, args=(listening, size), daemon=True).start()

        done = ots.at(f"http://127.0.0.1:{listening.getsockname()[1]}")("send", "a.bin", code=10)

    assert "at most 1 byte" in done.err


def hanging_up(listening: socket.socket, size: int) -> None:
    parts = -(-size // 8_388_608)
    made = f'{{"state": "uploading", "expires_at": null, "part_size": 8388608, "parts": {parts}}}'
    there = '{"part_size": 8388608, "received": []}'
    refused = '{"code": "too_large", "message": "no", "max_bytes": 1}'
    while True:
        line, _ = listening.accept()
        threading.Thread(target=one_by_one, args=(line, made, there, refused), daemon=True).start()


def one_by_one(line: socket.socket, made: str, there: str, refused: str) -> None:
    with line:
        while True:
            head = b""
            while b"\r\n\r\n" not in head:
                if not (data := line.recv(4096)):
                    return
                head += data
            is_part = head.startswith(b"PUT")
            status, said = (
                (413, refused) if is_part else (200, there) if head.startswith(b"GET") else (201, made)
            )
            if not is_part:
                length = int(head.lower().split(b"content-length:")[1].split()[0]) if b"POST" in head else 0
                length -= len(head.split(b"\r\n\r\n", 1)[1])
                while length > 0:
                    length -= len(line.recv(65536))
            line.sendall(f"HTTP/1.1 {status} X\r\nContent-Length: {len(said)}\r\n\r\n{said}".encode())
            if is_part:
                return


def test_ctrl_c_stops_a_sending_that_can_go_on(ots: Ots, line: Proxy, site: Site):
    (ots.folder / "a.bin").write_bytes(LARGE)
    line.delay_seconds = 0.01
    process = ots.at(line.url).start("send", "a.bin")
    said = b""
    while not LINK.search(said.decode()):
        said += process.stderr.read1()
    link = LINK.findall(said.decode())[0]
    os.kill(process.pid, signal.SIGINT)

    done = ended(process)

    assert done.code == 130
    assert "Go on with `ots resume`" in done.err
    assert ots("resume", link).link == link


def test_ctrl_c_stops_a_fetch_that_can_go_on(ots: Ots, line: Proxy, site: Site):
    (ots.folder / "a.bin").write_bytes(LARGE)
    link = ots("send", "a.bin").link.replace(site.url, line.url)
    line.bytes_per_second = 3_000_000
    inbox = ots.within("inbox")
    process = inbox.start("get", link)
    wait_until(lambda: any(inbox.folder.glob(".*.ots/*")))
    os.kill(process.pid, signal.SIGINT)

    done = ended(process)
    line.heal()

    assert done.code == 130
    assert "the same command goes on" in done.err
    inbox("get", link)
    assert inbox.files() == {"a.bin": LARGE}


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "ftp://127.0.0.1:9"])
def test_a_proxy_that_cannot_be_used_is_said(ots: Ots, proxy: str):
    done = ots.at("http://localhost:9")("send", stdin=b"x", code=8, ALL_PROXY=proxy)

    assert "proxy" in done.err


def test_a_fault_of_ours_shows_no_secrets(ots: Ots):
    (ots.home / "state").write_text("no folder")

    done = ots("get", Link(ots.server, "share", new_id(), new_secret()).url, code=13)

    assert "cannot be used" in done.err


def test_a_lost_answer_to_a_wrong_password_costs_one_try(ots: Ots, hostile: Hostile):
    (ots.folder / "wrong").write_text("wrong")
    envelope = replace(sealed(hostile.url, b"x", ["a"], [1]), kdf=1)
    hostile.hands_out(envelope)
    left = iter([5, 5, 4])
    status = envelope.status
    hostile.answers[("GET", "status")] = lambda _: Answer(200, status | {"attempts_left": next(left)})
    hostile.answers[("POST", "claim")] = lambda _: None

    done = ots("get", "--password-file", "wrong", envelope.link, code=6)

    assert "4 tries are left" in done.err
    assert hostile.times("claim") == 1
