"""kill -9 at any step, and on it goes: the same command for who receives, `ots resume` for who sends."""

import os
import subprocess
import sys

import pytest

from tests.faults.counts import count
from tests.ots.commands import LINK, SECONDS, Ots

CONTENT = os.urandom(200_000)
# Every step with the full counts, else every fifth.
STEPS = range(1, 70, count(5, 1))


def dying(ots: Ots, step: int, *words: str, stdin: bytes = b"") -> tuple[bool, str]:
    """Whether it was killed at that step, and what it had said."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.ots.dying", *words],
        cwd=ots.folder,
        env=ots.env | {"DIE_AT": str(step)},
        input=stdin,
        capture_output=True,
        timeout=SECONDS,
    )
    assert done.returncode in (0, -9), done.stderr
    return done.returncode == -9, done.stderr.decode()


def test_who_receives_goes_on_by_the_same_command(ots: Ots):
    (ots.folder / "a.bin").write_bytes(CONTENT)
    (ots.folder / "b.bin").write_bytes(b"b")
    for step in STEPS:
        link = ots("send", "a.bin", "b.bin").link
        inbox = ots.within(f"inbox-{step}")

        was_killed, _ = dying(inbox, step, "get", link)
        again = inbox("get", link, code=None)

        assert inbox.files() == {"a.bin": CONTENT, "b.bin": b"b"}, step
        assert again.code == 0 or "opened on" in again.err, again
        assert not was_killed or ots.kept() == [], step
        if not was_killed:
            assert step > 20
            break
    else:
        pytest.fail("it never came to its end")


@pytest.mark.parametrize("is_stdin", [False, True], ids=["file", "stdin"])
def test_who_sends_goes_on_with_the_link(ots: Ots, is_stdin: bool):
    (ots.folder / "a.bin").write_bytes(CONTENT)
    words = ("send", "--name", "a.bin") if is_stdin else ("send", "a.bin")
    for step in STEPS:
        was_killed, said = dying(ots, step, *words, stdin=CONTENT if is_stdin else b"")
        if not was_killed:
            assert step > 12
            break
        if links := LINK.findall(said):
            resumed = ots("resume", stdin=links[0].encode(), code=None)
            assert resumed.code == 0 or "No unfinished sending" in resumed.err, (step, resumed)
            inbox = ots.within(f"inbox-{step}")
            inbox("get", links[0])
            assert inbox.files() == {"a.bin": CONTENT}, step
    else:
        pytest.fail("it never came to its end")
