"""Single sign-on with the operator's own provider."""

import urllib.request
from urllib.error import HTTPError

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount

from accounts.models import User
from tests.accounts.provider import a_provider
from tests.accounts.visitor import PASSWORD, Visitor, a_person, an_invitation, with_an_app
from tests.pages.page import Page

pytestmark = pytest.mark.django_db


class Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


@pytest.fixture
def provider(settings):
    with a_provider() as made:
        settings.OIDC_ISSUER, settings.OIDC_NAME = made.url, "Acme"
        app = {"provider_id": "sso", "name": "Acme", "client_id": "us", "secret": "our secret"}
        told = {"OAUTH_PKCE_ENABLED": True, "APPS": [{**app, "settings": {"server_url": made.url}}]}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": told}
        yield made


@pytest.fixture
def without_mail(settings):
    settings.HAS_MAIL, settings.ACCOUNT_EMAIL_VERIFICATION = False, "none"


def come_back(visitor: Visitor):
    """Press the button, be known there, and come back with what the provider says."""
    page = visitor.post("/accounts/sso")
    there = page["Refresh"].removeprefix("0; url=")
    try:
        urllib.request.build_opener(Stays).open(there)
    except HTTPError as answer:
        back = answer.headers["Location"]
    return visitor.get(back.removeprefix("http://testserver"))


def test_whom_the_provider_knows_is_in_without_an_invitation(provider):
    visitor = Visitor()

    assert "Acme" in Page(visitor.get("/accounts/login")).texts("button")
    answer = come_back(visitor)

    assert answer["Location"] == "/accounts/", Page(answer).words
    assert visitor.is_in
    assert User.objects.get().email == "sam@example.org"
    asked, exchanged = provider.asked
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://testserver/accounts/sso/back"
    assert exchanged["client_secret"] == "our secret"


def test_somebody_who_was_here_before_is_the_same_person(provider):
    user = a_person("sam@example.org")

    assert come_back(Visitor())["Location"] == "/accounts/"
    assert User.objects.get() == user


def test_an_address_that_the_provider_has_not_checked_opens_no_account(provider):
    a_person("sam@example.org")
    provider.person["email_verified"] = False
    visitor = Visitor()

    come_back(visitor)

    assert not visitor.is_in


def test_without_letters_an_address_that_nobody_has_checked_makes_no_account(provider, without_mail):
    provider.person["email_verified"] = False
    visitor = Visitor()

    come_back(visitor)

    assert not visitor.is_in
    assert not User.objects.exists()


def test_whom_the_provider_gives_no_address_says_one_and_needs_an_invitation(provider):
    del provider.person["email"]
    stranger, guest = Visitor(), Visitor()
    guest.follow(an_invitation())

    for visitor in (stranger, guest):
        assert come_back(visitor)["Location"] == "/accounts/sso/signup"
        assert Page(visitor.get("/accounts/sso/signup")).heading == "Make an account"
        visitor.post("/accounts/sso/signup", {"email": "sam@example.org"})
        assert SocialAccount.objects.exists() is (visitor is guest)


def test_who_only_wants_an_address_lets_its_owner_into_no_account_of_theirs(provider):
    eve = a_person("eve@example.org")
    EmailAddress.objects.create(user=eve, email="sam@example.org")
    visitor = Visitor()

    come_back(visitor)

    assert visitor.is_in
    assert visitor.user_id not in (None, eve.pk)
    assert [each.email for each in EmailAddress.objects.filter(user=eve)] == ["eve@example.org"]


def test_an_account_in_somebody_elses_name_is_not_opened_to_them(provider, without_mail):
    eve, sam = Visitor(), Visitor()
    eve.follow(an_invitation())
    eve.sign_up("sam@example.org")
    assert eve.is_in

    come_back(sam)

    assert not sam.is_in
    assert not SocialAccount.objects.exists()


def test_an_administrator_who_knows_whose_account_it_is_says_so(provider, without_mail):
    sam, root = Visitor(), Visitor()
    sam.follow(an_invitation())
    sam.sign_up("sam@example.org")
    user = User.objects.get()
    root.force_login(User.objects.create_superuser("root@example.org", PASSWORD))

    root.post("/admin/accounts/user/", {"action": "confirm_addresses", "_selected_action": [user.pk]})

    back = Visitor()
    assert come_back(back)["Location"] == "/accounts/"
    assert back.user_id == user.pk


def test_an_account_that_nobody_has_ever_been_in_is_its_owners(provider, settings):
    settings.SIGN_UP = "open"
    eve, sam = Visitor(), Visitor()
    eve.sign_up("sam@example.org")

    come_back(sam)

    user = User.objects.get()
    assert SocialAccount.objects.get().user == user
    assert not user.has_usable_password()


def test_the_second_step_is_asked_for_as_well(provider):
    with_an_app(a_person("sam@example.org"))

    assert come_back(Visitor())["Location"] == "/accounts/login/second-step"


def test_where_sign_up_is_closed_nobody_new_comes_in(provider, settings):
    settings.SIGN_UP = "closed"
    visitor = Visitor()

    come_back(visitor)

    assert not visitor.is_in
    assert not User.objects.exists()


def test_an_answer_that_nobody_asked_for_signs_nobody_in(provider):
    visitor = Visitor()

    page = Page(visitor.get("/accounts/sso/back?code=a-code&state=made-up"))

    assert page.heading == "Single sign-on did not work"
    assert not visitor.is_in


def test_a_provider_that_is_away_breaks_no_page(provider):
    provider.shutdown()
    provider.server_close()

    page = Page(Visitor().post("/accounts/sso"))

    assert page.heading == "Single sign-on did not work"


def test_without_the_setting_there_is_none():
    visitor = Visitor()

    assert visitor.post("/accounts/sso").status_code == 404
    assert Page(visitor.get("/accounts/login")).texts("button") == ["Sign in", "Use a passkey"]
