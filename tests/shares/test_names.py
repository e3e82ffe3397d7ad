"""Names from strangers: in a header, in a printed command, on a page and in a zip they do no harm."""

import io
import re
import shlex
import zipfile
from email.message import Message
from urllib.parse import quote

import pytest
from django.test import Client

from sealing.envelope import FileEntry, Metadata
from sealing.names import safe_name
from shares.services.seal import sealing
from shares.unpack import unique_names
from shares.values import Terms
from tests.builders import body_of, links_in
from tests.shares.names_corpus import NAMES

pytestmark = pytest.mark.django_db
HOSTILE = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\\\\]")


def put(name, **headers):
    return Client().put(f"/{quote(name, safe='')}", b"x", content_type="text/plain", headers=headers)


def expected(name):
    """What a receiver may write: the last part of the name, without what is dropped."""
    return safe_name(name.rsplit("/", 1)[-1] or "file")


def test_there_are_two_hundred_of_them():
    assert len(NAMES) == len(set(NAMES)) == 200


@pytest.mark.promise("S14")
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_is_harmless_in_the_printed_command_and_in_the_header(name):
    said = put(name)
    assert said.status_code == 201, said.content

    text = said.content.decode()
    assert not HOSTILE.search(text.replace("\n", ""))
    command = next(line for line in text.splitlines() if line.startswith("  curl -f"))
    words = shlex.split(command)
    target = words[words.index("-o") + 1]
    assert target == f"./{expected(name)}"
    assert len(target.encode()) <= 257
    assert "/" not in target[2:]
    assert target[2:].strip(". ")

    link, _ = links_in(text)
    answer = Client().post("/s/aaaqeayeaudaocaj", {"link": link.url})
    body_of(answer)
    header = answer["Content-Disposition"]
    assert header.isascii()
    assert header.isprintable()
    parsed = Message()
    parsed["Content-Disposition"] = header
    assert parsed.get_content_disposition() == "attachment"
    assert parsed.get_filename().strip() == expected(name).strip()  # the parser drops outer blanks


@pytest.mark.promise("S14")
def test_a_zip_of_them_all_unpacks_inside_its_folder_and_loses_none(tmp_path):
    entries = [FileEntry(name, "text/plain", 3) for name in NAMES]
    with sealing() as sealed:
        for number in range(len(NAMES)):
            sealed.write(b"%03d" % number)
        left = sealed.finish(
            Metadata("files", tuple(entries), "server"), Terms(3600), "", "http://testserver"
        )

    answer = Client().post("/s/aaaqeayeaudaocaj", {"link": left.link.url})
    data = body_of(answer)

    assert len(data) == int(answer["Content-Length"])
    assert answer["Content-Disposition"] == 'attachment; filename="files.zip"'
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        names = zipped.namelist()
        assert [zipped.read(name) for name in names] == [b"%03d" % number for number in range(200)]
        zipped.extractall(tmp_path / "room" / "out")
    assert len({name.casefold() for name in names}) == 200
    for name in names:
        assert not HOSTILE.search(name)
        assert not name.startswith("/")
        assert ".." not in name.split("/")
    assert sum(path.is_file() for path in (tmp_path / "room").rglob("*")) == 200
    assert [path.name for path in (tmp_path / "room").iterdir()] == ["out"]


def test_names_that_differ_in_case_only_stay_apart():
    entries = [FileEntry(name, "", 0) for name in ("a.TXT", "A.txt", "a (2).txt", "a.txt", "", "")]

    names = list(unique_names(entries))

    assert names[:2] == ["a.TXT", "A (2).txt"]
    assert len({name.casefold() for name in names}) == len(names)


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("notes", "notes (2)"),
        (".env", ".env (2)"),
        ("v1.2/notes", "v1.2/notes (2)"),
        ("x" * 255, "x" * 251 + " (2)"),
        ("\u00e9" * 125 + ".txt", "\u00e9" * 123 + " (2).txt"),
        ("a." + "x" * 253, "a." + "x" * 249 + " (2)"),
    ],
)
def test_a_second_name_keeps_its_folder_its_ending_and_its_length(name, second):
    entries = [FileEntry(name, "", 0), FileEntry(name, "", 0)]

    assert list(unique_names(entries)) == [name, second]


def test_a_file_and_a_folder_of_the_same_name_both_find_room():
    entries = [FileEntry(name, "", 0) for name in ("a", "A/b.txt", "A/b.TXT/c", "x")]

    assert list(unique_names(entries)) == ["a (2)", "A/b (2).txt", "A/b.TXT/c", "x"]


def test_a_note_with_a_control_character_does_not_spoil_the_files(client):
    answer = client.post("/", {"file": io.BytesIO(b"x"), "text": "for\0you"})

    assert answer.status_code == 201
