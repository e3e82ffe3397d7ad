"""All that is held about a person can be handed out, and let go."""

import json
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.db.models.functions import Now
from django.test import Client

from accounts import tokens
from accounts.audit import Audit
from accounts.models import Invitation, User
from accounts.values import Scope
from onetimeshare.addresses import NOBODY
from shares.management.holdings import HOLDINGS
from shares.models import Ban, MemberLimits, Notice, NoticeChoice, Share
from shares.services.deposit import deposit
from shares.values import Sender, State
from tests.builders import an_envelope

pytestmark = pytest.mark.django_db
ANN, HERE, SECRET = "ann@example.org", "198.51.100.0/24", "canary-secret"


@pytest.fixture
def ann():
    return User.objects.create_user(ANN, "x" * 20, is_staff=True)


@pytest.fixture
def hers(ann):
    """A share, a session, a ban and an action of hers; and one of each that is somebody else's."""
    ben = User.objects.create_user("ben@example.org", "x" * 20)
    sent = [an_envelope(), an_envelope()]
    for user, envelope in zip((ann, ben), sent, strict=True):
        deposit(envelope.deposit, Sender(HERE, user.pk))
        Client().force_login(user)
        Ban.objects.create(account=user, until=Now(), reason="a note of moderators")
        LogEntry.objects.create(user=user, object_repr=f"of {user}", action_flag=2, change_message="")
        further(user)
    return sent[0]


def further(user):
    """What other rooms keep about somebody, with what must never be handed out."""
    user.vouch_for_address()
    Authenticator.objects.create(user=user, type="totp", data={"secret": SECRET})
    SocialAccount.objects.create(user=user, provider="sso", uid=f"uid of {user}", extra_data={})
    UserSession.objects.create(user=user, session_key=f"{SECRET}-{user.pk}", user_agent="A", ip=NOBODY)
    tokens.make(user, "CI", [Scope.SEND])
    Invitation.objects.invite(made_by=user, days=1)
    MemberLimits.objects.create(user=user, opens=3)
    NoticeChoice.objects.create(account=user, webhook_secret=SECRET.encode())
    Notice.objects.create(account=user, what="opened", way="email")


def run(name, *words):
    out = StringIO()
    call_command(name, *words, stdout=out)
    return out.getvalue()


def test_an_export_holds_all_about_one_person_and_nothing_of_others(hers):
    text = run("export_account", "ANN@example.org")

    found = json.loads(text)
    assert found["account"][0]["email"] == ANN
    assert [share["id"] for share in found["shares"]] == [hers.id]
    assert {name: len(rows) for name, rows in found.items()} == {
        "account": 1, "addresses": 1, "second_steps": 1, "single_sign_on": 1, "sessions": 1, "browsers": 1,
        "api_tokens": 1, "invitations_made": 1, "shares": 1, "limits": 1, "notices": 1,
        "notices_to_be_told": 1, "bans": 1, "actions_as_staff": 1,
    }  # fmt: skip
    for foreign in ("ben@example.org", HERE, hers.row.storage_name, "a note of moderators", "md5", SECRET):
        assert foreign not in text


def test_every_table_that_names_a_person_is_in_the_export():
    """A new one is written down here, and where it belongs in HOLDINGS."""
    known = {
        "accounts.User_groups": "account",
        "accounts.User_user_permissions": "account",
        "account.EmailAddress": "addresses",
        "accounts.ApiToken": "api_tokens",
        "accounts.Invitation": "invitations_made",
        "admin.LogEntry": "actions_as_staff",
        "mfa.Authenticator": "second_steps",
        "shares.MemberLimits": "limits",
        "shares.Notice": "notices_to_be_told",
        "shares.NoticeChoice": "notices",
        "shares.NoticeTurn": "notices_to_be_told",  # when their next one may go
        "socialaccount.SocialAccount": "single_sign_on",
        "usersessions.UserSession": "browsers",
        "shares.Share": "shares",
        "shares.Ban": "bans",
        "shares.Report": "actions_as_staff",  # who closed it; and the ban's maker
    }
    naming = {
        relation.related_model._meta.label
        for relation in User._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete
    }

    assert naming == set(known)
    assert set(known.values()) <= set(HOLDINGS)


def test_an_account_is_deleted_and_its_shares_stay_without_owner(hers):
    said = run("delete_account", ANN, "--yes")

    assert "1 living shares stay, and belong to nobody." in said
    assert not User.objects.filter(email=ANN).exists()
    assert (hers.row.state, hers.row.owner) == (State.READY, None)
    assert Ban.objects.count() == 1
    assert LogEntry.objects.count() == 1
    assert Audit.objects.filter(who=ANN).exists()
    assert Share.objects.filter(owner__email="ben@example.org").exists()


def test_its_living_shares_are_revoked_where_that_is_asked_for(hers):
    run("delete_account", ANN, "--yes", "--revoke")

    assert hers.row.state == State.REVOKED
    assert Share.objects.living().count() == 1


def test_who_was_deleted_is_out_at_once(ann):
    browser = Client()
    browser.force_login(ann)
    assert browser.get("/admin/").status_code == 200

    run("delete_account", ANN, "--yes")

    assert browser.get("/admin/").status_code == 302


def test_deleting_asks_and_takes_only_the_address_for_a_yes(ann, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda words: "y")

    with pytest.raises(CommandError, match="Nothing was deleted"):
        run("delete_account", ANN)

    assert User.objects.filter(email=ANN).exists()
    monkeypatch.setattr("builtins.input", lambda words: ANN)
    run("delete_account", ANN)
    assert not User.objects.exists()


@pytest.mark.parametrize("command", ["export_account", "delete_account"])
def test_an_address_that_nobody_has_is_said(command):
    with pytest.raises(CommandError, match="No account"):
        run(command, "nobody@example.org")
