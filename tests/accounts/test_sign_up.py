"""Who may have an account, and that nobody learns who has one."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.db.models.functions import Now

from accounts.models import Invitation, User
from tests.accounts.visitor import Visitor, a_person, an_invitation, letter_link
from tests.pages.page import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def without_mail(settings):
    settings.HAS_MAIL, settings.ACCOUNT_EMAIL_VERIFICATION = False, "none"


def test_without_an_invitation_nobody_signs_up():
    visitor = Visitor()

    page = Page(visitor.get("/accounts/signup"))
    visitor.sign_up()

    assert page.heading == "Accounts are by invitation"
    assert not User.objects.exists()
    assert "signup" not in visitor.get("/accounts/login").content.decode()


@pytest.mark.usefixtures("without_mail")
def test_an_invitation_lets_one_person_in_once():
    invitation = an_invitation()
    first, second = Visitor(), Visitor()
    for visitor in (first, second):
        assert visitor.follow(invitation)["Location"] == "/accounts/signup"

    assert first.sign_up("bob@example.org")["Location"] == "/accounts/"
    late = second.sign_up("eve@example.org")

    assert first.is_in
    assert late.status_code == 302 or "by invitation" in Page(late).heading
    assert [user.email for user in User.objects.all()] == ["bob@example.org"]
    assert Page(Visitor().follow(invitation)).heading == "This link is over"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("without_mail")
def test_two_who_use_one_invitation_at_the_same_moment_are_one():
    invitation, barrier = an_invitation(), Barrier(4)
    visitors = [Visitor() for _ in range(4)]
    for visitor in visitors:
        visitor.follow(invitation)

    def sign_up(n, visitor):
        barrier.wait()
        visitor.sign_up(f"{n}@example.org")
        connection.close()

    threads = [Thread(target=sign_up, args=one) for one in enumerate(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert User.objects.count() == 1
    assert Invitation.objects.get().used_at


@pytest.mark.parametrize("spoilt", ["", "{}", "invitation.{}x", "invitation.", "password.{}"])
def test_a_cut_or_other_link_lets_nobody_in(spoilt):
    key = an_invitation().partition("invitation.")[2]

    page = Page(Visitor().follow(f"http://testserver/accounts/link#{spoilt}".format(key)))

    assert (page.status, page.heading) == (422, "This link is over")


def test_an_invitation_ends_by_its_time_and_where_sign_up_is_closed(settings):
    over, closed = an_invitation(), an_invitation()
    first = Invitation.objects.order_by("pk")[0]
    Invitation.objects.filter(pk=first.pk).update(expires_at=Now() - timedelta(seconds=1))

    assert Visitor().follow(over).status_code == 422
    settings.SIGN_UP = "closed"
    assert Visitor().follow(closed).status_code == 422
    assert Visitor().get("/accounts/signup").content.decode().count("by invitation") == 2


@pytest.mark.usefixtures("without_mail")
def test_an_invitation_for_one_address_is_for_no_other():
    visitor = Visitor()
    visitor.follow(an_invitation(email="Bob@example.org"))

    assert Page(visitor.get("/accounts/signup")).field("email").attrs["value"] == "Bob@example.org"
    assert "This invitation is for another address." in Page(visitor.sign_up("eve@example.org")).words
    assert visitor.sign_up("bob@example.org").status_code == 302


def test_looking_at_a_link_uses_nothing_up_and_its_key_is_kept_by_nobody():
    invitation = an_invitation()
    key = invitation.partition("invitation.")[2]
    visitor = Visitor()

    assert Page(visitor.get("/accounts/link")).heading == "Follow your link"
    visitor.follow(invitation)

    assert key not in str(list(Invitation.objects.values()))
    assert key not in str(visitor.session.items())
    assert Invitation.objects.waiting().count() == 1


def test_with_mail_an_address_must_be_confirmed_before_anybody_is_in(settings):
    settings.SIGN_UP = "open"
    visitor = Visitor()

    sent = visitor.sign_up()

    assert Page(visitor.get(sent["Location"])).heading == "Look into your mail"
    assert not visitor.is_in
    assert visitor.sign_in("bob@example.org")["Location"] == "/accounts/email/sent"
    assert not EmailAddress.objects.filter(verified=True).exists()
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["bob@example.org"], "Confirm your address · OneTimeShare")
    assert visitor.follow(letter_link())["Location"] == "/accounts/"
    assert visitor.is_in


def test_a_confirmation_on_another_device_signs_nobody_in_there(settings):
    settings.SIGN_UP = "open"
    visitor, elsewhere = Visitor(), Visitor()
    visitor.sign_up()

    elsewhere.follow(letter_link())

    assert not elsewhere.is_in
    assert visitor.sign_in("bob@example.org")["Location"] == "/accounts/"


def test_sign_up_tells_nobody_who_has_an_account(settings):
    settings.SIGN_UP = "open"
    a_person("ann@example.org")
    known, fresh = Visitor(), Visitor()

    answers = [known.sign_up("Ann@example.org"), fresh.sign_up("new@example.org")]

    assert len({(answer.status_code, answer["Location"]) for answer in answers}) == 1
    assert [letter.subject.partition(" ·")[0] for letter in mail.outbox] == [
        "You have an account already",
        "Confirm your address",
    ]
    assert User.objects.count() == 2


def test_who_has_an_account_does_not_use_up_an_invitation():
    a_person("ann@example.org")
    visitor = Visitor()
    visitor.follow(an_invitation())

    visitor.sign_up("ann@example.org")

    assert Invitation.objects.waiting().count() == 1


def test_an_account_made_by_hand_needs_no_letter():
    user = a_person()

    assert Visitor().sign_in()["Location"] == "/accounts/"
    assert EmailAddress.objects.get(user=user).verified
    assert mail.outbox == []


@pytest.mark.parametrize("password", ["short", "password1234"])
def test_a_weak_password_is_refused(settings, password):
    settings.SIGN_UP = "open"

    page = Page(Visitor().sign_up(password=password))

    assert page.field("password1").attrs["aria-invalid"] == "true"
    assert not User.objects.exists()


def test_a_mail_server_that_is_away_breaks_no_page(settings, caplog):
    settings.SIGN_UP = "open"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    visitor = Visitor()

    page = Page(visitor.get(visitor.sign_up()["Location"]))

    assert "The letter could not be sent just now." in page.words
    assert "bob@example.org" not in caplog.text
