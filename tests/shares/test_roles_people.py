"""Every route under /accounts/ × role × method: nobody sees or changes what is somebody else's.

A new route fails here until it stands among DOORS, which are open to all, or ROOMS, which want a session.
"""

import pytest
from django.forms.models import model_to_dict

from accounts import tokens
from accounts.values import Scope
from tests.shares.roles import (
    CANARIES,
    METHODS,
    address_of_people,
    asked,
    make_browsers,
    make_things,
    routes,
)

pytestmark = pytest.mark.django_db

DOORS = {
    *("login", "login/passkey", "login/second-step", "signup", "link", "password/reset", "sso"),
    *("inactive", "email/sent", "password/reset/sent", "password/new", "sso/back", "sso/cancelled"),
    *("sso/failed", "sso/signup", "me", "send-token"),
    "^password/new/(?P<uidb36>[0-9a-z]{1,13})-(?P<key>set-password)$",
}
ROOMS = {
    *("", "logout", "email", "password/change", "password/set", "confirm", "confirm/code", "confirm/passkey"),
    *("security", "security/app", "security/app/remove", "security/codes", "security/codes/new"),
    *("security/passkeys", "security/passkeys/add", "security/passkeys/<int:pk>/remove", "sessions"),
    *("tokens", "shares", "shares/<share_id:share_id>", "notices"),
}
# Where signing out, or a second step that does not begin, has nowhere else to lead.
LEADS_HOME = {"logout", "security/passkeys"}


@pytest.fixture
def things():
    made = make_things()
    made["token"], _ = tokens.make(made["user"], "canary-token", list(Scope))
    return made


@pytest.fixture
def browsers(things):
    return make_browsers()


def harm(things):
    """What would take something from somebody else, were it theirs to take."""
    return {
        "action": "revoke",
        "share": things["share"].pk,
        "token": things["token"].pk,
        "email": "canary@example.org",
        "action_primary": "",
        "select": things["user"].pk,
    }


def as_they_are(things):
    """The rows of others, field by field."""
    return {name: model_to_dict(type(row).objects.get(pk=row.pk)) for name, row in things.items()}


def test_every_route_of_people_is_a_door_or_a_room():
    found = {route.removeprefix("accounts/") for route in routes() if route.startswith("accounts/")}

    assert found - (DOORS | ROOMS) == set(), "a route without an expectation: is it a door, or a room?"
    assert (DOORS | ROOMS) - found == set(), "an expectation without a route"


@pytest.mark.promise("S8")
@pytest.mark.parametrize("route", sorted(DOORS | ROOMS))
def test_nobody_sees_or_changes_what_is_not_theirs(route, browsers, things):
    path, data, before = address_of_people(route, things), harm(things), as_they_are(things)

    for role, browser in browsers.items():
        for method in METHODS if role == "member" else ("GET", "POST"):
            with asked(browser, method, path, data) as (answer, body, _):
                which = f"{role} {method} {path}: {answer.status_code}"
                assert answer.status_code < 500, which
                assert not [canary for canary in (*CANARIES, "canary-token") if canary in body], which
                assert as_they_are(things) == before, which
                if role == "anonymous" and route in ROOMS - LEADS_HOME and method in ("GET", "POST"):
                    if answer.status_code == 405:
                        continue
                    assert answer.status_code == 302, which
                    assert answer["Location"].startswith("/accounts/login"), which


def test_what_is_taken_from_another_would_be_noticed(things):
    before = as_they_are(things)

    things["token"].delete()
    with pytest.raises(type(things["token"]).DoesNotExist):
        as_they_are(things)
    assert before["share"]["state"] == "ready"
