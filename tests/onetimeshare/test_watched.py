"""What the outermost layer tells the server."""

from types import SimpleNamespace

from gunicorn.config import Config
from gunicorn.http.wsgi import Response

from onetimeshare.watched import LAST_ANSWER, Watched


def asked(start_response):
    environ = {}
    Watched(lambda environ, start: [])(environ, start_response)
    return environ


def test_an_answer_may_be_the_last_of_its_line():
    response = Response(SimpleNamespace(should_close=lambda: False, method="GET"), None, Config())
    response.response_length = 1
    assert not response.should_close()

    asked(response.start_response)[LAST_ANSWER]()

    assert response.should_close()


def test_where_something_stands_between_us_and_the_server_nothing_breaks():
    assert asked(lambda status, headers: None)[LAST_ANSWER]() is None
