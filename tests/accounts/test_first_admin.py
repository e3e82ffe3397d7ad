"""The first administrator of a container: made once, from the environment, told to nobody."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts import first_admin
from accounts.models import User
from tests.accounts.visitor import PASSWORD, Visitor, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _environment(monkeypatch, tmp_path):
    (tmp_path / "password").write_text(PASSWORD + "\n")
    monkeypatch.setenv("FIRST_ADMIN_EMAIL", "root@example.org")
    monkeypatch.setenv("FIRST_ADMIN_PASSWORD_FILE", str(tmp_path / "password"))


def test_a_fresh_server_gets_its_first_administrator_who_can_sign_in(capfd, caplog):
    first_admin.make()

    visitor = Visitor()
    assert visitor.sign_in("root@example.org", wanted="/admin/")["Location"] == "/admin/"
    assert visitor.get("/admin/").status_code == 200
    assert PASSWORD not in "".join(capfd.readouterr()) + caplog.text


def test_it_is_made_once_and_changes_no_account():
    first_admin.make()
    User.objects.update(is_superuser=False)

    first_admin.make()

    assert User.objects.get().is_superuser is False


def test_where_anybody_has_an_account_nothing_is_made():
    a_person()

    first_admin.make()

    assert [user.email for user in User.objects.all()] == ["ann@example.org"]


@pytest.mark.parametrize(
    ("email", "password"), [("root", PASSWORD), ("root@example.org", "short"), ("root@example.org", "")]
)
def test_what_would_be_no_safe_account_stops_the_preparation_unrepeated(monkeypatch, email, password):
    monkeypatch.delenv("FIRST_ADMIN_PASSWORD_FILE")
    monkeypatch.setenv("FIRST_ADMIN_EMAIL", email)
    monkeypatch.setenv("FIRST_ADMIN_PASSWORD", password)

    with pytest.raises(ImproperlyConfigured, match="FIRST_ADMIN_EMAIL") as refused:
        first_admin.make()

    assert not User.objects.exists()
    assert not password or password not in str(refused.value)


def test_without_the_setting_nothing_is_made(monkeypatch):
    monkeypatch.delenv("FIRST_ADMIN_EMAIL")

    first_admin.make()

    assert not User.objects.exists()
