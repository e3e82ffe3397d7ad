"""A stranger with `curl` and nothing else: what is printed works as printed, once, and is safe to paste."""

import hashlib
import io
import os
import re
import subprocess
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.faults.twins import assert_red

NOTES = os.urandom(300_001)
REFUSED_BY_F = 22
HOSTILE_NAMES = [
    'it\'s "quoted".txt',
    "$(touch owned).txt",
    "`touch owned`.txt",
    "a;touch owned;.txt",
    "a&touch owned|cat>owned.txt",
    "new\nline\rtouch owned.txt",
    "-rf",
    "--config",
    "~root.txt",
    "*?[a].txt",
    "#1 %2e%2e {a,b}.txt",
    "back\\slash.txt",
    "\u202egpj.exe",
    "two  blanks !! .txt",
    "я" * 120 + ".txt",
]


class Printed(NamedTuple):
    """What `curl -T` answers: two links and two lines to paste."""

    link: str
    open_line: str
    manage: str
    revoke_line: str


def curl(folder: Path, *words: str, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        ["curl", "-sS", "--max-time", "60", *words], cwd=folder, input=stdin, capture_output=True
    )


def paste(folder: Path, line: str, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    """The line as a person would run it, in a shell."""
    folder.mkdir(exist_ok=True)
    return subprocess.run(["sh", "-c", line], cwd=folder, input=stdin, capture_output=True, timeout=60)


def left(answer: "subprocess.CompletedProcess[bytes]") -> Printed:
    assert answer.returncode == 0, answer.stderr
    lines = [line.strip() for line in answer.stdout.decode().splitlines() if line.startswith("  ")]
    assert len(lines) == 4, answer.stdout.decode()
    return Printed(*lines)


def without_f(line: str) -> str:
    """The same line for someone who wants to read the refusal instead of saving a file."""
    return re.sub(r"^curl -f( --no-clobber -o .*?)?(?= --data-urlencode)", "curl -s", line, count=1)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def site(rig):
    return rig.masters[0]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Where the sender stands: a folder with what is to be sent."""
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "notes.pdf").write_bytes(NOTES)
    (folder / "pw.txt").write_text("correct horse\n")
    (folder / "empty.bin").touch()
    (folder / "договор 7.txt").write_text("тайна")
    return folder


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Where the recipient stands: an empty folder."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def opens_exactly_once(site, desk, inbox):
    printed = left(curl(desk, "-T", "notes.pdf", f"{site.url}/"))

    first = paste(inbox, printed.open_line)
    second = paste(inbox.with_name("second"), printed.open_line)
    told = paste(inbox, without_f(printed.open_line))

    assert first.returncode == 0, first.stderr
    assert sha256((inbox / "notes.pdf").read_bytes()) == sha256(NOTES)
    assert second.returncode == REFUSED_BY_F
    assert b"410" in second.stderr
    assert NOTES[:64] not in second.stdout + told.stdout
    assert re.search(rb"was opened on \d+ \w+ \d{4} at \d\d:\d\d UTC", told.stdout), told.stdout


@pytest.mark.promise("R1")
def test_the_open_line_gives_the_same_bytes_exactly_once(site, desk, inbox):
    opens_exactly_once(site, desk, inbox)


def test_a_guarded_share_asks_for_its_password_and_counts_wrong_ones(site, desk, inbox):
    asked = ("-F", "file=@notes.pdf", "-F", "password=<pw.txt", f"{site.url}/")
    printed = left(curl(desk, *asked))
    assert "--data-urlencode password@-" in printed.open_line

    wrong = paste(inbox, without_f(printed.open_line), stdin=b"wrong horse")
    refused = paste(inbox, printed.open_line, stdin=b"battery staple")
    nothing = paste(inbox, without_f(printed.open_line), stdin=b"")
    right = paste(inbox.with_name("second"), printed.open_line, stdin=b"correct horse")

    assert b"4 tries left" in wrong.stdout
    assert refused.returncode == REFUSED_BY_F
    assert b"No try was used up" in nothing.stdout
    assert right.returncode == 0, right.stderr
    assert sha256((inbox.with_name("second") / "notes.pdf").read_bytes()) == sha256(NOTES)


def test_five_wrong_passwords_lock_it_and_the_sender_hears_of_each(site, desk, inbox):
    printed = left(curl(desk, "-F", "text=x", "-F", "password=<pw.txt", f"{site.url}/"))
    status = printed.revoke_line.replace("action=revoke", "action=status")

    said = [paste(inbox, without_f(printed.open_line), stdin=b"guess %d" % n).stdout for n in range(6)]
    right = paste(inbox, without_f(printed.open_line), stdin=b"correct horse")
    receipt = paste(inbox, status).stdout

    for line, words in zip(
        said, (b"4 tries", b"3 tries", b"2 tries", b"One try", b"locked now"), strict=False
    ):
        assert words in line
    assert said[5].startswith(b"Locked")
    assert right.stdout.startswith(b"Locked")
    assert b"state: locked" in receipt
    assert b"wrong passwords: 5 of 5" in receipt


def test_several_files_come_back_as_one_zip_with_their_names(site, desk, inbox):
    files = ("notes.pdf", "empty.bin", "договор 7.txt", "notes.pdf")
    asked = [word for name in files for word in ("-F", f"file=@{name}")]
    printed = left(curl(desk, *asked, f"{site.url}/"))

    done = paste(inbox, printed.open_line)

    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(io.BytesIO((inbox / "files.zip").read_bytes())) as zipped:
        assert zipped.testzip() is None
        assert zipped.namelist() == ["notes.pdf", "empty.bin", "договор 7.txt", "notes (2).pdf"]
        assert zipped.read("notes (2).pdf") == NOTES
        assert zipped.read("договор 7.txt").decode() == "тайна"


@pytest.mark.parametrize("name", ["empty.bin", "договор 7.txt"])
def test_an_empty_file_and_a_cyrillic_name_come_back_as_they_were(site, desk, inbox, name):
    by_put = left(curl(desk, "-T", name, f"{site.url}/"))
    by_form = left(curl(desk, "-F", f"file=@{name}", f"{site.url}/"))

    opened = [paste(inbox.with_name(kind), line.open_line) for kind, line in (("a", by_put), ("b", by_form))]

    assert [done.returncode for done in opened] == [0, 0]
    for kind in ("a", "b"):
        assert (inbox.with_name(kind) / name).read_bytes() == (desk / name).read_bytes()


def test_a_body_without_a_length_is_taken_whole(site, desk, inbox):
    printed = left(curl(desk, "-T", "-", f"{site.url}/", stdin=NOTES))

    paste(inbox, printed.open_line)

    assert sha256((inbox / "file").read_bytes()) == sha256(NOTES)


def test_text_is_printed_and_left_in_no_file(site, desk, inbox):
    printed = left(curl(desk, "--form-string", 'text=a=1; b="ü"', f"{site.url}/"))

    done = paste(inbox, printed.open_line)

    assert done.stdout.decode() == 'a=1; b="ü"'
    assert list(inbox.iterdir()) == []


def test_the_revoke_line_takes_it_back_before_anybody_opened_it(site, desk, inbox):
    printed = left(curl(desk, "-T", "notes.pdf", f"{site.url}/"))

    revoked = paste(inbox, printed.revoke_line)
    opened = paste(inbox, printed.open_line)
    told = paste(inbox, without_f(printed.open_line))

    assert b"state: revoked" in revoked.stdout
    assert opened.returncode == REFUSED_BY_F
    assert list(inbox.iterdir()) == []
    assert b"Revoked on" in told.stdout
    assert b"Nobody had opened it" in told.stdout


def test_a_share_that_opens_twice_opens_twice(site, desk, inbox):
    printed = left(curl(desk, "-T", "notes.pdf", f"{site.url}/notes.pdf?opens=2&expires=2h"))

    ends = [paste(inbox.with_name(f"inbox{n}"), printed.open_line).returncode for n in range(3)]

    assert ends == [0, 0, REFUSED_BY_F]


def is_safe_to_paste(site, desk, inbox, name, way):
    (desk / "data").write_bytes(b"data of a hostile name")
    if way == "put":
        asked = ["-T", "data", f"{site.url}/{quoted(name)}"]
    else:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        asked = ["-F", f'file=@data;filename="{escaped}"', f"{site.url}/"]
    printed = left(curl(desk, *asked))

    done = paste(inbox, printed.open_line)

    made = list(inbox.iterdir())
    assert done.returncode == 0, (printed.open_line, done.stderr)
    assert [path.read_bytes() for path in made] == [b"data of a hostile name"], made
    assert made[0].name != "owned"
    assert not re.search(r"[\x00-\x1f\x7f\u202e\\]", made[0].name)
    assert list(inbox.parent.rglob("owned")) == []


@pytest.mark.promise("S14")
@pytest.mark.parametrize("name", HOSTILE_NAMES)
@pytest.mark.parametrize("way", ["put", "form"])
def test_a_printed_line_is_safe_to_paste_whatever_the_name(site, desk, inbox, name, way):
    is_safe_to_paste(site, desk, inbox, name, way)


@pytest.mark.twin("S14")
@pytest.mark.parametrize(
    "name", ["$(touch owned).txt", pytest.param("\u202egpj.exe", marks=pytest.mark.full)]
)
def test_a_line_that_is_not_safe_to_paste_is_noticed(make_rig, desk, inbox, name):
    twin = make_rig(masters=1, twin="prints_names_as_they_are")

    assert_red(twin, lambda rig: is_safe_to_paste(rig.masters[0], desk, inbox, name, "put"))


@pytest.mark.twin("R1")
def test_a_share_that_opens_again_is_noticed(make_rig, desk, inbox):
    twin = make_rig(masters=1, twin="opens_again")

    assert_red(twin, lambda rig: opens_exactly_once(rig.masters[0], desk, inbox))


def quoted(name: str) -> str:
    return "".join(f"%{byte:02X}" for byte in name.encode())
