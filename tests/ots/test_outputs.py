"""What goes where: stdout for the link, the text or JSON; all else on stderr, harmless to a terminal."""

import json
import re
import subprocess
from pathlib import Path

import pyrage
import pytest

from ots.cli import exits
from ots.cli.talk import clean, size
from tests.ots.commands import CLONE, LINK, MANAGE, Ots

ESC = "\x1b[31m\x07\u202e\u2066"


def test_stdout_holds_the_link_and_nothing_else(ots: Ots):
    sent = ots("send", "--qr", stdin=b"x")

    assert LINK.fullmatch(sent.out.rstrip("\n"))
    assert MANAGE.search(sent.err)
    assert "█" in sent.err
    assert "\x1b[" not in sent.err.split("\n")[0]


def test_with_json_stdout_holds_an_object(ots: Ots):
    told = json.loads(ots("send", "--json", "--opens", "2", stdin=b"x").out)

    assert set(told) == {"link", "manage_link", "expires_at", "opens", "size"}
    assert json.loads(ots("get", "--json", told["link"]).out) == {"kind": "text", "text": "x", "note": None}


def test_saved_files_are_named_in_json(ots: Ots):
    (ots.folder / "a.txt").write_text("a")
    link = ots("send", "a.txt", "--note", "read me").link
    inbox = ots.within("inbox")

    told = json.loads(inbox("get", "--json", link).out)

    assert told == {"kind": "files", "paths": [str(inbox.folder / "a.txt")], "note": "read me"}


def test_a_note_gives_no_orders_to_a_terminal(ots: Ots):
    (ots.folder / "a.txt").write_text("a")
    link = ots("send", "a.txt", "--note", f"look{ESC}here").link

    got = ots.within("inbox")("get", link)

    assert "Note: look[31mhere" in got.err


def test_a_text_gives_no_orders_to_a_terminal_and_a_pipe_gets_all_of_it(ots: Ots, terminal):
    link = ots("send", "--opens", "2", stdin=f"one{ESC}two\n\tthree".encode()).link
    shell = terminal("get", link)
    assert shell.end() == 0

    piped = ots("get", link)

    assert "one[31mtwo\n" in shell.shown
    assert "three\n" in shell.shown
    assert piped.out == f"one{ESC}two\n\tthree"


def test_progress_is_shown_at_a_terminal_and_not_in_a_pipe(ots: Ots, terminal):
    (ots.folder / "a.bin").write_bytes(bytes(30_000_000))
    shell = terminal("send", "a.bin")
    assert shell.end() == 0

    piped = ots("send", "a.bin")

    assert "Sending" in shell.shown
    assert "/30.0 MB" in shell.shown or "MB" in shell.shown
    assert "Sending" not in piped.err


def test_an_age_file_opens_with_other_programs(ots: Ots, tmp_path: Path):
    content = b"0123456789" * 100_000
    (ots.folder / "a.bin").write_bytes(content)
    link = ots("send", "a.bin").link
    inbox = ots.within("inbox")

    identity = inbox("get", link, "--as-age").out.strip()

    (path,) = inbox.folder.iterdir()
    assert path.name == "a.bin.age"
    key = pyrage.x25519.Identity.from_str(identity)
    assert pyrage.decrypt(path.read_bytes(), [key]) == content
    ots("get", link, code=3)


@pytest.mark.parametrize(
    "text", ["--opens 0", "--expires soon", "--expires 0h", "--copies 0", "--nonsense", "nofile"]
)
def test_what_cannot_be_is_refused_before_anything_is_left(ots: Ots, text: str):
    done = ots("send", *text.split(), stdin=b"x", code=None)

    assert done.code == (12 if text == "nofile" else 2)
    assert done.raw == b""


def test_the_help_lists_every_exit_code(ots: Ots):
    said = ots("--help").out

    listed = {int(code) for code in re.findall(r"^ +(\d+)  \w", said, re.MULTILINE)}
    assert listed == {each.code for each in exits.EXITS}


def test_every_command_explains_itself(ots: Ots):
    names = re.findall(
        r"^  (\w+)  +\w", ots("--help").out.split("Commands:")[1].split("Exit")[0], re.MULTILINE
    )

    assert len(names) >= 9
    for name in names:
        assert len(ots(name, "--help").out) > 100


def test_who_stops_reading_loses_nothing(ots: Ots):
    (ots.folder / "a.bin").write_bytes(bytes(5_000_000))
    link = ots("send", "a.bin").link
    line = f"'{CLONE}/.venv/bin/python' -m ots get '{link}' -o - | head -c 10"
    subprocess.run(
        ["sh", "-c", line], cwd=ots.folder, env=ots.env, check=True, capture_output=True, timeout=60
    )

    again = ots("get", link, "-o", "-")

    assert len(again.raw) == 5_000_000


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 byte"), (999, "999 bytes"), (1500, "1.5 kB"), (999_960, "1.0 MB"), (5 * 10**9, "5.0 GB")],
)
def test_sizes_are_short(count: int, said: str):
    assert size(count) == said


def test_nothing_that_is_shown_gives_orders():
    assert clean("a\x1b]0;title\x07b\u202ec\nd\x9be\ud800") == "a]0;titlebc de\ufffd"
