"""People who sign in. Nothing here knows of shares."""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now

from accounts.audit import Audit
from accounts.querysets import ApiTokenQuerySet, UserQuerySet
from accounts.values import Scope

__all__ = ["ApiToken", "Audit", "Invitation", "User", "UserManager"]


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        user.vouch_for_address()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **fields, is_staff=True, is_superuser=True)

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def with_session(self, session_key: str) -> UserQuerySet:
        return self.get_queryset().with_session(session_key)

    def of_address(self, email: str) -> "User | None":
        return self.get_queryset().of_address(email)

    def make_way(self, address: EmailAddress) -> None:
        """What somebody made under it, without ever proving it, goes: its owner has another account."""
        self.get_queryset().untouched(address.email).exclude(pk=address.user_id).delete()

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in by e-mail address; spelling of the address does not matter."""

    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("moderator", default=False)
    joined_at = models.DateTimeField(db_default=Now())

    now: datetime  # the moment of the query, where a queryset annotated it

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="accounts_user_email_once"),)

    def __str__(self) -> str:
        return self.email

    def get_session_auth_hash(self) -> str:
        """Changes with the password, and with nothing else.

        Django's own changes with SECRET_KEY too, and then gives each session a new key: allauth's list
        of sessions would not know them, and looking through it would sign other browsers out.
        What is signed (cookie and content of a session) still is, with SECRET_KEY.
        """
        return hashlib.sha256(b"accounts.session\0" + self.password.encode()).hexdigest()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        return iter(())

    def vouch_for_address(self) -> None:
        """Whoever makes an account by hand knows whose address it is: nobody is asked to prove it."""
        EmailAddress.objects.filter(user=self).delete()
        EmailAddress.objects.create(user=self, email=self.email.lower(), primary=True, verified=True)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def invite(self, *, email: str = "", made_by: Any = None, days: int) -> tuple["Invitation", str]:
        """The invitation, and its key, which is kept by nobody else."""
        key = secrets.token_urlsafe(24)
        made = self.create(
            digest=digest_of(key), email=email, made_by=made_by, expires_at=Now() + timedelta(days=days)
        )
        return made, key

    def waiting(self) -> "InvitationQuerySet":
        return self.filter(used_at=None, expires_at__gt=Now())

    def end_waiting(self) -> int:
        """Nobody gets in by one that waits; how many did."""
        return self.waiting().update(expires_at=Now())

    def use(self, pk: int) -> bool:
        """Whether it was still waiting; of two who use it at once, one did."""
        return self.waiting().filter(pk=pk).update(used_at=Now()) == 1


class Invitation(models.Model):
    """Lets one person sign up, once."""

    digest = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Invitation {self.pk}"


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class ApiToken(models.Model):
    """What a member gives to a program in their place; its text is shown once, only a digest stays."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=16, choices=[(s.value, s.value) for s in Scope]))
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[ApiTokenQuerySet] = ApiTokenQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~models.Q(scopes__len=0), name="apitoken_may_do_something"),
        )

    def __str__(self) -> str:
        return self.name
