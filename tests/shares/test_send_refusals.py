"""What the plain doors refuse on the way in: early, by its name, and with nothing left behind."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shares.models import Share
from tests.shares.doors import Unreadable, nothing_was_left

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "fields",
    [
        {"expires": "0"},
        {"expires": "-1"},
        {"expires": "never"},
        {"expires": "1e9"},
        {"expires": "NaN"},
        {"expires": "4m"},
        {"expires": "31d"},
        {"expires": str(2**63)},
        {"expires": "٣d"},
        {"opens": "0"},
        {"opens": "-1"},
        {"opens": "101"},
        {"opens": "1.5"},
        {"opens": "99999"},
        {"opens": "null"},
    ],
    ids=lambda fields: "=".join(*fields.items()),
)
def test_terms_this_server_does_not_offer_are_refused_and_nothing_is_left(client, fields):
    query = "&".join(f"{name}={value}" for name, value in fields.items())

    as_form = client.post("/", {"text": "x", **fields})
    as_put = client.put(f"/a?{query}", b"x", content_type="text/plain")

    assert (as_form.status_code, as_put.status_code) == (422, 422)
    assert nothing_was_left()


@pytest.mark.parametrize("fields", [{}, {"text": ""}, {"password": "geheim"}])
def test_a_form_with_nothing_in_it_is_told_so(client, fields):
    answer = client.post("/", fields)

    assert answer.status_code == 422
    assert nothing_was_left()


@pytest.mark.parametrize("asked", ["password=geheim", "text=geheim", "expires=1h&expire=2h"])
def test_what_does_not_belong_into_an_address_is_refused_unread(client, asked):
    answer = client.put(f"/a?{asked}", b"x", content_type="text/plain")

    assert answer.status_code == 422
    assert not Share.objects.exists()


def test_a_password_longer_than_a_password_can_be_is_refused_and_nothing_is_left(client):
    answer = client.post("/", {"text": "x", "password": "x" * 1025})

    assert answer.status_code == 422
    assert nothing_was_left()


def test_a_text_longer_than_a_text_may_be_is_too_large(client, settings):
    answer = client.post("/", {"text": "x" * (settings.MAX_TEXT_BYTES + 1)})

    assert answer.status_code == 413
    assert nothing_was_left()


def test_a_text_longer_than_any_form_may_be_is_too_large(client, settings):
    answer = client.post("/", {"text": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 10)})

    assert answer.status_code == 413
    assert nothing_was_left()


@pytest.mark.parametrize("door", ["form", "put"])
def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_read(client, settings, door):
    settings.MAX_SHARE_BYTES = 1000
    unread = Unreadable()
    length = {"CONTENT_LENGTH": str(5 * 1024**2), "wsgi.input": unread}
    kind = {"CONTENT_TYPE": "multipart/form-data; boundary=x"} if door == "form" else {}

    answer = client.generic("POST" if door == "form" else "PUT", "/", **length, **kind)

    assert answer.status_code == 413
    assert not Share.objects.exists()


def test_a_body_that_turns_out_too_large_is_refused_where_it_crosses(client, settings):
    settings.MAX_SHARE_BYTES = 1024**2
    body = {"wsgi.input": BytesIO(bytes(50 * 1024**2)), "HTTP_TRANSFER_ENCODING": "chunked"}

    answer = client.generic("PUT", "/a", **body)

    assert answer.status_code == 413
    assert body["wsgi.input"].tell() <= 3 * 1024**2
    assert nothing_was_left()


def test_files_that_are_too_large_together_are_refused(client, settings):
    settings.MAX_SHARE_BYTES = 10_000
    files = [SimpleUploadedFile(f"{n}", bytes(4000)) for n in range(3)]

    answer = client.post("/", {"file": files})

    assert answer.status_code == 413
    assert nothing_was_left()


def test_more_than_a_thousand_files_are_refused(client):
    files = [SimpleUploadedFile(f"{n}", b"") for n in range(1001)]

    answer = client.post("/", {"file": files})

    assert answer.status_code == 422
    assert nothing_was_left()


def test_a_chunked_form_is_asked_for_its_length(client):
    body = {"wsgi.input": Unreadable(), "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}

    answer = client.generic("POST", "/", CONTENT_TYPE="multipart/form-data; boundary=x", **body)

    assert answer.status_code == 411


MULTIPART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ncontent\r\n--b--\r\n'


@pytest.mark.parametrize("cut", [5, 60, 70, len(MULTIPART) - 3])
def test_a_form_that_breaks_off_leaves_nothing(client, cut):
    answer = client.generic(
        "POST",
        "/",
        CONTENT_TYPE="multipart/form-data; boundary=b",
        CONTENT_LENGTH=str(len(MULTIPART)),
        **{"wsgi.input": BytesIO(MULTIPART[:cut])},
    )

    assert answer.status_code == 400
    assert nothing_was_left()


def test_a_plain_form_that_breaks_off_leaves_nothing(client):
    answer = client.generic(
        "POST",
        "/",
        CONTENT_TYPE="application/x-www-form-urlencoded",
        CONTENT_LENGTH="100",
        **{"wsgi.input": BytesIO(b"text=the+first+half+of+a+sec")},
    )

    assert answer.status_code == 400
    assert nothing_was_left()


def test_a_put_that_breaks_off_leaves_nothing(client):
    body = {"CONTENT_LENGTH": "3000000", "wsgi.input": BytesIO(bytes(2_000_000))}

    answer = client.generic("PUT", "/a", **body)

    assert answer.status_code == 400
    assert nothing_was_left()


def test_a_line_that_breaks_under_a_put_leaves_nothing(client):
    class Broken:
        def read(self, size):
            raise ConnectionResetError

        readline = read

    answer = client.generic("PUT", "/a", CONTENT_LENGTH="300", **{"wsgi.input": Broken()})

    assert answer.status_code == 400
    assert nothing_was_left()


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", ["/", "/s/aaaqeayeaudaocaj", "/m/aaaqeayeaudaocaj"])
def test_a_form_on_another_sites_page_is_refused(client, site, path):
    answer = client.post(path, {"text": "x"}, headers={"Sec-Fetch-Site": site})

    assert answer.status_code == 403
    assert not Share.objects.exists()
