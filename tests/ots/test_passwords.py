"""Passwords: from a file, a descriptor, a terminal or made up; never an argument; counted exactly."""

import json
import os

import pytest

from tests.ots.commands import MANAGE, Ots


@pytest.fixture
def guarded(ots: Ots):
    (ots.folder / "pw").write_text("correct horse\nnot this line")
    return ots("send", "--password-file", "pw", stdin=b"hidden")


def test_a_password_from_a_file_guards_and_opens(ots: Ots, guarded):
    assert ots("get", "--password-file", "pw", guarded.link).out == "hidden"


def test_a_password_comes_from_a_descriptor(ots: Ots, guarded):
    process = ots.start("get", "--password-fd", "0", guarded.link, stdin=b"correct horse\n")

    assert process.communicate()[0] == b"hidden"


def test_a_wrong_password_costs_one_try_and_says_how_many_are_left(ots: Ots, guarded):
    (ots.folder / "wrong").write_text("wrong")

    refused = ots("get", "--password-file", "wrong", guarded.link, code=6)

    assert "4 tries are left" in refused.err
    assert ots("get", "--password-file", "pw", guarded.link).out == "hidden"


def test_five_wrong_ones_lock_it_until_the_sender_unlocks(ots: Ots, guarded):
    (ots.folder / "wrong").write_text("wrong")
    for _ in range(5):
        ots("get", "--password-file", "wrong", guarded.link, code=6)
    locked = ots("get", "--password-file", "pw", guarded.link, code=5)
    state = ots("status", guarded.link).out

    ots("unlock", guarded.manage)

    assert "ask the sender to unlock it" in locked.err
    assert "locked" in state
    assert ots("get", "--password-file", "pw", guarded.link).out == "hidden"


def test_without_a_terminal_a_missing_password_uses_up_nothing(ots: Ots, guarded):
    missing = ots("get", guarded.link, code=6)

    assert "--password-file" in missing.err
    assert "5 tries left" in ots("status", guarded.link).out


def test_at_a_terminal_it_is_asked_for_without_echo_and_again(ots: Ots, guarded, terminal):
    shell = terminal("get", guarded.link)
    shell.see("Password: ")
    shell.type("not this\n")
    shell.see("4 tries are left")
    shell.see("Password: ")
    shell.type("correct horse\n")

    assert shell.end() == 0
    assert "hidden" in shell.shown
    assert "correct horse" not in shell.shown


def test_a_new_password_is_typed_twice(ots: Ots, terminal):
    (ots.folder / "a.txt").write_text("hidden")
    shell = terminal("send", "--password", "a.txt")
    shell.see("Password: ")
    shell.type("zebra\n")
    shell.see("The same again: ")
    shell.type("zebra\n")
    assert shell.end() == 0
    assert "zebra" not in shell.shown

    mistyped = terminal("send", "--password", "a.txt")
    mistyped.see("Password: ")
    mistyped.type("zebra\n")
    mistyped.see("The same again: ")
    mistyped.type("zebro\n")

    assert mistyped.end() == 2


def test_a_password_that_was_given_as_an_argument_is_not_taken(ots: Ots):
    (ots.folder / "a.txt").write_text("hidden")

    refused = ots("send", "a.txt", "--password", "hunter2", code=12)

    assert "A password is no argument" in refused.err
    assert "no terminal" in ots("send", "a.txt", "--password", code=2).err


def test_a_made_up_password_is_printed_beside_the_link(ots: Ots):
    told = json.loads(ots("send", "--generate-password", "--json", stdin=b"hidden").out)
    (ots.folder / "pw").write_text(told["password"])

    assert len(told["password"]) == 23
    assert ots("get", "--password-file", "pw", told["link"]).out == "hidden"


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"x" * 2000])
def test_what_is_no_password_leaves_nothing(ots: Ots, content: bytes):
    (ots.folder / "pw").write_bytes(content)

    refused = ots("send", "--password-file", "pw", stdin=b"x", code=2)

    assert not MANAGE.search(refused.err)


def test_a_password_has_one_source(ots: Ots):
    (ots.folder / "pw").write_text("x")

    ots("send", "--generate-password", "--password-file", "pw", stdin=b"x", code=2)


def test_a_guarded_fetch_that_broke_off_asks_again_and_uses_up_no_try(ots: Ots, site, line):
    (ots.folder / "pw").write_text("correct horse")
    (ots.folder / "wrong").write_text("wrong")
    (ots.folder / "a.bin").write_bytes(os.urandom(3_000_000))
    sent = ots("send", "--password-file", "pw", "--opens", "2", "a.bin")
    link = sent.link.replace(site.url, line.url)
    inbox = ots.within("inbox")
    line.bytes_per_second = 1_000_000
    process = inbox.start("get", "--password-file", ots.folder / "pw", link)
    while not list(inbox.folder.glob(".*.ots/*")):
        assert process.poll() is None
    process.kill()
    process.communicate()
    line.heal()

    refused = inbox("get", "--password-file", ots.folder / "wrong", link, code=6)
    inbox("get", "--password-file", ots.folder / "pw", link)

    assert "No try was used up" in refused.err
    assert (inbox.folder / "a.bin").stat().st_size == 3_000_000
