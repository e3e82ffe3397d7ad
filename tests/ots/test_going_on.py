"""Lines that break, servers and processes that are killed in the middle: on it goes, with the right bytes."""

import os
import threading
import time
from hashlib import sha256
from pathlib import Path

import pytest

from tests.browser.site import Site
from tests.faults.proxy import Proxy
from tests.ots.commands import LINK, Done, Ots, ended, wait_until

MIB = 1024**2
LARGE = os.urandom(48 * MIB)
SMALLER = LARGE[: 28 * MIB]


def parts_there(site: Site, link: str) -> int:
    share_id = link.split("/s/")[1][:16]
    return int(site.sql("SELECT count(*) FROM shares_part WHERE share_id = %s AND done", share_id)[0][0])


def link_so_far(ots: Ots, process) -> str:
    """The link that is told before the first part."""
    said = b""
    while not LINK.search(said.decode()):
        said += process.stderr.read1()
    return LINK.findall(said.decode())[0]


def stopped_in_the_middle(ots: Ots, line: Proxy, site: Site, content: bytes = SMALLER) -> str:
    """A sending killed when some of its parts are there; the link it told."""
    (ots.folder / "a.bin").write_bytes(content)
    line.delay_seconds = 0.005
    process = ots.at(line.url).start("send", "a.bin")
    link = link_so_far(ots, process)
    wait_until(lambda: parts_there(site, link) >= 1)
    process.kill()
    ended(process)
    line.drop()
    line.heal()
    # What was still on its way when the line went is not being written any more.
    undone = "SELECT 1 FROM shares_part WHERE share_id = %s AND NOT done"
    wait_until(lambda: not site.sql(undone, link.split("/s/")[1][:16]))
    assert parts_there(site, link) < 4
    return link


def test_a_killed_sending_goes_on_and_sends_only_what_is_missing(ots: Ots, line: Proxy, site: Site):
    link = stopped_in_the_middle(ots, line, site)
    ots.at(line.url)("get", link, code=9)
    there = parts_there(site, link)
    line.request_bytes = 0

    resumed = ots.at(line.url)("resume", stdin=link.encode())
    inbox = ots.within("inbox")
    inbox("get", link)

    assert resumed.link == link
    assert inbox.files() == {"a.bin": SMALLER}
    assert line.request_bytes < len(SMALLER) - there * 8 * MIB + MIB
    assert ots.kept() == []


def test_what_changed_meanwhile_is_not_sent(ots: Ots, line: Proxy, site: Site):
    link = stopped_in_the_middle(ots, line, site)
    file = ots.folder / "a.bin"
    before, there = file.stat(), parts_there(site, link)
    file.write_bytes(b"\0" + SMALLER[1:])

    by_its_time = ots("resume", link, code=12)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    by_its_digest = ots("resume", link, code=12)

    assert "not any more what it was" in by_its_time.err
    assert "not any more what it was" in by_its_digest.err
    assert parts_there(site, link) == there
    file.write_bytes(SMALLER)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert ots("resume", link).link == link


def forget_all_but(count: int, notes: Path) -> None:
    """As if it had died before later parts were sealed."""
    data, at = notes.read_bytes(), 0
    for _ in range(count):
        at += 4 + int.from_bytes(data[at : at + 4], "big")
    notes.write_bytes(data[:at])


def test_a_change_in_what_was_never_sent_of_a_chunk_is_seen_too(ots: Ots, line: Proxy, site: Site):
    link = stopped_in_the_middle(ots, line, site)
    file, before = ots.folder / "a.bin", (ots.folder / "a.bin").stat()
    # Part 0 ends within chunk 127; the chunk's rest lies in part 1.
    at = 128 * 65_536 - 10
    file.write_bytes(SMALLER[:at] + b"\0" * 5 + SMALLER[at + 5 :])
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    forget_all_but(2, next(ots.state.glob("*.send")))  # the head, and part 0

    ots("resume", link, code=12)


def test_a_file_that_changes_while_it_is_sent_is_taken_back(ots: Ots, line: Proxy, site: Site):
    file = ots.folder / "a.bin"
    file.write_bytes(SMALLER)
    line.delay_seconds = 0.005
    process = ots.at(line.url).start("send", "a.bin")
    link = link_so_far(ots, process)
    with file.open("r+b") as changed:
        changed.write(b"changed")

    done = ended(process)

    assert done.code == 12, done
    assert "changed while it was being sent" in done.err
    assert "Nobody had opened it" in ots("get", link, code=3).err
    assert ots.kept() == []


def test_without_its_notes_nothing_is_resumed(ots: Ots, site: Site):
    link = ots("send", stdin=b"x").link

    assert "No unfinished sending" in ots("resume", link, code=2).err


def test_a_link_with_another_secret_spoils_no_notes(ots: Ots, line: Proxy, site: Site):
    link = stopped_in_the_middle(ots, line, site)
    other = link[:-26] + "a" * 26

    ots("resume", other, code=2)

    assert ots("resume", link).link == link


def halfway(ots: Ots, process) -> None:
    """Until more than 33 MiB of what is fetched are on the disk."""
    wait_until(lambda: any(path.stat().st_size > 40 * MIB for path in ots.folder.glob(".*.ots/*")))


def test_a_killed_fetch_goes_on_from_what_is_surely_there(ots: Ots, line: Proxy, site: Site):
    (ots.folder / "a.bin").write_bytes(LARGE)
    link = ots("send", "a.bin").link.replace(site.url, line.url)
    inbox = ots.within("inbox")
    line.bytes_per_second = 100 * MIB
    process = inbox.start("get", link)
    halfway(inbox, process)
    process.kill()
    ended(process)
    assert [name for name in inbox.files() if not name.startswith(".")] == []
    line.heal()
    line.longest_reply = 0

    inbox("get", link)

    assert {name: sha256(data).digest() for name, data in inbox.files().items()} == {
        "a.bin": sha256(LARGE).digest()
    }
    assert line.longest_reply < 50 * MIB


def test_another_target_begins_anew_and_leaves_nothing(ots: Ots, line: Proxy, site: Site):
    (ots.folder / "a.bin").write_bytes(LARGE)
    link = ots("send", "a.bin").link.replace(site.url, line.url)
    inbox, other = ots.within("inbox"), ots.within("other")
    line.bytes_per_second = 100 * MIB
    process = inbox.start("get", link)
    halfway(inbox, process)
    process.kill()
    ended(process)
    line.heal()

    other("get", link)

    assert other.files() == {"a.bin": LARGE}
    assert inbox.files() == {}


def test_two_at_once_do_not_disturb_each_other(ots: Ots, line: Proxy, site: Site):
    (ots.folder / "a.bin").write_bytes(SMALLER)
    link = ots("send", "a.bin").link.replace(site.url, line.url)
    line.bytes_per_second = 20 * MIB
    inbox = ots.within("inbox")
    process = inbox.start("get", link)
    wait_until(lambda: any(inbox.folder.glob(".*.ots/*")))

    second = inbox("get", link, code=2)

    assert "Another ots" in second.err
    line.heal()
    assert ended(process).code == 0
    assert inbox.files() == {"a.bin": SMALLER}


@pytest.mark.parametrize("cut", [100, 70_000, 5 * MIB])
def test_a_line_that_breaks_is_taken_up_again(ots: Ots, line: Proxy, site: Site, cut: int):
    (ots.folder / "a.bin").write_bytes(SMALLER)
    line.cut_request_at = max(cut, 3000)

    def heals() -> None:
        wait_until(lambda: line.cuts >= 2)
        line.heal()

    threading.Thread(target=heals).start()
    sent = ots.at(line.url)("send", "a.bin")
    inbox = ots.within("inbox")
    line.cuts, line.cut_reply_at = 0, cut
    threading.Thread(target=heals).start()
    inbox("get", sent.link)

    assert inbox.files() == {"a.bin": SMALLER}


def killed_and_back(server: Site, when) -> threading.Thread:
    """kill -9 of the whole server when *when* says so; it comes back two seconds later."""

    def work() -> None:
        wait_until(when)
        master = server.masters[0]
        master.stop(0)
        time.sleep(1)
        # A part that nobody writes any more is free a minute later.
        server.sql("UPDATE shares_part SET written_since = now() - interval '2 minutes' WHERE NOT done")
        master.start()
        master.wait_until_ready()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_a_killed_server_costs_neither_sender_nor_recipient_anything(server: Site, tmp_path: Path):
    ots = Ots(tmp_path / "home", tmp_path, server.url)
    (ots.folder / "a.bin").write_bytes(LARGE)
    line = Proxy(("127.0.0.1", server.masters[0].port)).start()
    line.delay_seconds = 0.002
    process = ots.at(line.url).start("send", "a.bin")
    link = link_so_far(ots, process)
    killed = killed_and_back(server, lambda: parts_there(server, link) >= 2)
    sent = ended(process)
    killed.join()
    assert sent.code == 0, sent
    line.heal()
    inbox = ots.within("inbox")
    line.bytes_per_second = 50 * MIB
    process = inbox.start("get", link)
    killed = killed_and_back(server, lambda: any(p.stat().st_size for p in inbox.folder.glob(".*.ots/*")))
    got: Done = ended(process)
    killed.join()
    line.stop()

    assert got.code == 0, got
    assert inbox.files() == {"a.bin": LARGE}
    assert "trying again" in sent.err + got.err
