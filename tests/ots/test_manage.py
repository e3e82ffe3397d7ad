"""What else is asked: status, receipt, burn, unlock, config; and links that need no argument."""

import json
import stat

import pytest

from tests.ots.commands import Ots


def test_status_tells_what_waits_and_changes_nothing(ots: Ots):
    sent = ots("send", "--opens", "3", "--expires", "2h", stdin=b"x")

    told = json.loads(ots("status", "--json", sent.link).out)

    assert (told["state"], told["claims_left"], told["kdf"]) == ("ready", 3, 0)
    assert "opens left    3 of 3" in ots("status", sent.link).out


def test_a_receipt_tells_what_became_of_it(ots: Ots):
    sent = ots("send", stdin=b"x")
    before = ots("receipt", sent.manage).out
    ots("get", sent.link)
    after = ots("receipt", sent.manage).out
    events = [each["what"] for each in json.loads(ots("receipt", "--json", sent.manage).out)["events"]]

    assert "Sealed and left" in before
    assert "Opened" not in before
    assert "burned" in after
    assert after.index("Opened") < after.index("Received whole") < after.index("Destroyed: ")
    assert events[:2] == ["created", "ready"]
    assert "claimed" in events


def test_a_share_is_taken_back(ots: Ots):
    sent = ots("send", stdin=b"x")

    burned = ots("burn", sent.manage)
    again = ots("burn", sent.manage)

    assert "revoked" in burned.err
    assert again.code == 0
    assert "The sender took it back" in ots("get", sent.link, code=3).err


def test_links_come_from_stdin_as_well(ots: Ots):
    sent = ots("send", stdin=b"x")

    by_dash = ots("status", "-", stdin=sent.link.encode() + b"\n")
    by_nothing = ots("receipt", stdin=sent.manage.encode())

    assert "ready" in by_dash.out + by_nothing.out
    assert ots("get", stdin=sent.link.encode()).out == "x"


def test_at_a_terminal_a_link_is_asked_for(ots: Ots, terminal):
    sent = ots("send", stdin=b"shown here")
    shell = terminal("get")
    shell.see("Link: ")
    shell.type(sent.link + "\n")

    assert shell.end() == 0
    assert "shown here" in shell.shown


def test_the_two_links_are_told_apart(ots: Ots):
    sent = ots("send", stdin=b"x")

    assert "/s/" in ots("get", sent.manage, code=2).err
    assert "/m/" in ots("burn", sent.link, code=2).err
    assert "not a whole link" in ots("get", sent.link[:-3], code=2).err
    assert "newer" in ots("get", sent.link.replace("#1", "#2"), code=11).err
    assert "No link" in ots("get", stdin=b"\n", code=2).err


def test_what_is_set_is_kept_for_oneself(ots: Ots):
    ots("config", "server", ots.server)
    ots("config", "token", stdin=b"secret-token\n")

    shown = ots("config", OTS_SERVER="")

    file = ots.home / "config" / "onetimeshare" / "config.toml"
    assert ots.server in shown.out
    assert "secret-token" not in shown.out + shown.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "secret-token" in file.read_text()
    assert "not known here" in ots("send", stdin=b"x", OTS_SERVER="", code=10).err
    ots("config", "token", "")
    assert ots("send", stdin=b"x", OTS_SERVER="").link.startswith(ots.server)
    ots("config", "server", "", OTS_SERVER="")
    assert file.read_text() == ""


@pytest.mark.parametrize(
    ("named", "kept"),
    [("localhost:8000", "http://localhost:8000"), ("share.example.org", "https://share.example.org")],
)
def test_a_server_without_a_scheme_is_asked_over_https_but_for_this_machine(ots: Ots, named: str, kept: str):
    assert kept in ots("config", "server", named).err

    assert f"server = {kept}\n" in ots("config", OTS_SERVER="").out


def test_a_token_is_no_argument(ots: Ots):
    assert "no argument" in ots("config", "token", "abc", code=2).err


def test_without_a_server_one_hears_how_to_name_it(ots: Ots):
    assert "ots config server" in ots("send", stdin=b"x", code=2, OTS_SERVER="").err


def test_plain_http_is_for_this_machine_only(ots: Ots):
    refused = ots("send", "--server", "http://share.example.org", stdin=b"x", code=2)

    assert "plain http" in refused.err
    assert (
        "plain http"
        in ots("get", "http://h.example/s/aaaqeayeaudaocaj#1caireeyuculbogazdinryhi6d4", code=2).err
    )


def test_a_shell_completes_commands(ots: Ots):
    script = ots("completion", "bash").out
    completed = ots(COMP_WORDS="ots re", COMP_CWORD="1", _OTS_COMPLETE="bash_complete", code=None).out

    assert "_OTS_COMPLETE" in script
    assert completed.split() == ["plain,resume", "plain,receipt"]
