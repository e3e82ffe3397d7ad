"""`ots` where the bytes go past the server: there and back, cut in the middle, and behind a wall."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ots import answers
from ots.api import Api
from ots.direct import Direct
from ots.errors import ServerStrange
from ots.values import Leave
from tests.browser.site import Site, a_site
from tests.faults.proxy import Proxy
from tests.ots.commands import Ots, ended
from tests.ots.test_going_on import link_so_far, parts_there, wait_until
from tests.s3 import S3

MIB = 1024**2
CONTENT = os.urandom(20 * MIB)
# What the calls themselves weigh.
TALK_BYTES = 256 * 1024


@pytest.fixture(scope="module")
def site(gate: S3, past: Proxy) -> Iterator[Site]:
    with a_site(**replace(gate.apart(), direct_url=past.url).environ) as made:
        yield made


@pytest.fixture(autouse=True)
def _healed(gate: S3, past: Proxy) -> Iterator[None]:
    gate.passes(0)
    yield
    past.heal()


@pytest.fixture
def by_line(ots: Ots, line: Proxy) -> Ots:
    """`ots` over a line to the server that counts."""
    (ots.folder / "a.bin").write_bytes(CONTENT)
    return ots.at(line.url)


def test_the_server_carries_no_bytes(by_line: Ots, line: Proxy, gate: S3, site: Site) -> None:
    link = by_line("send", "a.bin").link
    inbox = by_line.within("inbox")
    inbox("get", link)

    assert inbox.files() == {"a.bin": CONTENT}
    assert line.request_bytes < TALK_BYTES
    assert line.longest_reply < TALK_BYTES
    told = gate.told()
    assert told["answers"] == {"PUT 200": 3, "GET 206": 3}
    assert "X-Amz" not in site.log_text()
    assert len(CONTENT) < told["bytes"]["in"] == told["bytes"]["out"] < len(CONTENT) + TALK_BYTES


def test_what_breaks_in_the_middle_goes_on_there(by_line: Ots, line: Proxy, past: Proxy, gate: S3) -> None:
    past.cut_request_at = 3 * MIB
    sending = by_line.start("send", "a.bin")
    wait_until(lambda: past.cuts >= 1)
    past.heal()
    done = ended(sending)
    assert done.code == 0, done

    past.cut_reply_at = 3 * MIB
    inbox = by_line.within("inbox")
    getting = inbox.start("get", done.link)
    before = past.cuts
    wait_until(lambda: past.cuts >= before + 2)
    past.heal()
    got = ended(getting)

    assert got.code == 0, got
    assert inbox.files() == {"a.bin": CONTENT}
    assert line.request_bytes < TALK_BYTES
    assert line.longest_reply < TALK_BYTES


def test_a_killed_sending_goes_on_with_the_parts_that_are_missing(
    by_line: Ots, line: Proxy, past: Proxy, site: Site, gate: S3
) -> None:
    past.delay_seconds = 0.01
    process = by_line.start("send", "a.bin")
    link = link_so_far(by_line, process)
    wait_until(lambda: parts_there(site, link) >= 1)
    process.kill()
    ended(process)
    past.heal()
    gate.passes(0)

    resumed = by_line("resume", link)

    assert resumed.link == link
    assert gate.told()["answers"].get("PUT 200", 0) <= 2
    inbox = by_line.within("inbox")
    inbox("get", link)
    assert inbox.files() == {"a.bin": CONTENT}


def test_an_address_that_is_too_old_is_asked_for_anew(by_line: Ots, gate: S3) -> None:
    gate.passes(61)
    sending = by_line.start("send", "a.bin")
    wait_until(lambda: gate.told()["answers"].get("PUT 403", 0) >= 1)
    gate.passes(0)
    done = ended(sending)

    inbox = by_line.within("inbox")
    inbox("get", done.link)

    assert (done.code, inbox.files()) == (0, {"a.bin": CONTENT})


def test_behind_a_wall_the_server_carries_the_bytes(by_line: Ots, line: Proxy, past: Proxy, gate: S3) -> None:
    past.refuse()
    link = by_line("send", "a.bin").link
    inbox = by_line.within("inbox")
    inbox("get", link)
    past.admit()

    assert inbox.files() == {"a.bin": CONTENT}
    assert line.request_bytes > len(CONTENT)
    assert line.longest_reply > len(CONTENT)
    assert gate.told()["answers"] == {}


def test_a_wall_that_rises_on_the_way_is_gone_around(
    by_line: Ots, line: Proxy, past: Proxy, gate: S3
) -> None:
    link = by_line("send", "a.bin").link
    past.bytes_per_second = 8 * MIB
    inbox = by_line.within("inbox")
    getting = inbox.start("get", link)
    wait_until(lambda: gate.told()["answers"].get("GET 206", 0) >= 2)
    past.refuse()
    got = ended(getting)
    past.admit()

    assert (got.code, inbox.files()) == (0, {"a.bin": CONTENT})
    assert TALK_BYTES < line.longest_reply < len(CONTENT) - 4 * MIB


# --- strangers ----------------------------------------------------------------------------------------

LEAVE = {"url": "https://s3.example.org/x?y", "headers": {"Range": "bytes=0-9"}, "start": 0, "stop": 10}


@pytest.mark.parametrize(
    "spoilt",
    [
        {"url": "ftp://s3.example.org/x"},
        {"url": "https://s3.example.org/a b"},
        {"url": "https://s3.example.org/\r\nHost: x"},
        {"url": "https://" + "x" * 9000},
        {"url": 7},
        {"headers": {"Authorization": "Bearer x"}},
        {"headers": {"Cookie": "x"}},
        {"headers": {"x-amz-a": "1\r\nx: 2"}},
        {"headers": {"x-amz-a": 1}},
        {"headers": {f"x-amz-{n}": "" for n in range(11)}},
        {"headers": []},
        {"start": 1},
        {"stop": 0},
        {"stop": 11},
    ],
)
def test_a_server_cannot_make_it_send_what_it_wants(spoilt: dict[str, Any]) -> None:
    assert answers.range_leave(LEAVE, 0, 10).stop == 10

    with pytest.raises(ServerStrange):
        answers.range_leave(LEAVE | spoilt, 0, 10)


def test_what_came_by_https_goes_nowhere_by_http(past: Proxy) -> None:
    api, before = Api("https://share.example.org"), past.connections
    direct = Direct(api, is_open=True)
    leave = Leave(f"{past.url}/x", {})

    assert not direct.put(lambda: leave, lambda: [b"x"], 1)
    assert not direct.is_open
    assert Direct(api, is_open=True).leave(lambda: leave) is None
    assert past.connections == before
    api.close()


def test_a_client_that_knows_no_other_way_uses_the_server(by_line: Ots, site: Site, tmp_path: Path) -> None:
    from tests.faults import client
    from tests.faults.envelopes import seal

    envelope = seal(CONTENT[: 9 * MIB])
    left, lease = client.leave(site.url, envelope), os.urandom(32)

    assert client.send(site.url, client.claim(left, lease)).status == 200
    assert client.send(site.url, client.fetch(left, lease)).body == left.blob
