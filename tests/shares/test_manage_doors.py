"""The sender's page and line: see the state, take it back, unlock; with the sender's link alone."""

import secrets

import pytest
from django.test import Client

from sealing import keys
from sealing.links import Link
from shares.models import Share
from shares.services.burn import revoke
from shares.values import State
from tests.builders import a_sealed_text, body_of, everything_about, row_of
from tests.shares.doors import HTML, browser, curl, facts_of, manage, share_of

pytestmark = pytest.mark.django_db


def test_the_sender_sees_the_state_takes_it_back_and_sees_that():
    left = a_sealed_text()

    assert "\nstate: ready\n" in manage(left.manage).content.decode()
    assert "\nstate: revoked\n" in manage(left.manage, "revoke").content.decode()

    assert curl(left.link).status_code == 410
    assert manage(left.manage, "revoke").status_code == 200


def test_looking_as_the_sender_changes_nothing():
    left = a_sealed_text()
    before = everything_about(share_of(left.link))

    for headers in ({}, HTML):
        assert manage(left.manage, "status", **headers).status_code == 200
        assert manage(left.manage, "", **headers).status_code == 200

    assert everything_about(share_of(left.link)) == before


def test_what_is_not_locked_is_not_unlocked_there():
    assert manage(a_sealed_text().manage, "unlock").status_code == 409


@pytest.mark.parametrize("action", ["burn", "STATUS", "delete"])
def test_an_action_that_does_not_exist_does_nothing(action):
    left = a_sealed_text()

    assert manage(left.manage, action).status_code == 422
    assert row_of(left.link).state == State.READY


def test_the_recipients_link_does_not_manage_and_the_senders_does_not_open():
    left = a_sealed_text()

    assert manage(left.link, "revoke").status_code == 422
    assert curl(left.manage).status_code == 422
    forged = Link("http://testserver", "manage", left.link.share_id, left.link.secret)
    assert manage(forged, "revoke").status_code == 404
    assert row_of(left.link).state == State.READY


def test_the_page_of_one_share_takes_the_whole_link_of_any():
    left, other = a_sealed_text("one"), a_sealed_text("other")

    answer = Client().post(f"/s/{share_of(other.link)}", {"link": left.link.url})

    assert body_of(answer) == b"one"
    assert row_of(other.link).state == State.READY


def test_a_form_as_large_as_no_link_is_refused_unread():
    for path in ("/s/aaaqeayeaudaocaj", "/m/aaaqeayeaudaocaj"):
        assert Client().post(path, {"link": "x" * 20_000}).status_code == 413


def test_a_revoked_share_is_gone_for_a_browser_too():
    left = a_sealed_text()
    fields = facts_of(left.link)
    revoke(share_of(left.link), keys.manage_token(left.manage.secret, left.manage.share_id))

    assert browser(left.link).status_code == 410
    assert browser(left.link, **fields).status_code == 410
    assert browser(left.link, lease=secrets.token_urlsafe(32)).status_code == 410
    assert not Share.objects.living().exists()
