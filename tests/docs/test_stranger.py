"""A client written from the two documents alone opens what the product leaves, and leaves what it opens."""

import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.conftest import CLONE

STRANGER = CLONE / "tests" / "docs" / "stranger.py"
SMALL, TWO_PARTS = 17, 9 * 1024**2
KINDS = [(size, password) for size in (SMALL, TWO_PARTS) for password in ("", "cafe\u0301 \U0001f511")]


def stranger(folder, *words, expected=0):
    """What it printed; -I keeps the project out of its path."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-I", STRANGER, *filter(None, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == expected, done.stderr
    return done.stdout.split()


def curl(*words):
    done = subprocess.run(["curl", "-sSf", *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def source(tmp_path):
    def make(size):
        path = tmp_path / "notes ü.bin"
        path.write_bytes(secrets.token_bytes(size))
        return path

    return make


@pytest.mark.parametrize(("size", "password"), [(0, ""), *KINDS])
def test_what_a_stranger_leaves_a_stranger_and_the_product_open(running, tmp_path, source, size, password):
    path = source(size)
    links = [stranger(tmp_path, "send", running.url, str(path), password) for _ in range(2)]

    names = stranger(tmp_path / "got", "get", links[0][0], password)
    fields = [
        word
        for field in (f"link={links[1][0]}", f"password={password}")
        for word in ("--data-urlencode", field)
    ]
    curl("-o", tmp_path / "by-curl", *fields, links[1][0].partition("#")[0])

    assert " ".join(names) == path.name
    assert (tmp_path / "got" / path.name).read_bytes() == path.read_bytes()
    assert (tmp_path / "by-curl").read_bytes() == path.read_bytes()
    assert list((tmp_path / "got").iterdir()) == [tmp_path / "got" / path.name]
    for _, manage in links:
        said = curl("--data-urlencode", f"link={manage}", "-d", "action=status", manage.partition("#")[0])
        assert "state: burned" in said


@pytest.mark.parametrize(("size", "password"), KINDS)
def test_what_the_product_leaves_a_stranger_opens(running, tmp_path, source, size, password):
    path = source(size)
    said = curl("-F", f"file=@{path}", "-F", f"password={password}", running.url)
    link = next(word for word in said.split() if "/s/" in word and "#1" in word)

    stranger(tmp_path / "got", "get", link, password)

    assert (tmp_path / "got" / path.name).read_bytes() == path.read_bytes()


def test_an_opening_that_broke_off_goes_on_with_what_was_kept(running, tmp_path, source):
    path = source(SMALL)
    link, _ = stranger(tmp_path, "send", running.url, str(path))
    in_the_way = tmp_path / "got" / path.name
    in_the_way.parent.mkdir()
    in_the_way.write_bytes(b"")

    stranger(tmp_path / "got", "get", link, expected=1)
    in_the_way.unlink()
    stranger(tmp_path / "got", "get", link)

    assert in_the_way.read_bytes() == path.read_bytes()
    assert [one.name for one in Path(tmp_path / "got").iterdir()] == [path.name]


def test_a_wrong_password_spends_a_try_and_opens_nothing(running, tmp_path, source):
    path = source(SMALL)
    link, _ = stranger(tmp_path, "send", running.url, str(path), "right")

    stranger(tmp_path / "got", "get", link, "wrong", expected=1)

    stranger(tmp_path / "got", "get", link, "right")
    assert (tmp_path / "got" / path.name).read_bytes() == path.read_bytes()
