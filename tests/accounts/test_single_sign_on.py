"""Single sign-on with the operator's own provider."""

import urllib.request
from urllib.error import HTTPError

import pytest

from accounts.models import User
from tests.accounts.provider import a_provider
from tests.accounts.visitor import Visitor, a_person, with_an_app
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
