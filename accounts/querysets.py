"""Questions about people's tokens. Time is Postgres' own."""

from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

if TYPE_CHECKING:
    from accounts.models import ApiToken, User  # noqa: F401 - named in annotations

# A busy program would otherwise write a row with each of its calls.
NOTED_EVERY = timedelta(minutes=1)


def sessions_over(most: int) -> models.QuerySet[Session]:
    """So many of the sessions that ran out; nobody comes back to them."""
    over = Session.objects.filter(expire_date__lte=Now()).order_by("expire_date")
    return Session.objects.filter(pk__in=over.values("pk")[:most])


def end_sessions() -> int:
    """Everybody is signed out; how many sessions there were."""
    UserSession.objects.all().delete()
    return Session.objects.all().delete()[0]


class UserQuerySet(models.QuerySet["User"]):
    def with_session(self, session_key: str) -> "UserQuerySet":
        """With the moment of the query as `now`; nobody, unless that session goes on."""
        goes_on = Session.objects.filter(session_key=session_key, expire_date__gt=Now())
        return self.filter(Exists(goes_on)).annotate(now=Now())  # type: ignore[no-redef]

    def untouched(self, email: str) -> "UserQuerySet":
        """Made under an address that nobody has proven, and nobody has ever been in: nothing is in it."""
        proven = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
        return self.filter(~Exists(proven), email__iexact=email, last_login=None, socialaccount=None)

    def of_address(self, email: str) -> "User | None":
        """Who has proven it; else the account that waits for whoever does."""
        proven = EmailAddress.objects.filter(user=OuterRef("pk"), email__iexact=email, verified=True)
        return self.filter(Exists(proven)).first() or self.untouched(email).first()


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def in_force(self) -> "ApiTokenQuerySet":
        """Neither expired nor of somebody who may no longer sign in."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), user__is_active=True)

    def dated(self) -> "ApiTokenQuerySet":
        """Newest first, each with whether it is over."""
        return self.annotate(is_over=Q(expires_at__isnull=False, expires_at__lte=Now())).order_by(
            "-made_at", "-pk"
        )

    def note_use(self, pk: int) -> None:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=Now() - NOTED_EVERY)
        self.filter(stale, pk=pk).update(last_used_at=Now())
