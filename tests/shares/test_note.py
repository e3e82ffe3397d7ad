"""A note beside files: whoever opens the share reads it."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.builders import body_of, links_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("names", [["a.txt"], ["a.txt", "b.txt"], ["note.txt", "a.txt"]])
def test_a_note_comes_out_beside_the_files_and_takes_nobodys_name(client, names):
    files = [SimpleUploadedFile(name, f"in {name}".encode()) for name in names]
    left = client.post("/", {"file": files, "text": "für dich\r\nzweite"}).content.decode()
    link, _ = links_in(left)

    answer = client.post("/s/aaaaaaaaaaaaaaaa", {"link": link.url})
    data = body_of(answer)

    assert len(data) == int(answer["Content-Length"])
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        found = {name: zipped.read(name).decode() for name in zipped.namelist()}
    note = "note (2).txt" if "note.txt" in names else "note.txt"
    assert found == {note: "für dich\nzweite"} | {name: f"in {name}" for name in names}


def test_the_printed_line_knows_that_a_file_with_a_note_is_a_zip(client):
    file = SimpleUploadedFile("a.txt", b"x")

    text = client.post("/", {"file": file, "text": "for you"}).content.decode()

    assert text.startswith('Sealed "a.txt" and a note, 1 byte.')
    assert "curl -f --no-clobber -o ./files.zip " in text
