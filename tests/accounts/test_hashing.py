"""Passwords of accounts are hashed one at a time, and a visitor who waits in vain has lost no try."""

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, identify_hasher

from accounts.hashing import hashing
from accounts.models import User
from tests.accounts.visitor import PASSWORD, Visitor, a_person
from tests.elsewhere import by_somebody_else
from tests.pages.page import Page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_served(settings):
    from onetimeshare import settings as served

    settings.PASSWORD_HASHERS = served.PASSWORD_HASHERS
    settings.RATE_LOGIN = ""


def cost():
    hasher = identify_hasher(User.objects.get().password)
    told = hasher.decode(User.objects.get().password)
    return told["memory_cost"], told["time_cost"], told["parallelism"]


def test_a_hash_of_before_still_signs_in_and_is_then_one_of_ours():
    user = a_person()
    user.password = Argon2PasswordHasher().encode(PASSWORD, "s" * 22)
    user.save()
    assert cost() == (100 * 1024, 2, 8)

    assert Visitor().sign_in().status_code == 302

    assert cost() == (64 * 1024, 3, 1)
    assert Visitor().sign_in().status_code == 302


def test_while_others_are_hashed_one_is_told_to_come_back_and_has_lost_no_try(monkeypatch):
    monkeypatch.setattr(hashing, "patience_seconds", 0.01)
    a_person()

    with by_somebody_else(hashing.held):
        busy = [Visitor().sign_in() for _ in range(6)]

    assert {answer.status_code for answer in busy} == {503}
    assert {answer["Retry-After"] for answer in busy} == {"5"}
    assert "No try was used up." in Page(busy[0]).words
    assert Visitor().sign_in().status_code == 302, "a try was used up"


def test_what_sets_a_password_waits_in_the_same_line(monkeypatch):
    monkeypatch.setattr(hashing, "patience_seconds", 0.01)
    a_person()
    visitor = Visitor()
    visitor.sign_in()
    new = "another long password"

    with by_somebody_else(hashing.held):
        answer = visitor.post(
            "/accounts/password/change", {"oldpassword": PASSWORD, "password1": new, "password2": new}
        )

    assert answer.status_code == 503
    assert User.objects.get().check_password(PASSWORD)
