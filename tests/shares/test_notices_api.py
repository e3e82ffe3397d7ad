"""A share's own choice of notices, over the API."""

import pytest

from shares.models import Notice
from shares.services.burn import revoke
from shares.services.claim import claim
from tests.builders import a_claim_of, nothing_changes
from tests.shares.exchange import API, call, refused
from tests.shares.people import a_member, a_share_of

OFF = {"email": [], "webhook": []}
pytestmark = pytest.mark.django_db


def notices(sent, method="GET", body=None, token=None):
    return call(method, f"{API}/{sent.id}/notices", token or sent.manage_token, body)


def test_what_a_share_was_given_is_told_and_stands_above_the_account():
    sent = a_share_of(a_member("email:opened", "webhook:locked"))
    before = notices(sent).json()

    put = notices(sent, "PUT", {"email": [], "webhook": ["opened", "opened", "expired"]})
    claim(a_claim_of(sent))

    assert before == {"email": ["opened"], "webhook": ["locked"]}
    assert put.json() == notices(sent).json() == {"email": [], "webhook": ["opened", "expired"]}
    assert [(notice.way, notice.what) for notice in Notice.objects.all()] == [("webhook", "opened")]


def test_a_share_can_be_told_to_tell_nothing():
    sent = a_share_of(a_member("email:opened"))

    assert notices(sent, "PUT", OFF).json() == {"email": [], "webhook": []}
    claim(a_claim_of(sent))

    assert Notice.objects.count() == 0


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PUT", {"email": ["opened"], "webhook": []})])
def test_a_share_of_nobody_has_no_notices(method, body):
    sent = a_share_of(None)

    with nothing_changes(sent):
        refused(notices(sent, method, body), 409, "no_owner")


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PUT", {"email": ["opened"], "webhook": []})])
def test_only_the_sender_sees_or_chooses(method, body):
    sent = a_share_of(a_member("email:opened"))

    with nothing_changes(sent):
        for token in (sent.link_token, bytes(32)):
            refused(notices(sent, method, body, token), 404, "unknown")
        refused(call(method, f"{API}/{sent.id}/notices", None, body), 401, "token_missing")


def test_a_share_that_has_ended_takes_no_choice():
    sent = a_share_of(a_member())
    revoke(sent.id, sent.manage_token)

    with nothing_changes(sent):
        assert (
            refused(notices(sent, "PUT", {"email": ["opened"], "webhook": []}), 410, "gone")["state"]
            == "revoked"
        )


@pytest.mark.parametrize(
    "body",
    [
        OFF | {"email": ["burned"]},
        OFF | {"email": "opened"},
        OFF | {"webhook": [1]},
        OFF | {"email": ["opened"] * 4},
        {"email": ["opened"]},
        [],
    ],
)
def test_what_is_no_choice_is_refused(body):
    sent = a_share_of(a_member())

    with nothing_changes(sent):
        refused(notices(sent, "PUT", body), 422, "invalid")
