"""People who own shares, and what they wish to be told."""

import itertools
from contextlib import suppress
from typing import Any

from accounts.models import User
from shares.errors import WrongPassword
from shares.models import NoticeChoice, Share
from shares.services.claim import claim
from shares.services.deposit import deposit
from shares.values import NOTICES, Sender
from tests.builders import Sent, a_claim_of, an_envelope

BY_MAIL = [wanted for wanted in NOTICES if wanted.startswith("email:")]
BY_WEBHOOK = [wanted for wanted in NOTICES if wanted.startswith("webhook:")]
_numbers = itertools.count()


def a_member(*notices: str, **choice: Any) -> User:
    """Someone who signs in; with a choice of notices if any are given."""
    member = User.objects.create_user(f"member{next(_numbers)}@example.org", "a long passphrase")
    if notices:
        NoticeChoice.objects.create(account=member, notices=list(notices), **choice)
    return member


def a_share_of(owner: User | None, *notices: str, **terms: Any) -> Sent:
    """A waiting share of theirs; with notices of its own if any are given."""
    sent = an_envelope(**terms)
    deposit(sent.deposit, Sender(owner_id=owner.pk if owner else None))
    if notices:
        Share.objects.filter(pk=sent.id).update(notices=[n for n in notices if n != "none"])
    return sent


def guess_wrong(sent: Sent, times: int = 5) -> None:
    """Wrong passwords for a guarded share; five lock it."""
    for _ in range(times):
        with suppress(WrongPassword):
            claim(a_claim_of(sent, password_token=bytes(32)))
