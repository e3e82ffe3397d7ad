"""What one person sends, another one gets, once."""

import json
import os
import stat

import pytest

from tests.ots.commands import Ots

LARGE = os.urandom(20_000_001)


def test_a_text_comes_out_as_it_went_in_and_is_destroyed(ots: Ots):
    sent = ots("send", stdin="Zürich, 8 Uhr\n".encode())

    got = ots("get", sent.link)

    assert got.out == "Zürich, 8 Uhr\n"
    assert ots("receipt", "--json", sent.manage).out.count('"state": "burned"') == 1
    assert ots.files() == {}
    assert ots.kept() == []


@pytest.mark.parametrize("content", [b"", b"x", b"y" * 65_536, LARGE], ids=["empty", "one", "chunk", "large"])
def test_a_file_comes_back_with_its_name_and_bytes(ots: Ots, content: bytes):
    (ots.folder / "Übersicht 7.bin").write_bytes(content)
    sent = ots("send", "Übersicht 7.bin")
    inbox = ots.within("inbox")

    got = inbox("get", sent.link)

    assert inbox.files() == {"Übersicht 7.bin": content}
    assert [path.name for path in inbox.folder.iterdir()] == ["Übersicht 7.bin"]
    assert got.raw == b""
    assert "Saved" in got.err
    assert "Destroyed on the server" in got.err
    assert stat.S_IMODE((inbox.folder / "Übersicht 7.bin").stat().st_mode) == 0o600
    assert ots.kept() == []


def test_a_second_try_hears_when_it_was_opened(ots: Ots):
    sent = ots("send", stdin=b"once")
    ots("get", sent.link)

    again = ots("get", sent.link, code=3)

    assert "This share was opened on" in again.err
    assert again.raw == b""


def test_a_folder_comes_back_as_it_was(ots: Ots):
    files = {"site/index.html": b"<p>", "site/css/a.css": b"", "site/img/big.bin": LARGE, "b.txt": b"b"}
    for name, content in files.items():
        (ots.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (ots.folder / name).write_bytes(content)
    sent = ots("send", "site", "b.txt")
    inbox = ots.within("inbox")

    inbox("get", sent.link)

    assert inbox.files() == files


def test_links_in_folders_are_left_out_and_said_so(ots: Ots):
    (ots.folder / "site").mkdir()
    (ots.folder / "site" / "a.txt").write_bytes(b"a")
    (ots.folder / "site" / "b.txt").symlink_to("/etc/passwd")
    (ots.folder / "site" / "empty").mkdir()
    sent = ots("send", "site")
    inbox = ots.within("inbox")

    inbox("get", sent.link)

    assert inbox.files() == {"site/a.txt": b"a"}
    assert sent.err.count("Left out") == 2


@pytest.mark.parametrize("content", [b"\x00\xff", LARGE], ids=["small", "large"])
def test_what_has_no_size_before_its_end_is_sealed_while_it_is_read(ots: Ots, content: bytes):
    sent = ots("send", "--name", "dump.sql", stdin=content)
    inbox = ots.within("inbox")

    inbox("get", sent.link)

    assert inbox.files() == {"dump.sql": content}
    assert ots.kept() == []


def test_a_pipe_of_a_shell_can_be_sent(ots: Ots):
    (ots.folder / "fifo").mkdir()
    os.mkfifo(ots.folder / "pipe")
    process = ots.start("send", "pipe", "--name", "x.bin")
    (ots.folder / "pipe").write_bytes(b"\x01" * 70_000)
    out, _ = process.communicate(timeout=60)

    got = ots("get", out.decode().strip(), "-o", "-")

    assert got.raw == b"\x01" * 70_000


def test_verified_bytes_go_to_stdout(ots: Ots):
    (ots.folder / "a.bin").write_bytes(LARGE)
    sent = ots("send", "a.bin")

    assert ots("get", sent.link, "-o", "-").raw == LARGE


def test_several_files_do_not_go_to_stdout_and_are_not_lost(ots: Ots):
    for name in ("a", "b"):
        (ots.folder / name).write_bytes(name.encode())
    sent = ots("send", "a", "b")
    refused = ots("get", sent.link, "-o", "-", code=13)

    ots("get", sent.link, "-o", "both")

    assert refused.raw == b""
    assert (ots.folder / "both" / "a").read_bytes() == b"a"


def test_the_exact_size_can_be_hidden(ots: Ots):
    (ots.folder / "a.bin").write_bytes(LARGE)
    sent = ots("send", "--hide-size", "a.bin")
    told = json.loads(ots("status", "--json", sent.link).out)
    inbox = ots.within("inbox")

    inbox("get", sent.link)

    assert told["size"] > len(LARGE) + 16 * 306 + 16 + 1000
    assert inbox.files() == {"a.bin": LARGE}


def test_copies_are_shares_of_their_own(ots: Ots):
    made = [json.loads(line) for line in ots("send", "--copies", "3", "--json", stdin=b"hi").out.splitlines()]

    assert len({each["link"] for each in made}) == 3
    assert [ots("get", each["link"]).out for each in made] == ["hi"] * 3


def test_a_share_opens_as_often_as_was_said(ots: Ots):
    link = ots("send", "--opens", "2", stdin=b"twice").link

    first, second = ots("get", link), ots("get", link)

    assert (first.out, second.out) == ("twice", "twice")
    assert "1 more time" in first.err
    ots("get", link, code=3)
