"""`manage.py after_restore` within one process; tests/faults/test_restored.py restores real dumps."""

import psycopg
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection

from accounts import tokens
from accounts.models import ApiToken, Invitation, User
from accounts.values import Scope
from shares.models import Notice, NoticeTurn, ServerHalf, Share, Sweep
from shares.services.restore import BATCH
from shares.values import State, Way
from tests.builders import a_waiting_share


@pytest.fixture
def member(transactional_db):
    return User.objects.create_user("ann@example.org", "a right long password")


def test_what_must_not_happen_twice_is_over(member, capsys):
    a_waiting_share()
    SessionStore().create()
    Invitation.objects.invite(days=7)
    Notice.objects.note_test(member.pk, [Way.EMAIL])
    NoticeTurn.objects.line_up(Way.EMAIL)
    assert NoticeTurn.objects.exists()
    Sweep.objects.set_cursor("x")

    call_command("after_restore", "--yes")

    assert set(Share.objects.values_list("state", flat=True)) == {State.REMOVED}
    assert not ServerHalf.objects.exists()
    assert not Session.objects.exists()
    assert not Invitation.objects.waiting().exists()
    assert not Notice.objects.exists()
    assert not NoticeTurn.objects.exists()
    assert Sweep.objects.cursor() == ""
    assert (
        "invitations_ended 1, notices_dropped 1, sessions_ended 1, shares_ended 1" in capsys.readouterr().out
    )


def test_api_tokens_stay_unless_they_are_to_end(member):
    tokens.make(member, "script", [Scope.SEND])

    call_command("after_restore", "--yes")
    assert ApiToken.objects.count() == 1

    call_command("after_restore", "--yes", "--end-tokens")
    assert not ApiToken.objects.exists()


def test_more_than_one_batch_ends_and_a_second_run_finds_nothing(transactional_db, capsys):
    left = a_waiting_share().row
    for n in range(BATCH + 2):
        left.pk, left._state.adding = f"{n:016}", True
        left.save(force_insert=True)

    call_command("after_restore", "--yes")
    call_command("after_restore", "--yes")

    first, second = [line for line in capsys.readouterr().out.splitlines() if "shares_ended" in line]
    assert first.endswith(f"shares_ended {BATCH + 3}")
    assert second.endswith("shares_ended 0")


def test_without_a_yes_nothing_is_changed(member, monkeypatch):
    a_waiting_share()
    monkeypatch.setattr("builtins.input", lambda _: "no")

    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("after_restore")

    assert Share.objects.living().count() == 1


def test_a_database_that_is_still_used_is_not_called_done(member):
    a_waiting_share()
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        other.execute("SELECT 1 FROM shares_share FOR UPDATE")

        with pytest.raises(CommandError, match="still uses this database"):
            call_command("after_restore", "--yes")

    assert Share.objects.living().count() == 1
