"""People who sign in: one address is one person, however it is spelled."""

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_person_signs_in_by_an_address_in_any_spelling():
    user = User.objects.create_user(" Ann@Example.org ", "right-password")

    for spelled in ("Ann@Example.org", "ann@example.org", "ANN@EXAMPLE.ORG"):
        assert authenticate(username=spelled, password="right-password") == user
    assert authenticate(username="ann@example.org", password="wrong") is None
    assert str(user) == "Ann@Example.org"


def test_the_database_refuses_the_same_address_in_another_spelling():
    User.objects.create_user("ann@example.org", "right-password")

    with pytest.raises(IntegrityError, match="accounts_user_email_once"), transaction.atomic():
        User.objects.create_user("Ann@Example.ORG", "another")


def test_a_password_is_kept_as_a_hash_only():
    user = User.objects.create_user("ann@example.org", "right-password")

    assert "right-password" not in str(User.objects.values().get(pk=user.pk))


def test_a_person_without_a_password_signs_in_with_none():
    User.objects.create_user("ann@example.org")

    for password in ("", "!", None):
        assert authenticate(username="ann@example.org", password=password) is None


def test_a_person_is_no_moderator_unless_told():
    user = User.objects.create_user("ann@example.org", "right-password")

    assert not user.is_staff
    assert not user.is_superuser
    visitor = Client()
    visitor.force_login(user)
    assert visitor.get("/admin/").status_code == 302


def test_the_first_administrator_is_made_by_one_command(monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "right-password")

    call_command("createsuperuser", interactive=False, email="root@example.org", verbosity=0)

    user = User.objects.get()
    assert user.is_staff
    assert user.is_superuser
    visitor = Client()
    answer = visitor.post("/accounts/login", {"login": "ROOT@example.org", "password": "right-password"})
    assert answer.status_code == 302
    assert visitor.get("/admin/").status_code == 200


@pytest.mark.promise("S10")
def test_who_was_switched_off_is_out_at_once():
    user = User.objects.create_superuser("root@example.org", "right-password")
    visitor = Client()
    visitor.force_login(user)
    assert visitor.get("/admin/").status_code == 200

    User.objects.update(is_active=False)

    assert visitor.get("/admin/").status_code == 302
    assert authenticate(username="root@example.org", password="right-password") is None


def test_signing_in_makes_a_new_session_and_signing_out_ends_it():
    User.objects.create_superuser("root@example.org", "right-password")
    visitor = Client()
    visitor.get("/accounts/login")
    visitor.cookies["session"] = "a" * 32
    visitor.post("/accounts/login", {"login": "root@example.org", "password": "right-password"})
    session = visitor.cookies["session"].value
    assert session != "a" * 32

    visitor.get("/accounts/logout")
    assert visitor.get("/admin/").status_code == 200
    assert visitor.post("/accounts/logout").status_code == 302

    replayed = Client()
    replayed.cookies["session"] = session
    assert replayed.get("/admin/").status_code == 302
