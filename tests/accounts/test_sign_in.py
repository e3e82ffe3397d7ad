"""One door for everybody: by e-mail and password, told alike whatever is wrong, slow for who guesses."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from accounts.apps import NO_ADDRESS
from accounts.models import User
from shares.services.sweep import sweep
from tests.accounts.visitor import PASSWORD, Visitor, a_person
from tests.pages.page import Page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _many_guesses(settings):
    settings.RATE_LOGIN = "1000/m"


def test_sign_in_leads_to_the_account_or_where_one_wanted_to_go():
    a_person()
    plain, wanting, misled = Visitor(), Visitor(), Visitor()

    assert plain.sign_in()["Location"] == "/accounts/"
    assert wanting.sign_in(wanted="/accounts/sessions")["Location"] == "/accounts/sessions"
    assert misled.sign_in(wanted="https://evil.example/")["Location"] == "/accounts/"
    assert Page(plain.get("/accounts/")).heading == "Account"


def test_every_refusal_reads_the_same():
    a_person()
    a_person("off@example.org", is_active=False)
    User.objects.create_user("sso@example.org")

    pages = [
        Page(Visitor().sign_in(email, "wrong " + PASSWORD))
        for email in ("ann@example.org", "off@example.org", "sso@example.org", "nobody@example.org")
    ]

    assert {page.status for page in pages} == {200}
    assert all("E-mail and password do not fit together." in page.words for page in pages)
    said = {page.words.replace(f"{name}@example.org", "") for page, name in zip(pages, "aosn", strict=True)}
    assert len(said) == 1


@pytest.mark.promise("S10")
def test_the_session_of_before_is_worth_nothing_after():
    a_person()
    fixed = Visitor()
    fixed.get("/accounts/login/passkey", headers={"accept": "application/json"})
    given = fixed.cookies["session"].value
    thief = Visitor()
    thief.cookies["session"] = given

    fixed.sign_in()

    assert fixed.is_in
    assert fixed.cookies["session"].value != given
    assert not thief.is_in
    assert not Session.objects.filter(session_key=given.partition(":")[0]).exists()


def test_who_has_read_the_database_is_not_signed_in_by_what_stands_there():
    a_person()
    visitor = Visitor()
    visitor.sign_in()
    keys = {*Session.objects.values_list("pk", flat=True), UserSession.objects.get().session_key}

    for cookie in (*keys, *(f"{key}:{'A' * 43}" for key in keys)):
        thief = Visitor()
        thief.cookies["session"] = cookie
        assert not thief.is_in
    assert keys
    assert visitor.is_in


@pytest.mark.promise("S10")
@pytest.mark.parametrize(
    "path", ["/accounts/login", "/accounts/logout", "/accounts/link", "/accounts/password/reset"]
)
def test_another_site_signs_nobody_in_or_out(path):
    a_person()
    strict = Visitor(enforce_csrf_checks=True)

    answer = strict.post(path, {"login": "ann@example.org", "password": PASSWORD})

    assert (answer.status_code, Page(answer).heading) == (403, "Not allowed")
    assert not strict.is_in


@pytest.mark.promise("S10")
def test_signing_out_takes_a_press():
    a_person()
    visitor = Visitor()
    visitor.sign_in()

    looked = Page(visitor.get("/accounts/logout"))

    assert (looked.status, looked.heading) == (200, "Sign out")
    assert visitor.is_in
    visitor.post("/accounts/logout")
    assert not visitor.is_in


def test_guessing_at_one_account_is_stopped_whoever_guesses():
    a_person()

    for n in range(5):
        Visitor(REMOTE_ADDR=f"203.0.113.{n}").sign_in(password="wrong")
    late = Page(Visitor(REMOTE_ADDR="198.51.100.1").sign_in())

    assert "Too many tries. Wait five minutes." in late.words


def test_guessing_at_many_accounts_from_one_network_is_stopped(settings):
    settings.RATE_LOGIN = "3/d"

    statuses = [Visitor().sign_in(f"{n}@example.org").status_code for n in range(5)]

    assert statuses == [200, 200, 200, 429, 429]


@pytest.mark.parametrize("path", ["signup", "link", "password/reset", "login/passkey", "login/second-step"])
def test_each_door_where_one_can_guess_has_the_same_limit(settings, path):
    settings.RATE_LOGIN = "2/d"

    answers = [Visitor().post(f"/accounts/{path}") for _ in range(3)]

    assert answers[-1].status_code == 429
    assert Page(answers[-1]).heading == "Too many tries from your network"


def test_looking_where_a_session_is_made_has_the_same_limit(settings):
    settings.RATE_LOGIN = "2/d"

    for _ in range(4):
        last = Visitor().get("/accounts/login/passkey", headers={"accept": "application/json"})

    assert last.status_code == 429
    assert Session.objects.count() == 2


def test_behind_our_proxies_each_visitor_counts_for_themself(settings):
    settings.RATE_LOGIN, settings.TRUSTED_PROXY_COUNT = "", 1
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}

    def told(address):
        return (
            Visitor(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"9.9.9.9, {address}").sign_in().status_code
        )

    # On a machine that does much else some are counted without Redis.
    assert [told("203.0.113.1") for _ in range(5)][-1] == 429
    assert told("203.0.113.2") == 200


def test_the_list_of_sessions_names_no_address_and_ends_all_others():
    user = a_person()
    here, there = Visitor(REMOTE_ADDR="203.0.113.7", HTTP_USER_AGENT="Here"), Visitor(HTTP_USER_AGENT="There")
    here.sign_in()
    there.sign_in()

    page = Page(here.get("/accounts/sessions"))

    assert "Here, this one" in page.words
    assert "There" in page.words
    assert "203.0.113" not in page.words
    assert set(UserSession.objects.filter(user=user).values_list("ip", flat=True)) == {NO_ADDRESS}
    here.post("/accounts/sessions")
    assert here.is_in
    assert not there.is_in


@pytest.mark.promise("S10")
def test_a_new_password_ends_every_other_session():
    a_person()
    here, there = Visitor(), Visitor()
    here.sign_in()
    there.sign_in()
    new = "another long password"

    here.post("/accounts/password/change", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert here.is_in
    assert not there.is_in
    assert Visitor().sign_in().status_code == 200
    assert Visitor().sign_in(password=new).status_code == 302


def test_no_page_for_the_public_reads_a_session_or_asks_who_is_there(django_assert_num_queries):
    a_person()
    visitor = Visitor()
    visitor.sign_in()

    with django_assert_num_queries(0):
        answer = visitor.get("/")

    assert b"Sign out" not in answer.content
    assert not answer.cookies
    assert answer.content == Visitor().get("/").content


def test_sessions_that_ran_out_go_with_the_sweep_and_living_ones_stay():
    a_person()
    here, over = Visitor(), Visitor()
    here.sign_in()
    over.sign_in()
    Session.objects.filter(pk=over.session.session_key).update(expire_date=Now())

    counts = sweep()

    assert counts["sessions_dropped"] == 1
    assert list(Session.objects.values_list("pk", flat=True)) == [here.session.session_key]
    assert here.is_in
