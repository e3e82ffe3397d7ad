"""A forgotten password: by letter, or by a link of an administrator."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.cache import cache
from django.db.models.functions import Now

from accounts import tokens
from accounts.models import User
from accounts.values import Scope
from tests.accounts.visitor import PASSWORD, Visitor, a_person, letter_link
from tests.pages.page import Page

pytestmark = pytest.mark.django_db
NEW = "another long password"


def chosen(visitor: Visitor, whole_link: str, password: str = NEW):
    """Follow the link, and choose."""
    form = visitor.follow(whole_link)
    assert form.status_code == 302, form.content
    return visitor.post(form["Location"], {"password1": password, "password2": password})


def test_a_letter_leads_to_a_new_password_once():
    _, token = tokens.make(a_person(), "CI", [Scope.SEND])
    visitor, signed_in = Visitor(), Visitor()
    signed_in.sign_in()
    assert tokens.granted(token)

    sent = Page(
        visitor.get(visitor.post("/accounts/password/reset", {"email": "ANN@example.org"})["Location"])
    )
    done = chosen(visitor, letter_link())

    assert sent.heading == "Look into your mail"
    assert Page(visitor.get(done["Location"])).heading == "The new password is set"
    assert not signed_in.is_in
    assert not tokens.granted(token)
    assert not visitor.is_in
    assert Visitor().sign_in(password=PASSWORD).status_code == 200
    assert Visitor().sign_in(password=NEW).status_code == 302
    again = Visitor()
    link = next(letter for letter in mail.outbox if "Choose a new password" in letter.subject)
    whole = re.search(r"http\S+#\S+", str(link.body))[0]
    assert Page(again.get(again.follow(whole)["Location"])).heading == "This link is over"


def test_no_address_ever_holds_the_key():
    a_person()
    visitor = Visitor()
    visitor.post("/accounts/password/reset", {"email": "ann@example.org"})
    whole = letter_link()
    key = whole.partition("#password.")[2]

    assert len(key) > 30
    assert key.partition("-")[2] not in visitor.follow(whole)["Location"]
    assert visitor.get(f"/accounts/password/new/{key}").status_code == 404


def test_reset_tells_nobody_who_has_an_account():
    a_person()

    answers = [
        Visitor().post("/accounts/password/reset", {"email": email})
        for email in ("ann@example.org", "nobody@example.org")
    ]

    assert len({(answer.status_code, answer["Location"]) for answer in answers}) == 1
    assert [letter.subject.partition(" ·")[0] for letter in mail.outbox] == [
        "Choose a new password",
        "No account with this address",
    ]


def test_without_mail_the_page_says_whom_to_ask(settings):
    settings.HAS_MAIL = False
    a_person()
    visitor = Visitor()

    form = "/accounts/password/reset"
    answers = [visitor.get(form), visitor.post(form, {"email": "ann@example.org"})]

    assert all("This server sends no mail." in Page(answer).words for answer in answers)
    assert mail.outbox == []
    visitor.sign_in()
    assert visitor.get("/accounts/email").status_code == 404


def made_by(administrator: User, user: User):
    visitor = Visitor()
    visitor.force_login(administrator)
    return visitor.post(
        "/admin/accounts/user/", {"action": "make_password_link", "_selected_action": [user.pk]}
    )


def test_an_administrator_makes_a_link_that_is_shown_once():
    user = a_person()
    administrator = User.objects.create_superuser("root@example.org", PASSWORD)

    answer = made_by(administrator, user)

    whole = re.search(r"http://testserver/accounts/link#password\.\S+(?=</code>)", answer.content.decode())[0]
    assert chosen(Visitor(), whole).status_code == 302
    assert Visitor().sign_in(password=NEW).status_code == 302
    assert administrator.logentry_set.get().get_change_message() == "link to a new password made"


@pytest.mark.parametrize("role", ["is_staff", "is_superuser"])
def test_a_moderator_gets_into_no_account_that_may_do_more(role):
    moderator = a_person("mod@example.org", is_staff=True)
    moderator.user_permissions.add(*Permission.objects.filter(codename__in=["change_user", "view_user"]))
    above = a_person("above@example.org", **{role: True})
    above.user_permissions.add(Permission.objects.get(codename="view_audit"))

    assert made_by(moderator, above).status_code == 403
    assert b"#password." in made_by(moderator, a_person()).content


def test_another_address_counts_once_its_letter_was_followed():
    user = a_person()
    visitor = Visitor()
    visitor.sign_in()
    visitor.show_password()

    visitor.post("/accounts/email", {"email": "new@example.org", "action_add": ""})

    user.refresh_from_db()
    assert user.email == "ann@example.org"
    assert "new@example.org is not confirmed yet." in Page(visitor.get("/accounts/email")).words
    assert visitor.follow(letter_link())["Location"] == "/accounts/"
    user.refresh_from_db()
    assert user.email == "new@example.org"
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("new@example.org", True)]
    assert [letter.to for letter in mail.outbox] == [["new@example.org"], ["ann@example.org"]]


@pytest.mark.parametrize("was_in", [False, True])
def test_an_address_that_somebody_took_without_proving_it_is_its_owners(settings, was_in):
    settings.SIGN_UP = "open"
    eve, ann = Visitor(), Visitor()
    eve.sign_up("new@example.org")
    if was_in:  # as in a time without letters
        User.objects.update(last_login=Now())
    cache.clear()  # the letter that went there a moment ago is forgotten
    a_person()
    ann.sign_in()
    ann.show_password()
    ann.post("/accounts/email", {"email": "new@example.org", "action_add": ""})

    answer = ann.follow(letter_link())

    assert answer["Location"] == "/accounts/"
    emails = {"ann@example.org", "new@example.org"} if was_in else {"new@example.org"}
    assert set(User.objects.values_list("email", flat=True)) == emails
    assert ("belongs to another" in Page(ann.get("/accounts/")).words) is was_in
