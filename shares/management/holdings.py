"""All that is held about one account: to hand it out, and to let it go.

One list for all rooms: whoever keeps something new about a person adds a line to HOLDINGS, and where it
does not go with the row of the account by itself, a line to `forget`.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from accounts.audit import Audit
from accounts.models import ApiToken, Invitation, User
from shares.models import Ban, MemberLimits, Notice, NoticeChoice, Share
from shares.services.burn import end
from shares.values import State

# Rows, each a dictionary that JSON can hold.
Held = list[Any]


def _account(user: User) -> Held:
    fields = ("email", "is_active", "is_staff", "is_superuser", "joined_at", "last_login")
    row = {name: getattr(user, name) for name in fields}
    roles = list(user.groups.order_by("name").values_list("name", flat=True))
    return [row | {"roles": roles, "has_password": user.has_usable_password()}]


def _shares(user: User) -> Held:
    """Receipt data: no verifier, no key, no name in storage, no origin."""
    fields = ("id", "state", "size", "max_claims", "claims_left", "attempts", "unlocks")
    times = ("created_at", "ready_at", "expires_at", "opened_at", "ended_at")
    return list(Share.objects.filter(owner=user).order_by("created_at").values(*fields, *times))


def _bans(user: User) -> Held:
    return list(Ban.objects.filter(account=user).values("until", "made_at"))


def _sessions(user: User) -> Held:
    return [{"expires_at": session.expire_date} for session in sessions_of(user)]


def _addresses(user: User) -> Held:
    return list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary"))


def _second_steps(user: User) -> Held:
    """That they are there, never their secrets."""
    return list(Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at"))


def _single_sign_on(user: User) -> Held:
    return list(
        SocialAccount.objects.filter(user=user).values("provider", "uid", "extra_data", "date_joined")
    )


def _browsers(user: User) -> Held:
    found = UserSession.objects.filter(user=user)
    return list(found.values("user_agent", "created_at", "last_seen_at"))


def _tokens(user: User) -> Held:
    fields = ("name", "scopes", "made_at", "expires_at", "last_used_at")
    return list(ApiToken.objects.filter(user=user).order_by("made_at").values(*fields))


def _invitations(user: User) -> Held:
    """Those they made."""
    return list(Invitation.objects.filter(made_by=user).values("email", "made_at", "expires_at", "used_at"))


def _limits(user: User) -> Held:
    fields = ("share_bytes", "lifetime_seconds", "opens", "shares_a_day", "stored_bytes")
    return list(MemberLimits.objects.filter(user=user).values(*fields))


def _notices(user: User) -> Held:
    chosen = NoticeChoice.objects.filter(account=user)
    return list(chosen.values("notices", "language", "webhook_url", "outcome", "outcome_at"))


def _untold(user: User) -> Held:
    return list(Notice.objects.filter(account=user).values("share_id", "what", "way", "at"))


def _actions(user: User) -> Held:
    """What they did as staff."""
    fields = ("at", "action", "target_type", "target_id", "target", "said")
    return list(Audit.objects.filter(who=user.email).order_by("id").values(*fields))


HOLDINGS: dict[str, Callable[[User], Held]] = {
    "account": _account,
    "addresses": _addresses,
    "second_steps": _second_steps,
    "single_sign_on": _single_sign_on,
    "sessions": _sessions,
    "browsers": _browsers,
    "api_tokens": _tokens,
    "invitations_made": _invitations,
    "shares": _shares,
    "limits": _limits,
    "notices": _notices,
    "notices_to_be_told": _untold,
    "bans": _bans,
    "actions_as_staff": _actions,
}


def held(user: User) -> dict[str, Held]:
    return {name: look(user) for name, look in HOLDINGS.items()}


def sessions_of(user: User) -> list[Session]:
    """Sessions name nobody in a column of their own, so all are looked through."""
    mine = str(user.pk)
    return [each for each in Session.objects.iterator() if each.get_decoded().get("_auth_user_id") == mine]


def living_shares(user: User) -> int:
    return Share.objects.filter(owner=user).living().count()


def forget(user: User, *, revoke: bool) -> None:
    """Delete the account. Its living shares are revoked, or stay and belong to nobody.

    What they did as staff stays in the audit log, with their address.
    """
    if revoke:
        for share_id in Share.objects.filter(owner=user).living().values_list("pk", flat=True):
            end(share_id, State.REVOKED)
    for session in sessions_of(user):
        session.delete()
    user.delete()
