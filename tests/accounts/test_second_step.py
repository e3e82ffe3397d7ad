"""A second step: an app, recovery codes; and the door of the admin, which may ask for one."""

import re

import pytest
from allauth.mfa.models import Authenticator

from accounts.models import User
from tests.accounts.visitor import PASSWORD, Visitor, a_person, digits, with_an_app
from tests.pages.page import Page

pytestmark = pytest.mark.django_db
CODE = re.compile(r"\d{4} \d{4}")


@pytest.fixture(autouse=True)
def _many_guesses(settings):
    settings.RATE_LOGIN = "1000/m"


def signed_in() -> Visitor:
    visitor = Visitor()
    visitor.sign_in()
    return visitor


def set_up(visitor: Visitor) -> tuple[str, Page]:
    """Scan, type the digits; the app's secret, and the page of recovery codes."""
    page = Page(visitor.get("/accounts/security/app"))
    secret = page.with_class("linkbox")[0].text.replace(" ", "")
    done = visitor.post("/accounts/security/app", {"code": digits(secret)})
    assert done["Location"] == "/accounts/security/codes", done.content
    return secret, Page(visitor.get(done["Location"]))


def test_an_app_is_set_up_and_asked_for_from_then_on():
    a_person()
    visitor = signed_in()
    visitor.show_password()

    secret, page = set_up(visitor)

    assert len(CODE.findall(page.words)) == 10
    assert CODE.findall(Page(visitor.get("/accounts/security/codes")).words) == [], "shown once"
    late = Visitor()
    assert late.sign_in()["Location"] == "/accounts/login/second-step"
    assert not late.is_in
    assert "That is not the code." in Page(late.post("/accounts/login/second-step", {"code": "000000"})).words
    assert late.post("/accounts/login/second-step", {"code": digits(secret)})["Location"] == "/accounts/"
    assert late.is_in


def test_a_code_that_was_seen_over_a_shoulder_is_used_up():
    secret = with_an_app(a_person())
    first, second = signed_in(), signed_in()
    code = {"code": digits(secret)}

    assert first.post("/accounts/login/second-step", code).status_code == 302
    assert second.post("/accounts/login/second-step", code).status_code == 200
    assert not second.is_in


def test_a_recovery_code_signs_in_once():
    a_person()
    visitor = signed_in()
    visitor.show_password()
    _, page = set_up(visitor)
    code = {"code": CODE.findall(page.words)[0]}
    first, second = signed_in(), signed_in()

    assert first.post("/accounts/login/second-step", code).status_code == 302
    assert first.is_in
    assert second.post("/accounts/login/second-step", code).status_code == 200
    assert not second.is_in
    assert "Recovery codes left9" in Page(first.get("/accounts/")).words


def test_guessing_the_second_step_is_stopped():
    secret = with_an_app(a_person())
    visitor = signed_in()

    for _ in range(5):
        visitor.post("/accounts/login/second-step", {"code": "000000"})
    late = Page(visitor.post("/accounts/login/second-step", {"code": digits(secret)}))

    assert "Too many tries. Wait five minutes." in late.words
    assert not visitor.is_in


@pytest.mark.parametrize("path", ["security/app", "security/passkeys/add", "security/codes/new"])
def test_what_changes_who_gets_in_asks_once_more(path):
    a_person()
    visitor = signed_in()

    asked = visitor.get(f"/accounts/{path}")

    assert asked["Location"] == f"/accounts/confirm?next=%2Faccounts%2F{path.replace('/', '%2F')}"
    page = Page(visitor.post(asked["Location"], {"password": "wrong"}))
    assert (page.heading, "That is not your password." in page.words) == ("Is it you?", True)


def test_the_picture_of_the_secret_is_drawn_in_the_page():
    a_person()
    visitor = signed_in()
    visitor.show_password()

    html = visitor.get("/accounts/security/app").content.decode()

    assert "data:" not in html
    assert "style=" not in html
    assert re.search(r'<svg viewBox="0 0 \d+ \d+" aria-hidden="true"><path d="M0 0h1v1h-1z', html)


def test_an_administrator_takes_away_what_somebody_has_lost():
    user = a_person()
    with_an_app(user)
    root = Visitor()
    root.force_login(User.objects.create_superuser("root@example.org", PASSWORD))

    root.post("/admin/accounts/user/", {"action": "remove_second_steps", "_selected_action": [user.pk]})

    assert signed_in().is_in
    assert not Authenticator.objects.exists()


def test_the_admin_has_no_door_of_its_own():
    a_person("mod@example.org", is_staff=True)
    visitor = Visitor()

    asked = visitor.get("/admin/shares/share/", follow=True)
    posted = visitor.post("/admin/login/", {"username": "mod@example.org", "password": PASSWORD})

    assert asked.redirect_chain[-1][0] == "/accounts/login?next=/admin/shares/share/"
    assert posted["Location"].startswith("/accounts/login")
    assert visitor.sign_in("mod@example.org", wanted="/admin/")["Location"] == "/admin/"
    assert visitor.get("/admin/").status_code == 200
    assert visitor.get("/admin/password_change/")["Location"] == "/accounts/password/change"


def test_who_is_no_moderator_is_told_so():
    a_person()

    page = Page(signed_in().get("/admin/", follow=True))

    assert (page.status, page.heading) == (403, "Not allowed")


def test_moderators_without_a_second_step_set_one_up_before_they_see_the_admin(settings):
    settings.STAFF_MFA = True
    user = a_person(is_staff=True)
    visitor = signed_in()

    sent = visitor.get("/admin/", follow=True)

    assert sent.redirect_chain[-1][0] == "/accounts/security"
    assert "Moderators need a second step." in Page(sent).words
    assert visitor.post("/admin/accounts/user/", {}).status_code == 302
    with_an_app(user)
    assert visitor.get("/admin/").status_code == 200


@pytest.mark.parametrize("path", ["security", "sessions", "password/change", "email", "security/app", ""])
def test_what_belongs_to_a_person_is_shown_to_nobody_else(path):
    answer = Visitor().get(f"/accounts/{path}")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login?next=")
