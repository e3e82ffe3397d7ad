"""`manage.py rotate_secret_key`: the file it writes, what it says, and the secrets it takes along."""

import pytest
from django.core.management import CommandError, call_command

from onetimeshare import secretkey
from shares import webhooks
from shares.models import NoticeChoice
from tests.shares.test_webhooks import a_member_with_webhook

pytestmark = pytest.mark.django_db
OLD = "the old key"


@pytest.fixture
def file(tmp_path, monkeypatch, settings):
    """A SECRET_KEY_FILE; `read` is what a process that starts now would find."""
    path = tmp_path / "secret_key"
    path.write_text(OLD)
    path.chmod(0o640)
    monkeypatch.setenv("SECRET_KEY_FILE", str(path))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    return path


def restart(path, settings):
    settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS = secretkey.keys_in(path.read_text())


def secret_of(member):
    return webhooks.secret_of(NoticeChoice.objects.get(pk=member.pk))


def test_the_new_key_signs_and_the_old_one_is_believed_until_the_end(file, settings):
    member, _ = a_member_with_webhook("https://hook.test/")
    secret = secret_of(member)

    call_command("rotate_secret_key")
    restart(file, settings)

    new = settings.SECRET_KEY
    assert (new != OLD, len(new), settings.SECRET_KEY_FALLBACKS) == (True, 64, [OLD])
    assert file.stat().st_mode & 0o777 == 0o640
    assert secret_of(member) == secret

    call_command("rotate_secret_key", "--finish")
    restart(file, settings)

    assert (new, []) == (settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS)
    assert secret_of(member) == secret


def test_a_stolen_key_is_believed_by_nobody_at_once(file, settings):
    member, _ = a_member_with_webhook("https://hook.test/")
    secret = secret_of(member)

    call_command("rotate_secret_key", "--at-once")
    restart(file, settings)

    assert settings.SECRET_KEY_FALLBACKS == []
    assert OLD not in file.read_text()
    assert secret_of(member) == secret


def test_a_rotation_that_is_not_finished_is_not_begun_again(file, settings):
    call_command("rotate_secret_key")
    restart(file, settings)
    before = file.read_text()

    with pytest.raises(CommandError, match="--finish comes first"):
        call_command("rotate_secret_key")

    assert file.read_text() == before


def test_a_secret_made_meanwhile_is_left_alone(file, monkeypatch):
    member, _ = a_member_with_webhook("https://hook.test/")
    stale = NoticeChoice.objects.get(pk=member.pk)
    made = NoticeChoice.objects.get(pk=member.pk)
    webhooks.give_secret(made)
    made.save()

    assert not NoticeChoice.objects.change_secret(stale, b"something else")
    assert secret_of(member) == webhooks.secret_of(made)


def test_a_lost_secret_holds_nobody_up(file, settings):
    lost, _ = a_member_with_webhook("https://hook.test/")
    NoticeChoice.objects.filter(pk=lost.pk).update(webhook_secret=b"x" * 60)

    call_command("rotate_secret_key", "--at-once")

    assert OLD not in file.read_text()


def test_a_file_that_cannot_be_written_is_named_and_no_key_is_shown(monkeypatch, tmp_path, settings, capsys):
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "nowhere" / "secret_key"))
    settings.SECRET_KEY_FALLBACKS = []

    with pytest.raises(CommandError, match="SECRET_KEY_FILE cannot be written"):
        call_command("rotate_secret_key")

    assert capsys.readouterr().out == ""


def test_where_the_environment_holds_the_key_it_says_what_to_set(monkeypatch, settings, capsys):
    monkeypatch.delenv("SECRET_KEY_FILE", raising=False)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []

    call_command("rotate_secret_key")
    said = capsys.readouterr().out
    with pytest.raises(CommandError, match="then --finish"):
        call_command("rotate_secret_key", "--at-once")
    call_command("rotate_secret_key", "--finish")

    assert said.startswith("SECRET_KEY=")
    assert "SECRET_KEY_FALLBACKS=<what SECRET_KEY is now>" in said
    assert OLD not in said
    assert "Take SECRET_KEY_FALLBACKS out" in capsys.readouterr().out
