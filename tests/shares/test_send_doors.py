"""Leaving something with the plain form and with `curl -T`: what arrives comes out again as it was."""

import io
import os
import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shares.models import Share
from shares.storage import share_storage
from shares.values import State
from tests.builders import row_of
from tests.shares.doors import HTML, left, opened

pytestmark = pytest.mark.django_db


def test_a_text_comes_out_as_it_was_typed(client):
    answer, data = opened(client.post("/", {"text": "KEY=«ключ»\n  indented\n"}))

    assert data.decode() == "KEY=«ключ»\n  indented\n"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert int(answer["Content-Length"]) == len(data)


def test_the_line_ends_that_browsers_send_are_those_that_were_typed(client):
    _, data = opened(client.post("/", {"text": "one\r\ntwo\rthree\nfour\r\n"}))

    assert data == b"one\ntwo\rthree\nfour\n"


def test_one_file_comes_out_with_its_name_and_its_bytes(client):
    content = os.urandom(300_000)
    file = SimpleUploadedFile("ключи.bin", content, "application/x-thing")

    answer, data = opened(client.post("/", {"file": file}))

    assert data == content
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%D0%BA")
    assert int(answer["Content-Length"]) == len(content)


def test_several_files_come_out_as_one_zip_of_exact_length(client):
    files = [
        SimpleUploadedFile("a.txt", b"first"),
        SimpleUploadedFile("a.txt", b"second"),
        SimpleUploadedFile("empty", b""),
        SimpleUploadedFile("big.bin", bytes(200_000)),
    ]

    answer, data = opened(client.post("/", {"file": files}))

    assert len(data) == int(answer["Content-Length"])
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        assert zipped.testzip() is None
        found = {name: zipped.read(name) for name in zipped.namelist()}
    assert found == {"a.txt": b"first", "a (2).txt": b"second", "empty": b"", "big.bin": bytes(200_000)}


def test_an_empty_file_is_a_file(client):
    answer, data = opened(client.put("/empty.txt", b"", content_type="text/plain", CONTENT_LENGTH="0"))

    assert (data, answer["Content-Length"]) == (b"", "0")


def test_a_put_takes_its_name_from_the_address(client):
    answer, data = opened(client.put("/notes.pdf", b"content", content_type="application/pdf"))

    assert data == b"content"
    assert answer["Content-Disposition"] == 'attachment; filename="notes.pdf"'


def test_a_put_without_a_name_is_a_file_without_one(client):
    answer, _ = opened(client.put("/", b"content", content_type="application/pdf"))

    assert answer["Content-Disposition"] == 'attachment; filename="file"'


def test_a_put_of_unknown_length_is_read_to_its_end(client):
    body = {"wsgi.input": BytesIO(b"x" * 2_500_000), "HTTP_TRANSFER_ENCODING": "chunked"}

    answer = client.generic("PUT", "/stream.bin", **body)

    assert opened(answer)[1] == b"x" * 2_500_000


def test_a_note_travels_with_files_in_what_is_sealed(client):
    file = SimpleUploadedFile("a.txt", b"first")

    link, _ = left(client.post("/", {"file": file, "text": "for you"}))

    assert row_of(link).state == State.READY


def test_the_terms_of_a_form_are_those_of_the_share(client):
    link, _ = left(client.post("/", {"text": "x", "expires": "3d", "opens": "5"}))

    share = row_of(link)
    assert (share.lifetime.days, share.claims_left, share.kdf) == (3, 5, 0)


def test_the_terms_of_a_put_stand_in_its_address(client):
    link, _ = left(client.put("/a?expires=2h&opens=3", b"x", content_type="text/plain"))

    share = row_of(link)
    assert (share.lifetime.total_seconds(), share.claims_left) == (7200, 3)


def test_without_terms_it_waits_a_day_and_opens_once(client):
    link, _ = left(client.post("/", {"text": "x"}))

    share = row_of(link)
    assert (share.lifetime.days, share.claims_left) == (1, 1)


@pytest.mark.parametrize("line_end", ["", "\n", "\r\n"])
def test_the_line_end_behind_a_password_is_not_part_of_it(client, line_end):
    answer = client.post("/", {"text": "x", "password": f" geheim {line_end}"})

    assert opened(answer, password=f" geheim {line_end}")[1] == b"x"


def test_only_one_line_end_is_taken_off_a_password(client):
    answer = client.post("/", {"text": "x", "password": "geheim\n\n"})

    assert opened(answer, password="geheim")[0].status_code == 403
    assert opened(answer, password="geheim\n\n")[1] == b"x"


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_form_of_our_own_page_is_taken(client, site):
    left(client.post("/", {"text": "x"}, headers={"Sec-Fetch-Site": site}))


def test_a_browser_is_answered_with_a_page_that_holds_both_links(client):
    answer = client.post("/", {"text": "x"}, headers=HTML)

    assert answer.status_code == 201
    assert answer["Content-Type"].startswith("text/html")
    assert b"/s/" in answer.content
    assert b"/m/" in answer.content


def test_links_are_made_of_the_public_address_whatever_the_request_says(client, settings):
    settings.PUBLIC_URL = "https://share.example.org"
    lies = {"Host": "localhost", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}

    link, manage = left(client.post("/", {"text": "x"}, headers=lies))

    assert link.origin == manage.origin == "https://share.example.org"


def test_nothing_is_left_under_a_name_that_is_not_ours(client):
    answer = client.post("/", {"text": "x"}, headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert not Share.objects.exists()


def test_no_plain_byte_is_in_storage(client):
    marker = os.urandom(64)

    left(client.put("/a", marker * 2000, content_type="text/plain"))

    name = next(share_storage().list_names())
    stored = b"".join(share_storage().read(name, 0, share_storage().size(name)))
    assert marker not in stored
    assert not Share.objects.filter(storage_name__contains="a.").exists()


def test_a_text_as_long_as_a_text_may_be_is_taken(client, settings):
    _, data = opened(client.post("/", {"text": "é" * (settings.MAX_TEXT_BYTES // 2)}))

    assert len(data) == settings.MAX_TEXT_BYTES
