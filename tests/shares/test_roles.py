"""Every route × role × method, from the map of addresses itself: who is let in, who reads, who writes.

A new route fails here until it has its line: in PUBLIC where the answer is the same for everybody and no
cookie is set, else in STAFF_ROUTES with the roles that may read it and those that may write. Routes of
people, under /accounts/, are those of test_roles_people.py.
"""

from typing import NamedTuple

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.models import User
from onetimeshare.roles import ADMINISTRATOR, MODERATOR
from tests.shares.roles import (
    AS_GET,
    CANARIES,
    METHODS,
    PERSON,
    ROLES,
    address,
    asked,
    make_browsers,
    make_things,
    routes,
    thing,
)

pytestmark = pytest.mark.django_db

NONE, STAFF, MODS, ADMINS = (frozenset(ROLES[n:]) for n in (5, 2, 3, 4))
PUBLIC = {
    *(
        "healthz",
        "readyz",
        "metrics",
        "healthz/seen",
        "",
        "s/<share_id:share_id>",
        "m/<share_id:share_id>",
        "report/<share_id:share_id>",
    ),
    *("about/how-it-works", "about/privacy", "about/command-line", "about/site.css"),
    *("about/site.webmanifest", "about/logo", "robots.txt", ".well-known/security.txt"),
    *(f"api/v1/{name}" for name in ("", "openapi.json", "docs", "shares", "shares/<share_id:share_id>")),
    *(
        f"api/v1/shares/<share_id:share_id>/{name}"
        for name in (
            "parts/<int:n>",
            "parts/<int:n>/direct",
            "blob/direct",
            "parts",
            "complete",
            "claim",
            "blob",
            "burn",
            "receipt",
            "unlock",
            "notices",
        )
    ),
    *("api/v1/own", *(f"api/v1/own/<share_id:share_id>{name}" for name in ("", "/revoke", "/unlock"))),
    *("api/<file_name:rest>", "<file_name:name>"),
}


class May(NamedTuple):
    """Who is let in at all, to read and to write; everyone else is led to the login, or refused."""

    read: frozenset[str]
    write: frozenset[str]


def rows(model, view=NONE, add=NONE, change=NONE, delete=NONE):
    """The pages of one model; an action posted to its list asks for its own permission."""
    one = f"admin/{model}/<path:object_id>/"
    return {
        f"admin/{model}/": May(view, view),
        f"admin/{model}/add/": May(add, add),
        f"{one}change/": May(view, change),
        f"{one}delete/": May(delete, delete),
        f"{one}history/": May(view, view),
        one: May(STAFF, STAFF),  # leads to the page of one, which asks
    }


STAFF_ROUTES = {
    "admin/": May(STAFF, STAFF),
    "admin/jsi18n/": May(STAFF, STAFF),
    "admin/password_change/": May(STAFF, STAFF),
    "admin/password_change/done/": May(STAFF, STAFF),
    "admin/autocomplete/": May(NONE, NONE),
    "admin/r/<path:content_type_id>/<path:object_id>/": May(NONE, NONE),
    "admin/^(?P<app_label>auth|accounts|shares)/$": May(MODS, MODS),
    "admin/(?P<url>.*)$": May(NONE, NONE),
    "admin/accounts/user/<id>/password/": May(ADMINS, ADMINS),
    **rows("auth/group"),
    **rows("accounts/user", view=ADMINS, add=ADMINS, change=ADMINS, delete=ADMINS),
    **rows("accounts/audit", view=MODS),
    **rows("shares/share", view=MODS),
    **rows("shares/report", view=MODS),
    **rows("shares/ban", view=MODS, add=MODS, change=MODS, delete=MODS),
    **rows("shares/memberlimits", view=MODS, add=MODS, change=MODS, delete=MODS),
    **rows("accounts/invitation", view=ADMINS, add=ADMINS, delete=ADMINS),
}
# They are there for those who are not in, and have tests of their own.
AT_THE_DOOR = {"admin/login/", "admin/logout/"}


@pytest.fixture
def things():
    return make_things()


@pytest.fixture
def browsers(things):
    return make_browsers()


def harm(route, things):
    """What would change something, were it let in. A list takes no action from a form that saves."""
    is_form = route.endswith(("add/", "change/", "password/", "password_change/"))
    return {
        **({"_save": "Save"} if is_form else {}),
        "post": "yes",
        "action": "take_down",
        "_selected_action": thing(route, things).pk,
        "state": "removed",
        "is_superuser": "on",
        "email": "changed@example.org",
        "reason": "changed",
        "password1": "y" * 20,
        "password2": "y" * 20,
    }


@pytest.mark.twin("S18")
def test_what_is_written_is_noticed(browsers, things, red):
    route = "admin/shares/share/"
    path, data = address(route, things), harm(route, things)

    with asked(browsers["moderator"], "POST", path, data) as (_, _, writes):
        assert any("UPDATE shares_share" in sql for sql in writes)
        assert things["share"].events.filter(what="removed").exists()
    red("a post that may write")
    with asked(browsers["staff"], "POST", path, data) as (_, _, writes):
        assert writes == []


@pytest.mark.promise("S18")
def test_every_route_has_an_expectation_and_every_expectation_a_route(figure):
    expected = PUBLIC | set(STAFF_ROUTES) | AT_THE_DOOR | {r for r in routes() if r.startswith("accounts/")}

    assert set(routes()) - expected == set(), "a route without an expectation: say who may read and write it"
    assert expected - set(routes()) == set(), "an expectation without a route"
    what = f"{len(STAFF_ROUTES)} routes of staff, {len(ROLES)} roles, {len(METHODS)} methods"
    figure("S18", f"{what}: each lets in whom its table says")


@pytest.mark.promise("S8", "S18")
@pytest.mark.parametrize("route", sorted(STAFF_ROUTES))
def test_a_route_of_staff_lets_in_whom_it_should(route, browsers, things):
    path, may, data = address(route, things), STAFF_ROUTES[route], harm(route, things)

    for role, browser in browsers.items():
        for method in METHODS:
            is_in = role in (may.write if method == "POST" else may.read)
            if is_in and method in AS_GET and role != "administrator":
                continue  # the same page, as often as there are methods
            with asked(browser, method, path, data) as (answer, body, writes):
                which = f"{role} {method} {path}: {answer.status_code}"
                judge(role, is_in, answer, body, which)
                assert (is_in and method == "POST") or not writes, (which, writes)


def judge(role, is_in, answer, body, which):
    is_led_away = answer.status_code == 302 and answer["Location"].startswith("/admin/login/")
    if role in ("anonymous", "member"):
        assert is_led_away, which
    elif is_in:
        assert not is_led_away, which
        assert answer.status_code < 400 or answer.status_code == 405, which
    else:
        assert answer.status_code in (403, 404, 405) or not body, which
    if not is_in:
        assert not [canary for canary in CANARIES if canary in body], which


@pytest.mark.promise("S8")
@pytest.mark.parametrize("route", sorted(PUBLIC))
def test_a_public_route_answers_everybody_alike_and_sets_no_cookie(route, browsers, things):
    path = address(route, things)

    for method in METHODS:
        statuses = set()
        for role in ("anonymous", "administrator") if method in AS_GET else ROLES:
            with asked(browsers[role], method, path, {}) as (answer, body, _):
                statuses.add(answer.status_code)
                assert not answer.cookies, (role, method, path)
                assert "@example.org" not in body, (role, method, path)
        assert len(statuses) == 1, (method, path, statuses)


def test_a_moderator_sees_of_people_and_groups_nothing(browsers):
    for path in ("/admin/", "/admin/accounts/"):
        page = browsers["moderator"].get(path).content.decode()
        assert "/admin/accounts/audit/" in page
        for hidden in ("/admin/accounts/user/", "/admin/auth/group/"):
            assert hidden not in page


@pytest.mark.promise("S18")
def test_an_administrator_makes_no_superuser_and_changes_none(browsers):
    root = User.objects.create_superuser("root@example.org", "x" * 20)
    me = User.objects.get(email="administrator@example.org")
    browser = browsers["administrator"]
    mine = {"email": me.email, "is_active": "on", "is_staff": "on", "is_superuser": "on", "_save": "Save"}

    browser.post(f"/admin/accounts/user/{me.pk}/change/", mine)
    refused = [
        browser.post(f"/admin/accounts/user/{root.pk}/{page}/", {"post": "yes", **mine}).status_code
        for page in ("change", "delete", "password")
    ]

    assert refused == [403, 403, 403]
    assert not User.objects.get(pk=me.pk).is_superuser
    assert User.objects.filter(email="root@example.org", is_superuser=True).exists()


@pytest.mark.parametrize("is_active", [True, False])
def test_an_administrator_gets_into_no_account_that_may_do_more(browsers, is_active):
    administrator = User.objects.get(email="administrator@example.org")
    above = User.objects.create_user("above@example.org", "x" * 20, is_staff=True, is_active=is_active)
    above.groups.add(Group.objects.get(name=ADMINISTRATOR))
    above.user_permissions.add(Permission.objects.get(codename="change_group"))
    before = User.objects.filter(pk=above.pk).values().get()
    fields = {"email": "mine@example.org", "password1": "y" * 20, "password2": "y" * 20, "is_active": "on"}

    refused = [
        browsers["administrator"].post(f"/admin/accounts/user/{above.pk}/{page}/", {"post": "yes", **fields})
        for page in ("change", "delete", "password")
    ]
    for action in ("make_password_link", "remove_second_steps", "confirm_addresses", "delete_selected"):
        chosen = {"action": action, "_selected_action": [above.pk], "post": "yes"}
        refused.append(browsers["administrator"].post("/admin/accounts/user/", chosen))

    assert [answer.status_code for answer in refused] == [403] * 7
    assert User.objects.filter(pk=above.pk).values().get() == before
    assert not administrator.has_perm("auth.change_group")


def test_an_administrator_changes_who_may_do_as_much_and_gives_no_role_that_may_do_more(browsers, things):
    more = Group.objects.create(name="more")
    more.permissions.add(Permission.objects.get(codename="change_group"))
    path = f"/admin/accounts/user/{things['user'].pk}/change/"
    fields = {"email": PERSON, "is_active": "on", "is_staff": "on", "_save": "Save"}

    browsers["administrator"].post(path, fields | {"groups": [more.pk]})
    assert not things["user"].groups.exists()
    browsers["administrator"].post(path, fields | {"groups": [Group.objects.get(name=ADMINISTRATOR).pk]})
    assert things["user"].groups.exists()
    browsers["administrator"].post(path, fields | {"email": "peer@example.org"})

    assert User.objects.get(pk=things["user"].pk).email == "peer@example.org"


def test_the_roles_are_set_anew_by_every_migrate():
    from django.core.management import call_command

    moderators = Group.objects.get(name=MODERATOR)
    before = set(moderators.permissions.values_list("codename", flat=True))
    moderators.permissions.clear()

    call_command("migrate", verbosity=0)

    assert set(moderators.permissions.values_list("codename", flat=True)) == before
    assert "export_audit" not in before
    administrators = Group.objects.get(name=ADMINISTRATOR).permissions
    assert not administrators.filter(codename__in=("change_audit", "delete_audit", "add_audit")).exists()
    assert not administrators.filter(content_type__app_label="auth").exists()
