"""SECRET_KEY changes and nobody is signed out; what the old key signed ends when nobody believes it."""

import pytest

from accounts import tokens
from tests.accounts.visitor import Visitor, a_person, letter_link

pytestmark = pytest.mark.django_db
OLD, NEW = "the old key", "the new key"


@pytest.fixture(autouse=True)
def _old_key(settings):
    settings.SECRET_KEY = OLD


def rotate(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]


def finish(settings):
    settings.SECRET_KEY_FALLBACKS = []


def a_letter_to(visitor):
    visitor.post("/accounts/password/reset", {"email": "ann@example.org"})
    return letter_link()


def opens(whole_link):
    """Whether it leads to a form for a new password."""
    visitor = Visitor()
    return b"password1" in visitor.get(visitor.follow(whole_link)["Location"]).content


def test_who_was_signed_in_stays_so_until_the_old_key_is_gone(settings):
    a_person()
    before, meanwhile = Visitor(), Visitor()
    before.sign_in()

    rotate(settings)
    assert before.is_in
    meanwhile.sign_in()
    finish(settings)

    assert not before.is_in
    assert meanwhile.is_in


def test_looking_at_ones_sessions_meanwhile_signs_no_other_browser_out(settings):
    """Django gives a session a new key where its hash was made with an old secret: ours knows no secret."""
    a_person()
    phone, desk = Visitor(), Visitor()
    phone.sign_in()
    desk.sign_in()
    rotate(settings)

    assert desk.get("/accounts/sessions").status_code == 200

    assert phone.is_in
    assert desk.is_in


def test_an_open_page_may_send_until_the_old_key_is_gone(settings):
    member, visitor = a_person(), Visitor()
    visitor.sign_in()
    page = tokens.for_page(member, visitor.session.session_key)

    rotate(settings)
    assert tokens.granted(page)
    finish(settings)

    assert tokens.granted(page) is None


def test_a_letter_under_way_works_until_the_old_key_is_gone(settings):
    a_person()
    letter = a_letter_to(Visitor())

    rotate(settings)
    assert opens(letter)
    finish(settings)

    assert not opens(letter)
