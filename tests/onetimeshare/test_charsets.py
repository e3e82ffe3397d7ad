"""What comes in a charset nobody knows, or cannot be read at all, is the caller's mistake and never ours.

Through our entrance itself: Django reads charset and query string while it makes the request, which its
test client does with a class of its own.
"""

from io import BytesIO
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.signals import request_started
from django.db import close_old_connections

from onetimeshare.handler import Handler

FORM = b'--line\r\nContent-Disposition: form-data; name="link"\r\n\r\nx\r\n--line--\r\n'
DOORS = ["/", "/s/aaaqeayeaudaocaj", "/m/aaaqeayeaudaocaj", "/admin/login/", "/api/v1/shares"]
UTF_8 = "multipart/form-data; boundary=line; charset=utf-8"


@pytest.fixture(autouse=True)
def _connections_of_other_tests():
    """A request closes old connections at its start: those of earlier tests are none of its own."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


@pytest.mark.parametrize("charset", ["idna", "rot13", "undefined", "base64"])
@pytest.mark.parametrize("query", ["", "lang=de&x=%ff"])
@pytest.mark.parametrize("path", DOORS)
def test_a_form_in_what_is_no_charset_is_a_bad_request(path, query, charset):
    is_refused(path, query, f"multipart/form-data; boundary=line; charset={charset}")


@pytest.mark.parametrize("kind", ["", UTF_8])
@pytest.mark.parametrize("path", DOORS)
def test_a_query_of_too_many_fields_is_a_bad_request(path, kind):
    is_refused(path, "a=1&" * 1500, kind)


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain; charset*=nope''x",
        "multipart/form-data; boundary*=nope''line",
        "text/plain; charset*='';charset*1",
    ],
)
@pytest.mark.parametrize("path", DOORS)
def test_a_content_type_that_cannot_be_read_is_a_bad_request(path, kind):
    is_refused(path, "", kind)


@pytest.mark.django_db
@pytest.mark.parametrize("path", DOORS[:3])
def test_a_form_with_a_part_whose_header_cannot_be_read_is_a_bad_request(path):
    is_refused(path, "", UTF_8, FORM.replace(b'name="link"', b"name*0=a; name*=b"))


def is_refused(path, query, kind, body=FORM):
    """With 400, our headers and something to read, for browsers and for programs."""
    for accept in ("text/html", "*/*"):
        status, headers, told = asked(path, query, kind, accept, body)

        assert status == "400 Bad Request"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert told


def asked(path, query, kind, accept, body):
    said = []
    environ = {
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_ACCEPT": accept,
        "HTTP_HOST": "testserver",
        "REMOTE_ADDR": "192.0.2.1",
        "wsgi.input": BytesIO(body),
    }
    setup_testing_defaults(environ)
    told = b"".join(Handler()(environ, lambda *answer: said.extend(answer)))
    return said[0], dict(said[1]), told
