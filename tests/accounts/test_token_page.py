"""An API token: made after the password was shown once more, told by letter, shown once."""

import re

import pytest
from django.core import mail

from accounts import tokens
from tests.accounts.visitor import Visitor, a_person

pytestmark = pytest.mark.django_db
WANTED = {"name": "CI", "scopes": ["send"], "lifetime": "30"}
TOKEN = re.compile(r"ots_[A-Za-z0-9_-]{20,}")


def test_whoever_makes_a_token_is_told_by_letter_and_never_what_it_is():
    a_person()
    visitor = Visitor()
    visitor.sign_in()
    visitor.show_password()

    made = visitor.post("/accounts/tokens", WANTED)

    token = TOKEN.search(made.content.decode())[0]
    assert tokens.granted(token)
    letter = mail.outbox[-1]
    assert letter.to == ["ann@example.org"]
    assert letter.subject == "An API token was made for your account · OneTimeShare"
    assert token not in str(letter.body)
    assert token not in visitor.get("/accounts/tokens").content.decode()


def test_a_form_that_is_refused_makes_no_token_and_no_letter():
    a_person()
    visitor = Visitor()
    visitor.sign_in()
    visitor.show_password()
    before = len(mail.outbox)

    assert visitor.post("/accounts/tokens", WANTED | {"scopes": ["everything"]}).status_code == 422

    assert len(mail.outbox) == before
