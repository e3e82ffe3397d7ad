"""Moderation: what each kind of staff may see and do, and what nobody sees there."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from sealing.encoding import b64
from shares import countdown
from shares.errors import WrongPassword
from shares.models import Event, Lease, Part, ServerHalf, Share, Sweep
from shares.services.claim import claim
from shares.values import State
from tests.builders import a_claim_of, a_waiting_share, everything_about, names_of, race

pytestmark = pytest.mark.django_db
LIST = "/admin/shares/share/"


def staff(*permissions, **flags):
    user = User.objects.create_user("mod@example.org", "x" * 20, is_staff=True, **flags)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def moderator():
    return staff("view_share", "change_share")


def take_down(browser, *sent):
    chosen = {"action": "take_down", "_selected_action": [each.id for each in sent]}
    return browser.post(LIST, chosen, follow=True)


def ids_in(page):
    return set(re.findall(rf'href="{LIST}([a-z2-7]{{16}})/', page.content.decode()))


def test_a_moderator_finds_a_share_by_its_id(moderator):
    sent, other = a_waiting_share(), a_waiting_share()

    assert ids_in(moderator.get(LIST)) == {sent.id, other.id}
    assert ids_in(moderator.get(LIST, {"q": sent.id})) == {sent.id}
    assert ids_in(moderator.get(LIST, {"q": "nothing"})) == set()


def test_a_moderator_finds_shares_by_owner_and_by_state(moderator):
    sent, other = a_waiting_share(), a_waiting_share()
    owner = User.objects.create_user("owner@example.org")
    Share.objects.filter(pk=sent.id).update(owner=owner)
    claim(a_claim_of(other))

    assert ids_in(moderator.get(LIST, {"q": "owner@example.org"})) == {sent.id}
    assert ids_in(moderator.get(LIST, {"state__exact": "claimed"})) == {other.id}


def test_a_moderator_finds_shares_by_time(moderator):
    sent = a_waiting_share()
    year = sent.row.created_at.year

    assert ids_in(moderator.get(LIST, {"created_at__year": year})) == {sent.id}
    assert ids_in(moderator.get(LIST, {"created_at__year": year - 1})) == set()


def test_a_moderator_is_offered_states_and_times_to_filter_by(moderator):
    a_waiting_share()

    page = moderator.get(LIST).content.decode()

    for choice in ("?state__exact=removed", "?created_at__gte=", "?expires_at__gte="):
        assert choice in page


def test_a_take_down_ends_the_share_and_is_logged(moderator):
    sent, kept = a_waiting_share(), a_waiting_share()

    page = take_down(moderator, sent)

    assert page.status_code == 200
    assert (sent.row.state, kept.row.state) == (State.REMOVED, State.READY)
    assert sent.events[-1] == "removed"
    assert list(LogEntry.objects.values_list("object_id", "change_message")) == [(sent.id, "taken down")]


def test_taking_down_what_has_ended_changes_and_logs_nothing(moderator):
    sent = a_waiting_share()
    take_down(moderator, sent)
    before = everything_about(sent.id)

    take_down(moderator, sent)

    assert everything_about(sent.id) == before
    assert LogEntry.objects.count() == 1


def test_a_hundred_shares_are_taken_down_at_once(moderator):
    chosen = [a_waiting_share() for _ in range(100)]

    take_down(moderator, *chosen)

    assert Share.objects.filter(state=State.REMOVED).count() == 100


def test_the_page_of_a_share_shows_what_happened(moderator):
    sent = a_waiting_share(guarded=True)
    with pytest.raises(WrongPassword):
        claim(a_claim_of(sent, password_token=bytes(32), network="192.0.2.0/24"))

    page = moderator.get(f"{LIST}{sent.id}/change/").content.decode()

    assert "wrong_password" in page
    assert countdown.network_digest("192.0.2.0/24") in page
    assert "192.0.2" not in page


def test_no_page_shows_a_verifier_a_key_a_name_in_storage_or_metadata(moderator):
    sent = a_waiting_share(guarded=True)
    claim(a_claim_of(sent))
    row, half = sent.row, ServerHalf.objects.get()

    pages = [moderator.get(path).content.decode() for path in (LIST, f"{LIST}{sent.id}/change/")]

    secret = [row.link_verifier, row.manage_verifier, row.password_verifier, row.create_digest]
    secret += [half.sealed, half.meta, Lease.objects.get().verifier, sent.blob, sent.link_token]
    for page in pages:
        assert sent.id in page
        assert row.storage_name not in page
        for value in map(bytes, secret):
            for shown in (value.hex(), b64(value), repr(value)[2:-1]):
                assert shown[:32] not in page


def test_the_page_of_a_share_has_nothing_to_fill_in_or_to_save(moderator):
    sent = a_waiting_share()

    page = moderator.get(f"{LIST}{sent.id}/change/").content.decode()

    assert 'name="_save"' not in page
    assert not re.search(r'<(input|select|textarea)[^>]*name="(state|claims_left|attempts|id)"', page)


def test_a_posted_share_is_refused_and_never_written_back(moderator):
    sent = a_waiting_share()
    before = everything_about(sent.id)

    answer = moderator.post(
        f"{LIST}{sent.id}/change/", {"_save": "Save", "state": "ready", "claims_left": "9"}
    )

    assert answer.status_code == 403
    assert everything_about(sent.id) == before


@pytest.mark.parametrize("path", ["add/", "{id}/delete/"])
def test_nobody_adds_or_deletes_a_share_there_not_even_a_superuser(path):
    browser = staff(is_superuser=True)
    sent = a_waiting_share()

    answer = browser.post(LIST + path.format(id=sent.id), {"post": "yes"})

    assert answer.status_code == 403
    assert sent.row.state == State.READY
    assert "delete_selected" not in browser.get(LIST).content.decode()


def test_staff_who_may_only_look_take_nothing_down():
    browser = staff("view_share")
    sent = a_waiting_share()

    assert ids_in(browser.get(LIST)) == {sent.id}
    assert "take_down" not in browser.get(LIST).content.decode()
    take_down(browser, sent)

    assert sent.row.state == State.READY


def test_staff_without_permission_see_nothing():
    browser = staff()
    sent = a_waiting_share()

    for path in (LIST, f"{LIST}{sent.id}/change/", f"{LIST}{sent.id}/history/"):
        answer = browser.get(path)
        assert answer.status_code == 403
        assert sent.id.encode() not in answer.content
    take_down(browser, sent)
    assert sent.row.state == State.READY


def test_who_is_no_staff_is_asked_to_sign_in():
    user = User.objects.create_user("someone@example.org", "x" * 20)
    browser = Client()
    browser.force_login(user)

    for visitor in (browser, Client()):
        answer = visitor.get(LIST)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")


def test_what_only_the_exchange_needs_has_no_page():
    assert {Event, Lease, Part, ServerHalf, Sweep}.isdisjoint(admin.site._registry)


def test_a_form_from_elsewhere_is_refused():
    user = User.objects.create_user("mod@example.org", "x" * 20, is_staff=True, is_superuser=True)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    sent = a_waiting_share()

    answer = browser.post(LIST, {"action": "take_down", "_selected_action": [sent.id]})

    assert answer.status_code == 403
    assert sent.row.state == State.READY


@pytest.mark.django_db(transaction=True)
def test_a_claim_beside_a_moderator_who_looks_and_posts_is_never_undone(moderator):
    for _ in range(5):
        sent = a_waiting_share()
        path = f"{LIST}{sent.id}/change/"

        outcomes = race(
            lambda sent=sent: claim(a_claim_of(sent)),
            lambda path=path: moderator.post(path, {"_save": "Save"}),
        )

        assert "Lease" in names_of(outcomes)
        assert (sent.row.state, sent.row.claims_left) == (State.CLAIMED, 0)
