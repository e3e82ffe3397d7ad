"""One address for the mail server, and what it stands for."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from onetimeshare.mail import settings


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example.org", 25, False, False),
        ("smtp://mail.example.org:587", 587, True, False),
        ("smtp://a:b@mail.example.org", 25, True, False),
        ("smtps://a:b@mail.example.org", 465, False, True),
    ],
)
def test_no_password_goes_over_an_open_line(url, port, tls, ssl):
    told = settings(url)

    assert (told["EMAIL_PORT"], told["EMAIL_USE_TLS"], told["EMAIL_USE_SSL"]) == (port, tls, ssl)
    assert told["EMAIL_HOST"] == "mail.example.org"


def test_a_password_may_hold_any_sign():
    told = settings("smtps://ann%40example.org:p%2F%3Aw%40d@mail.example.org:2465")

    assert (told["EMAIL_HOST_USER"], told["EMAIL_HOST_PASSWORD"]) == ("ann@example.org", "p/:w@d")


def test_without_an_address_mails_are_printed():
    assert settings("") == {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://a:secret@b", "smtp://", "smtp://a:secret@b:port"]
)
def test_what_is_no_address_is_named_and_not_repeated(url):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL") as refused:
        settings(url)

    assert "secret" not in str(refused.value)
