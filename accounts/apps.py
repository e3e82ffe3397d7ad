from typing import Any

from allauth.account import apps as sign_in
from allauth.account.signals import password_reset
from django.apps import AppConfig
from django.db.models.signals import pre_save

NO_ADDRESS = "0.0.0.0"  # noqa: S104 - stands where an address would be


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        pre_save.connect(forget_address, sender="usersessions.UserSession")
        password_reset.connect(end_tokens)


class SignInConfig(sign_in.AccountConfig):  # type: ignore[misc]
    """allauth's accounts, whose start insists on its middleware by name; onetimeshare/cookies.py wraps it."""

    default = False

    def ready(self) -> None:
        from allauth.account import checks  # noqa: F401 - registers them


def end_tokens(user: Any, **named: Any) -> None:
    from accounts import tokens

    tokens.end_all(user)


def forget_address(instance: Any, **named: Any) -> None:
    """Nobody's address rests in Postgres: sessions are told apart by browser and time."""
    instance.ip = NO_ADDRESS
