"""Who may leave something, and how much: tokens, strangers, limits that hold however many come at once."""

import ipaddress
import json
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db.models.functions import Now
from django.test import Client

from accounts import tokens
from accounts.models import ApiToken
from accounts.values import Scope
from sealing.envelope import FileEntry, Metadata
from shares.models import Allowance, MemberLimits, Share
from shares.services import allowance
from shares.services.deposit import deposit
from shares.services.seal import sealing
from shares.services.sweep import sweep
from shares.values import Limits, Sender, Terms
from tests.builders import an_envelope, race
from tests.shares.exchange import API, call, fields_of, refused

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def member():
    return get_user_model().objects.create_user("ada@example.org", "correct horse battery")


def leave(token=None, **changes):
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
    body = json.dumps(fields_of(an_envelope(), **changes))
    return Client().post(API, body, "application/json", **headers)


def put(token=None, size=10):
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
    return Client().put("/notes.txt", b"x" * size, "application/octet-stream", **headers)


# --- other sites ---------------------------------------------------------------------------------------


def from_a_page_of(site, **headers):
    """As a browser sends it without asking the server first whether it may: no JSON, no header of its own."""
    body = json.dumps(fields_of(an_envelope()))
    return Client().post(API, body, "text/plain", headers={"Sec-Fetch-Site": site, **headers})


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_other_sites_page_leaves_something_from_its_visitors_network(site):
    refused(from_a_page_of(site), 403, "cross_site")

    assert not Share.objects.exists()


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_our_own_pages_and_what_is_no_page_leave_what_they_like(site):
    assert from_a_page_of(site).status_code == 201


def test_a_token_is_no_visitors_network(member):
    _, text = tokens.make(member, "extension", [Scope.SEND])

    assert from_a_page_of("cross-site", Authorization=f"Bearer {text}").status_code == 201


# --- tokens ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", [leave, put])
def test_a_token_makes_the_share_its_owners(door, member):
    _, text = tokens.make(member, "CI", [Scope.SEND])

    assert door(text).status_code == 201

    assert Share.objects.get().owner == member


@pytest.mark.parametrize("door", [leave, put])
def test_a_token_that_is_not_good_leaves_nothing_in_anybodys_name(door, member):
    token, text = tokens.make(member, "CI", [Scope.SEND])
    _, readers = tokens.make(member, "reader", [Scope.RECEIPTS])

    def answers(text):
        answer = door(text)
        return answer.status_code, b"not known here" in answer.content

    assert answers(text + "a") == (401, True)
    assert answers("ots_") == (401, True)
    assert answers("otspage_\u00e9") == (401, True)
    assert door(readers).status_code == 403
    ApiToken.objects.filter(pk=token.pk).update(expires_at=Now())
    assert answers(text) == (401, True)
    ApiToken.objects.filter(pk=token.pk).update(expires_at=Now() + timedelta(hours=1))
    assert door(text).status_code == 201
    member.is_active = False
    member.save(update_fields=["is_active"])
    assert answers(text) == (401, True)
    member.is_active = True
    member.save(update_fields=["is_active"])
    token.delete()
    assert answers(text) == (401, True)
    assert Share.objects.count() == 1


def test_only_a_digest_of_a_token_is_kept_and_when_it_was_used(member):
    token, text = tokens.make(member, "CI", [Scope.SEND])
    assert token.last_used_at is None

    leave(text)

    row = ApiToken.objects.values().get()
    assert text not in str(row)
    assert row["last_used_at"] is not None


def test_a_page_token_sends_for_ten_minutes_and_dies_with_its_session(member, monkeypatch):
    client = Client()
    client.force_login(member)
    key = client.session.session_key
    text = tokens.for_page(member, key)
    assert key not in text

    assert leave(text).status_code == 201
    assert refused(leave(text[:-2] + "AA"), 401, "token_invalid")
    member.set_password("another horse battery")
    member.save(update_fields=["password"])
    assert leave(text).status_code == 401
    text = tokens.for_page(member, key)
    assert leave(text).status_code == 201
    monkeypatch.setattr(tokens, "PAGE_SECONDS", -1)
    assert leave(tokens.for_page(member, key)).status_code == 401
    client.logout()
    assert leave(text).status_code == 401


def test_a_token_is_no_session(member):
    _, text = tokens.make(member, "CI", list(Scope))

    answer = Client().get("/accounts/shares", headers={"Authorization": f"Bearer {text}"})

    assert answer.status_code == 302
    assert Client().get("/admin/", headers={"Authorization": f"Bearer {text}"}).status_code == 302


# --- strangers -------------------------------------------------------------------------------------


def test_strangers_may_be_kept_out_or_let_in_from_some_networks(member, settings):
    _, text = tokens.make(member, "CI", [Scope.SEND])
    settings.ANONYMOUS_SENDING = False
    assert refused(leave(), 403, "sign_in_needed")
    assert put().status_code == 403
    assert Client().post("/", {"text": "x"}, headers={"Accept": "text/html"}).status_code == 403
    assert leave(text).status_code == 201
    assert Share.objects.count() == 1

    settings.ANONYMOUS_SENDING = [ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("2001:db8::/32")]
    assert leave().status_code == 201
    settings.ANONYMOUS_SENDING = [ipaddress.ip_network("10.0.0.0/8")]
    assert leave().status_code == 403


def test_strangers_and_members_have_limits_of_their_own(member, settings):
    settings.ANONYMOUS_OPENS, settings.MEMBER_OPENS = 1, 3
    settings.ANONYMOUS_LIFETIME_SECONDS = 3600
    _, text = tokens.make(member, "CI", [Scope.SEND])

    assert leave(max_claims=2).status_code == 422
    assert leave(text, max_claims=3).status_code == 201
    assert leave(expires_in=7200).status_code == 422
    assert leave(text, expires_in=7200).status_code == 201
    settings.ANONYMOUS_SHARE_BYTES = 50
    assert put(size=51).status_code == 413
    assert put(text, size=51).status_code == 201
    MemberLimits.objects.create(user=member, opens=1)
    assert leave(text, max_claims=2).status_code == 422


# --- so many, so much ------------------------------------------------------------------------------


def test_of_fifty_at_once_exactly_as_many_are_left_as_the_day_allows(member):
    sender = Sender("192.0.2.0/24", member.pk, Limits(shares_a_day=10))

    outcomes = race(lambda: deposit(an_envelope().deposit, sender), times=50)

    assert sum(type(outcome).__name__ == "Deposited" for outcome in outcomes) == 10
    assert sum(type(outcome).__name__ == "DayUsedUp" for outcome in outcomes) == 40
    assert Share.objects.count() == 10


def test_of_fifty_at_once_exactly_as_many_are_left_as_there_is_room_for(member):
    sender = Sender("192.0.2.0/24", member.pk, Limits(stored_bytes=1000))

    outcomes = race(lambda: deposit(an_envelope(size=100).deposit, sender), times=50)

    assert sum(type(outcome).__name__ == "Deposited" for outcome in outcomes) == 10
    assert sum(type(outcome).__name__ == "NoRoom" for outcome in outcomes) == 40


def seal(sender, size):
    with sealing(sender) as sealed:
        sealed.write(b"x" * size)
        sealed.finish(
            Metadata("files", (FileEntry("a", "", size),), "server", None), Terms(3600), "", "http://h"
        )


def test_what_the_server_seals_counts_too_and_what_came_to_nothing_does_not(member):
    sender = Sender("", member.pk, Limits(shares_a_day=2, stored_bytes=500))
    with pytest.raises(ZeroDivisionError), sealing(sender):
        raise ZeroDivisionError
    assert Allowance.objects.get().shares == 0

    outcomes = race(lambda: seal(sender, 300), times=8)

    assert sum(outcome is None for outcome in outcomes) == 1
    assert Share.objects.filter(ended=False).count() == 1
    assert {type(outcome).__name__ for outcome in outcomes if outcome} <= {"NoRoom", "DayUsedUp"}


def test_a_day_that_is_over_counts_no_more(member):
    sender = Sender("", member.pk, Limits(shares_a_day=1))
    deposit(an_envelope().deposit, sender)
    with pytest.raises(allowance.DayUsedUp) as refusal:
        deposit(an_envelope().deposit, sender)
    assert 0 < refusal.value.seconds <= 86400

    Allowance.objects.update(day=Now() - timedelta(days=1))

    deposit(an_envelope().deposit, sender)
    assert sweep()["allowances_dropped"] == 0
    Allowance.objects.update(day=Now() - timedelta(days=3))
    assert sweep(dry_run=True)["allowances_dropped"] == 1
    assert sweep()["allowances_dropped"] == 1
    assert not Allowance.objects.exists()


def test_what_was_spent_before_midnight_is_not_given_back_after_it(member):
    sender = Sender("", member.pk, Limits(shares_a_day=1))
    spent = allowance.spend(sender, 0)
    yesterday = spent._replace(day=spent.day - timedelta(days=1))
    Allowance.objects.update(day=yesterday.day)
    deposit(an_envelope().deposit, sender)

    allowance.give_back(yesterday)

    assert Allowance.objects.get().shares == 1
    with pytest.raises(allowance.DayUsedUp):
        deposit(an_envelope().deposit, sender)


def test_what_has_ended_makes_room_again(member):
    sender = Sender("", member.pk, Limits(stored_bytes=150))
    first = an_envelope(size=100)
    deposit(first.deposit, sender)
    with pytest.raises(allowance.NoRoom):
        deposit(an_envelope(size=100).deposit, sender)

    call("POST", f"{API}/{first.id}/burn", first.manage_token)

    deposit(an_envelope(size=100).deposit, sender)


def test_a_repeated_create_is_paid_once(member):
    sender = Sender("", member.pk, Limits(shares_a_day=1))
    sent = an_envelope()

    deposit(sent.deposit, sender)
    deposit(sent.deposit, sender)

    assert Allowance.objects.get().shares == 1


def test_strangers_are_counted_by_network_and_fill_one_room(settings):
    def sender(network):
        return Sender(network, None, Limits(shares_a_day=1, stored_bytes=250))

    deposit(an_envelope(size=100).deposit, sender("192.0.2.0/24"))
    with pytest.raises(allowance.DayUsedUp):
        deposit(an_envelope(size=100).deposit, sender("192.0.2.0/24"))
    deposit(an_envelope(size=100).deposit, sender("198.51.100.0/24"))
    with pytest.raises(allowance.NoRoom):
        deposit(an_envelope(size=100).deposit, sender("203.0.113.0/24"))

    assert not [row for row in Allowance.objects.values_list("subject", flat=True) if "192.0.2" in row]


def test_who_has_no_limits_costs_no_statement(member, django_assert_num_queries):
    with django_assert_num_queries(4):
        deposit(an_envelope().deposit, Sender("192.0.2.0/24", member.pk))
