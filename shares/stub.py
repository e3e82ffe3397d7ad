"""What the sender reads on the stub: where the share stands, what happened to it, and what can be done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shares.values import ATTEMPTS, Receipt, State, Status, What
from shares.wording import Sentence, sentence


@dataclass(frozen=True)
class Stub:
    """`mark` names a drawing; `was_opened` adds what to do if it was the wrong person."""

    heading: str
    sentence: Sentence
    mark: str
    was_opened: bool = False


def told(receipt: Receipt) -> Stub:
    """The state in one heading and one sentence."""
    status, opened = receipt.status, openings(receipt)
    # Who declined has seen nothing of it.
    was_opened = opened > _count(receipt, What.DECLINED)
    match status.state:
        case State.UPLOADING:
            message = _("It has not arrived whole. If nobody goes on with it for a day, it is dropped.")
            return Stub(_("Not finished"), sentence(message), "trouble")
        case State.READY if status.is_locked:
            return Stub(_("Locked"), _locked(receipt), "locked", was_opened=was_opened)
        case State.READY if opened:
            heading = _opened_so_far(opened, status.max_claims)
            message = _("The last time on {at}. It waits until {until}.")
            words = sentence(message, at=status.opened_at, until=status.expires_at)
            return Stub(heading, words, "sealed", was_opened=was_opened)
        case State.READY:
            message = _("Nobody has opened it yet. It waits until {until}.")
            return Stub(_("Waiting"), sentence(message, until=status.expires_at), "sealed")
        case State.CLAIMED if receipt.fetching_until:
            message = _("Someone opened it on {at}, and may still be fetching it.")
            return Stub(_("Being opened"), sentence(message, at=status.opened_at), "opening", was_opened=True)
        case State.BURNED if not was_opened:
            message = _(
                "Somebody with the link destroyed it on {ended}, without fetching any of what was inside."
            )
            return Stub(_("Destroyed unopened"), sentence(message, ended=status.ended_at), "gone")
        case State.CLAIMED | State.BURNED:
            return Stub(_("Opened"), _opened(receipt), "opened", was_opened=was_opened)
    return _ended_otherwise(receipt, opened, was_opened=was_opened)


def row(status: Status) -> tuple[str, str]:
    """The same in a word or two, and its mark, for a list: what happened is told by the receipt."""
    opened = status.max_claims - status.claims_left
    match status.state:
        case State.UPLOADING:
            return _("Not finished"), "trouble"
        case State.READY if status.is_locked:
            return _("Locked"), "locked"
        case State.READY if opened:
            return _opened_so_far(opened, status.max_claims), "sealed"
        case State.READY:
            return _("Waiting"), "sealed"
        case State.CLAIMED:
            return _("Being opened"), "opening"
        case State.BURNED:
            return _("Opened"), "opened"
        case State.REVOKED:
            return _("Revoked"), "revoked"
        case State.REMOVED:
            return _("Taken down"), "gone"
    return (_("Expired"), "expired") if status.opened_at else (_("Expired unopened"), "expired")


def _opened_so_far(opened: int, of: int) -> str:
    message = ngettext("Opened {opened} of {n} time", "Opened {opened} of {n} times", of)
    return message.format(opened=opened, n=of)


def openings(receipt: Receipt) -> int:
    return _count(receipt, What.CLAIMED)


def log(receipt: Receipt) -> Iterator[tuple[datetime, str]]:
    """What happened, oldest first. No address, no browser."""
    wrong = 0
    is_left = _count(receipt, What.READY) > 0
    for happening in receipt.happenings:
        wrong += happening.what is What.WRONG_PASSWORD
        if happening.what is What.CREATED and is_left:
            continue
        # Five lock it, and only what is locked is unlocked: the sixth is the first again.
        if happening.what is What.WRONG_PASSWORD:
            yield happening.at, _wrong_password(-wrong % ATTEMPTS)
        else:
            yield happening.at, str(_LOG[happening.what])


def _count(receipt: Receipt, what: What) -> int:
    return sum(happening.what is what for happening in receipt.happenings)


def _wrong_password(tries_left: int) -> str:
    if not tries_left:
        return _("Wrong password, no try left")
    message = ngettext("Wrong password, one try left", "Wrong password, {n} tries left", tries_left)
    return message.format(n=tries_left)


def _locked(receipt: Receipt) -> Sentence:
    if receipt.unlocks_left:
        return sentence(
            _(
                "Five wrong passwords. Nobody can open it until you unlock it. "
                "If your recipient did not do this, revoke it."
            )
        )
    return sentence(
        _(
            "Five wrong passwords again, and no unlocks are left. Nobody can open it. "
            "Revoke it, and leave it anew with another password."
        )
    )


def _opened(receipt: Receipt) -> Sentence:
    status = receipt.status
    opened = openings(receipt) - _count(receipt, What.DECLINED)
    if status.state is State.CLAIMED:
        message = _("Opened on {at}. Nobody confirmed that all of it arrived. The server destroys it now.")
    elif _count(receipt, What.RECEIVED) < opened:
        message = _("Opened on {at}. Nobody confirmed that all of it arrived. Destroyed on {ended}.")
    elif opened > 1:
        message = ngettext(
            "Opened once, on {at}, received whole, then destroyed.",
            "Opened {n} times, the last time on {at}, received whole, then destroyed.",
            opened,
        )
    else:
        message = _("Opened on {at}, received whole, then destroyed.")
    return sentence(message, at=status.opened_at, ended=status.ended_at, n=opened)


def _ended_otherwise(receipt: Receipt, opened: int, *, was_opened: bool) -> Stub:
    state, ended = receipt.status.state, receipt.status.ended_at
    if state is State.EXPIRED and not _count(receipt, What.READY):
        message = _("The upload stopped, and was dropped on {ended}.")
        return Stub(_("Never finished"), sentence(message, ended=ended), "expired")
    heading, message, mark = _end_after_opening(state, opened) if opened else _end_unopened(state)
    return Stub(heading, sentence(message, ended=ended, n=opened), mark, was_opened=was_opened)


def _end_unopened(state: State) -> tuple[str, str, str]:
    """Heading, sentence and mark."""
    match state:
        case State.EXPIRED:
            return _("Expired unopened"), _("It waited until {ended}. Nobody opened it."), "expired"
        case State.REVOKED:
            return _("Revoked"), _("You revoked it on {ended}, unopened."), "revoked"
    return _("Taken down"), _("Removed by the people who run this server on {ended}."), "gone"


def _end_after_opening(state: State, opened: int) -> tuple[str, str, str]:
    match state:
        case State.EXPIRED:
            message = ngettext(
                "It waited until {ended}. It had been opened once.",
                "It waited until {ended}. It had been opened {n} times.",
                opened,
            )
            return _("Expired"), message, "expired"
        case State.REVOKED:
            message = ngettext(
                "You revoked it on {ended}. It had been opened once.",
                "You revoked it on {ended}. It had been opened {n} times.",
                opened,
            )
            return _("Revoked"), message, "revoked"
    message = ngettext(
        "Removed by the people who run this server on {ended}. It had been opened once.",
        "Removed by the people who run this server on {ended}. It had been opened {n} times.",
        opened,
    )
    return _("Taken down"), message, "gone"


_LOG = {
    What.CREATED: gettext_lazy("Upload begun"),
    What.READY: gettext_lazy("Sealed and left"),
    What.CLAIMED: gettext_lazy("Opened"),
    What.CLOSED: gettext_lazy("Its time ended while it was being fetched"),
    What.LOCKED: gettext_lazy("Locked"),
    What.UNLOCKED: gettext_lazy("Unlocked by you"),
    What.RECEIVED: gettext_lazy("Received whole"),
    What.DECLINED: gettext_lazy("Destroyed by who opened it, nothing fetched"),
    What.LEASE_ENDED: gettext_lazy("Fetching ended, not confirmed"),
    What.BURNED: gettext_lazy("Destroyed: the server's half of the key, the sealed bytes"),
    What.EXPIRED: gettext_lazy("Expired, and destroyed"),
    What.REVOKED: gettext_lazy("Revoked by you, and destroyed"),
    What.REMOVED: gettext_lazy("Taken down by the people who run this server"),
}
