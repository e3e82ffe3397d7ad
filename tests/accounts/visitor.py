"""A person before the pages of people, without scripts, and what the admin or a letter hands them."""

import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.test import Client

from accounts.links import INVITATION, link
from accounts.models import Invitation, User

HTML = "text/html,application/xhtml+xml"
PASSWORD = "a right long password"
LINK = re.compile(r"http\S+/accounts/link#\S+")


class Visitor(Client):
    """Django's client, asking for pages; other words in the same order as a person meets them."""

    def __init__(self, **named: Any) -> None:
        super().__init__(headers={"accept": HTML}, **named)

    def sign_in(self, email: str = "ann@example.org", password: str = PASSWORD, wanted: str = "") -> Any:
        return self.post("/accounts/login", {"login": email, "password": password, "next": wanted})

    def follow(self, whole_link: str) -> Any:
        return self.post("/accounts/link", {"link": whole_link})

    def sign_up(self, email: str = "bob@example.org", password: str = PASSWORD) -> Any:
        return self.post("/accounts/signup", {"email": email, "password1": password, "password2": password})

    def show_password(self) -> None:
        """Once more, as every change of who gets in asks for."""
        assert self.post("/accounts/confirm", {"password": PASSWORD}).status_code == 302

    @property
    def is_in(self) -> bool:
        return self.get("/accounts/").status_code == 200

    @property
    def user_id(self) -> int | None:
        """Whose account it is that they are in."""
        user = self.get("/accounts/").wsgi_request.user
        return user.pk


def a_person(email: str = "ann@example.org", **fields: Any) -> User:
    return User.objects.create_user(email, PASSWORD, **fields)


def an_invitation(**fields: Any) -> str:
    _, key = Invitation.objects.invite(**{"days": 7, **fields})
    return link(INVITATION, key)


def with_an_app(user: User) -> str:
    """Its secret."""
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    return secret


def digits(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def letter_link() -> str:
    """The link of the newest letter."""
    found = LINK.search(str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[0]
