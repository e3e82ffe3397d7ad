"""What must not start does not start: real processes, their exit status, and the name of the setting."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from onetimeshare.checks import is_weak, safe_to_start

CLONE = Path(__file__).resolve().parents[2]
# 64 characters that nobody uses, and that look like no default.
STRONG = "q7Wn-3Zt_Kx9vBc2Lm5Rp8Ys1Ud4Fg6Hj0Ek7Ao3Ti9Nw2Qb5Xe8Vc1Mz4Dl6Sf0"


@pytest.fixture
def good(tmp_path):
    """The environment of a server as it should be."""
    return {
        "PATH": os.environ["PATH"],
        "MODE": "production",
        "SECRET_KEY": STRONG,
        "PUBLIC_URL": "https://share.example.org",
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "REDIS_URL": settings.REDIS_URL,
        "DATA_DIR": str(tmp_path),
    }


def run(environ, *command):
    """Exit status and all that was printed."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=CLONE,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout


def check(environ):
    return run(environ, "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING")


@pytest.mark.promise("S7")
def test_a_server_as_it_should_be_has_nothing_to_say(good):
    status, said = check(good)

    assert status == 0, said
    assert said.startswith("System check identified no issues")


ALL_BAD = {
    "SECRET_KEY": "short",
    "PUBLIC_URL": "share.example.org",
    "DEBUG": "1",
    "ALLOWED_HOSTS": "*",
    "SEAL_KEYS_DIR": "/proc/nothing",
}


@pytest.mark.promise("S7")
def test_every_bad_setting_stops_the_check_by_its_name(good, figure):
    del good["DATABASE_URL"]

    status, said = check(good | ALL_BAD)

    assert status != 0
    for name in (*ALL_BAD, "DATABASE_URL"):
        assert f"{name} " in said
    figure("S7", f"{len(ALL_BAD) + 1} bad settings at once: each is named, and nothing starts")


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"MODE": "prod"}, "MODE"),
        ({"SECRET_KEY_FILE": "/nowhere"}, "SECRET_KEY_FILE"),
    ],
)
def test_a_setting_that_cannot_be_understood_stops_even_the_check(good, bad, named):
    status, said = check(good | bad)

    assert status != 0
    assert named in said
    assert STRONG not in said


@pytest.mark.promise("S7")
@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"SECRET_KEY": f"django-insecure-{STRONG}"}, "SECRET_KEY is weak or a default"),
        ({"DEBUG": "1"}, "DEBUG shows insides"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name hosts"),
    ],
    ids=["SECRET_KEY", "DEBUG", "ALLOWED_HOSTS"],
)
def test_a_server_with_one_bad_setting_does_not_start(good, bad, said):
    """As it is started, by gunicorn, which ends."""
    alone = {"BIND": "127.0.0.1:0", "WEB_CONCURRENCY": "1"}

    status, printed = run(good | alone | bad, "-m", "gunicorn", "-c", "python:onetimeshare.gunicorn_conf")

    assert status not in (0, -9), printed
    assert said in printed


@pytest.mark.promise("S7")
def test_a_server_as_it_should_be_starts(good, tmp_path):
    (tmp_path / "static").mkdir()

    assert run(good, "-c", "import onetimeshare.wsgi") == (0, "")


def test_a_key_made_as_the_docs_say_is_never_weak_and_a_pattern_is():
    """Of 64 random hex digits one in four keys lacks a digit altogether."""
    assert not any(is_weak(secrets.token_hex(32)) for _ in range(10_000))
    assert not is_weak("3141592653589793238462643383279502884197169399375105")
    assert is_weak("change me, " + secrets.token_hex(32))
    assert is_weak("abcdef7" * 10)
    assert is_weak("abcdefghijkl" * 5)
    assert is_weak(secrets.token_hex(24))


def test_a_server_without_a_word_about_its_mode_is_in_production(good):
    del good["MODE"]

    status, said = check(good | {"ALLOWED_HOSTS": "*"})

    assert status != 0
    assert "ALLOWED_HOSTS" in said


# --- each alone, in this process -----------------------------------------------------------------


@pytest.fixture
def as_it_should_be(settings, monkeypatch):
    settings.MODE, settings.SECRET_KEY, settings.DEBUG = "production", STRONG, False
    settings.PUBLIC_URL, settings.IS_HTTPS = "https://share.example.org", True
    settings.ALLOWED_HOSTS, settings.SEAL_KEY = ["share.example.org"], ""
    monkeypatch.setenv("DATABASE_URL", "postgres:///x")
    return settings


def found():
    """What the checks say: level and first word, which is the setting's name."""
    return [(type(said).__name__, said.msg.split()[0]) for said in safe_to_start(None)]


@pytest.fixture
def with_a_bucket(as_it_should_be):
    as_it_should_be.S3_BUCKET = "shares"
    return as_it_should_be


def test_nothing_is_wrong_with_a_bucket(with_a_bucket):
    assert found() == []


def test_nothing_is_wrong_with_a_bucket_that_clients_are_sent_to(with_a_bucket):
    with_a_bucket.S3_DIRECT_URL = "https://s3.example.org"

    assert found() == []


def test_a_bucket_needs_what_speaks_to_it(with_a_bucket, monkeypatch):
    monkeypatch.setattr("onetimeshare.checks.find_spec", lambda name: None)

    assert found() == [("Error", "S3_BUCKET")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_SHARE_BYTES", 80 * 1024**3),
        ("S3_KMS_KEY", "alias/shares"),
        ("S3_DIRECT_URL", "s3.example.org"),
        ("S3_DIRECT_URL", "http://s3.example.org"),
    ],
)
def test_what_a_bucket_cannot_do_is_said_at_the_start(with_a_bucket, name, value):
    setattr(with_a_bucket, name, value)

    assert found() == [("Error", name)]


def test_nothing_is_found_where_all_is_well(as_it_should_be):
    assert found() == []


@pytest.mark.promise("S7")
@pytest.mark.parametrize(
    ("name", "value", "level"),
    [
        ("SECRET_KEY", STRONG[:49], "Error"),
        ("SECRET_KEY", "abcdefghijklmno" * 5, "Error"),
        ("SECRET_KEY", "django-insecure-" + STRONG, "Error"),
        ("SECRET_KEY", "CHANGE-me-" + STRONG, "Error"),
        ("PUBLIC_URL", "", "Error"),
        ("PUBLIC_URL", "ftp://share.example.org", "Error"),
        ("DEBUG", True, "Error"),
        ("ALLOWED_HOSTS", ["share.example.org", "*"], "Error"),
        ("ALLOWED_HOSTS", [".example.org"], "Error"),
        ("ALLOWED_HOSTS", [""], "Error"),
        ("SEAL_KEYS_DIR", Path("/proc/nothing"), "Error"),
        ("SEAL_KEY", "00" * 32, "Warning"),
        ("OIDC_ISSUER", "https://sso.example.org", "Error"),
    ],
    ids=str,
)
def test_each_bad_setting_alone_is_found_by_its_name(as_it_should_be, name, value, level):
    setattr(as_it_should_be, name, value)

    assert found() == [(level, name)]


@pytest.mark.parametrize("value", ["abc", "zz" * 32, "00" * 31])
def test_a_seal_key_that_is_none_is_found(as_it_should_be, value):
    as_it_should_be.SEAL_KEY = value

    assert ("Error", "SEAL_KEY") in found()


def test_letters_need_a_server_and_a_sender(as_it_should_be):
    as_it_should_be.SIGN_UP, as_it_should_be.HAS_MAIL = "open", False
    assert found() == [("Error", "SIGN_UP")]

    as_it_should_be.HAS_MAIL, as_it_should_be.EMAIL_URL = True, "smtps://mail.example.org"
    assert found() == [("Error", "MAIL_FROM")]


def test_single_sign_on_over_plain_http_is_refused(as_it_should_be):
    as_it_should_be.OIDC_ISSUER, as_it_should_be.OIDC_CLIENT_ID = "http://sso.example.org", "us"

    assert found() == [("Error", "OIDC_ISSUER")]


def test_links_over_plain_http_are_warned_of(as_it_should_be):
    as_it_should_be.PUBLIC_URL, as_it_should_be.IS_HTTPS = "http://share.example.org", False

    assert found() == [("Warning", "PUBLIC_URL")]


def test_a_missing_database_is_found(as_it_should_be, monkeypatch):
    monkeypatch.delenv("DATABASE_URL")

    assert found() == [("Error", "DATABASE_URL")]


def test_in_development_only_the_seal_keys_are_looked_at(as_it_should_be):
    as_it_should_be.MODE, as_it_should_be.SECRET_KEY, as_it_should_be.DEBUG = "development", "x", True
    as_it_should_be.ALLOWED_HOSTS = ["*"]

    assert found() == []
