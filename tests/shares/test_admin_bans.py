"""Bans as moderators make, change and lift them."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from accounts.audit import Audit
from accounts.models import User
from shares.models import Ban
from shares.values import Sender
from tests.shares.staff import a_moderator

pytestmark = pytest.mark.django_db
LIST, HERE = "/admin/shares/ban/", "198.51.100.0/24"


def fields(**more):
    until = timezone.now() + timedelta(days=2)
    said = {"until": f"{until:%Y-%m-%dT%H:%M}", "reason": "spam", "_save": "Save"}
    return said | more


def add(browser, **more):
    return browser.post(f"{LIST}add/", fields(**more))


def test_a_network_is_banned_by_hand_and_the_log_does_not_name_it():
    browser = a_moderator()

    answer = add(browser, network=f" {HERE} ")

    assert answer.status_code == 302, answer.content.decode()[-3000:]
    ban = Ban.objects.get()
    assert (ban.network, ban.reason, ban.made_by.email) == (HERE, "spam", "moderator@example.org")
    assert Ban.objects.against(Sender(HERE))
    logged = str(list(LogEntry.objects.values())) + str(list(Audit.objects.values()))
    assert "198.51" not in logged
    assert Audit.objects.first().target == f"ban {ban.pk} of a network"


def test_an_account_is_banned_by_its_address():
    ann = User.objects.create_user("ann@example.org")

    assert add(a_moderator(), account="ann@example.org").status_code == 302

    assert Ban.objects.get().account == ann


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"network": "everybody"},
        {"network": "198.51.100.7"},
        {"network": "0.0.0.0/0"},
        {"network": "0.0.0.0/24"},
        {"network": "127.0.0.0/24"},
        {"network": "::/64"},
        {"network": "::/32"},
        {"network": "fe80::/64"},
        {"account": "nobody@example.org"},
        {"network": HERE, "account": "ann@example.org"},
        {"network": HERE, "until": ""},
    ],
)
def test_what_bans_nobody_or_everybody_is_refused_in_words(wrong):
    User.objects.create_user("ann@example.org")

    answer = add(a_moderator(), **wrong)

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not Ban.objects.exists()


def test_the_same_network_twice_is_refused_in_words():
    browser = a_moderator()
    add(browser, network=HERE)

    answer = add(browser, network=HERE)

    assert answer.status_code == 200
    assert Ban.objects.count() == 1


def test_a_ban_gets_another_end_and_keeps_whom_it_is_of():
    browser = a_moderator()
    add(browser, network=HERE)
    ban = Ban.objects.get()

    browser.post(f"{LIST}{ban.pk}/change/", fields(network="203.0.113.0/24", reason="longer"))

    changed = Ban.objects.get()
    assert (changed.network, changed.reason) == (HERE, "longer")


def test_a_ban_is_lifted_and_that_is_logged():
    browser = a_moderator()
    add(browser, network=HERE)
    ban = Ban.objects.get()

    browser.post(f"{LIST}{ban.pk}/delete/", {"post": "yes"})

    assert not Ban.objects.exists()
    assert (Audit.objects.first().action, Audit.objects.first().target) == ("deleted", str(ban))
