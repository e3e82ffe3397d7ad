"""What the sender reads on the stub: where the share stands, what happened to it, and what can be done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from shares.values import ATTEMPTS, Receipt, State, What
from shares.wording import Sentence, sentence, times


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
    match status.state:
        case State.UPLOADING:
            words = sentence("It has not arrived whole. If nobody goes on with it for a day, it is dropped.")
            return Stub("Not finished", words, "trouble")
        case State.READY if status.is_locked:
            return Stub("Locked", _locked(receipt), "locked", was_opened=opened > 0)
        case State.READY if opened:
            words = sentence(
                "The last time on {at}. It waits until {until}.",
                at=status.opened_at,
                until=status.expires_at,
            )
            return Stub(f"Opened {opened} of {status.max_claims} times", words, "sealed", was_opened=True)
        case State.READY:
            words = sentence("Nobody has opened it yet. It waits until {until}.", until=status.expires_at)
            return Stub("Waiting", words, "sealed")
        case State.CLAIMED if receipt.fetching_until:
            words = sentence("Someone opened it on {at}, and may still be fetching it.", at=status.opened_at)
            return Stub("Being opened", words, "opening", was_opened=True)
        case State.CLAIMED | State.BURNED:
            return Stub("Opened", _opened(receipt, opened), "opened", was_opened=True)
    return _ended_otherwise(receipt, opened)


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
        yield happening.at, _LOG[happening.what].format(tries=_TRIES[-wrong % ATTEMPTS])


def _count(receipt: Receipt, what: What) -> int:
    return sum(happening.what is what for happening in receipt.happenings)


def _locked(receipt: Receipt) -> Sentence:
    if receipt.unlocks_left:
        message = "Five wrong passwords. Nobody can open it until you unlock it. "
        return sentence(message + "If your recipient did not do this, revoke it.")
    message = "Five wrong passwords again, and no unlocks are left. Nobody can open it. "
    return sentence(message + "Revoke it, and leave it anew with another password.")


def _opened(receipt: Receipt, opened: int) -> Sentence:
    status = receipt.status
    times_ = {"at": status.opened_at, "ended": status.ended_at, "often": times(opened)}
    if status.state is State.CLAIMED:
        message = "Opened on {at}. Nobody confirmed that all of it arrived. The server destroys it now."
    elif _count(receipt, What.RECEIVED) < opened:
        message = "Opened on {at}. Nobody confirmed that all of it arrived. Destroyed on {ended}."
    elif opened > 1:
        message = "Opened {often}, the last time on {at}, received whole, then destroyed."
    else:
        message = "Opened on {at}, received whole, then destroyed."
    return sentence(message, **times_)


def _ended_otherwise(receipt: Receipt, opened: int) -> Stub:
    ended = receipt.status.ended_at
    before = f" It had been opened {times(opened)}." if opened else ""
    match receipt.status.state:
        case State.EXPIRED if not _count(receipt, What.READY):
            words = sentence("The upload stopped, and was dropped on {ended}.", ended=ended)
            return Stub("Never finished", words, "expired")
        case State.EXPIRED if opened:
            return Stub(
                "Expired", sentence("It waited until {ended}." + before, ended=ended), "expired", True
            )
        case State.EXPIRED:
            words = sentence("It waited until {ended}. Nobody opened it.", ended=ended)
            return Stub("Expired unopened", words, "expired")
        case State.REVOKED if opened:
            return Stub(
                "Revoked", sentence("You revoked it on {ended}." + before, ended=ended), "revoked", True
            )
        case State.REVOKED:
            words = sentence("You revoked it on {ended}, unopened.", ended=ended)
            return Stub("Revoked", words, "revoked")
    words = sentence("Removed by the people who run this server on {ended}." + before, ended=ended)
    return Stub("Taken down", words, "gone", was_opened=opened > 0)


_TRIES = ("no try", "one try", "2 tries", "3 tries", "4 tries")
_LOG = {
    What.CREATED: "Upload begun",
    What.READY: "Sealed and left",
    What.CLAIMED: "Opened",
    What.CLOSED: "Its time ended while it was being fetched",
    What.WRONG_PASSWORD: "Wrong password, {tries} left",
    What.LOCKED: "Locked",
    What.UNLOCKED: "Unlocked by you",
    What.RECEIVED: "Received whole",
    What.LEASE_ENDED: "Fetching ended, not confirmed",
    What.BURNED: "Destroyed: the server's half of the key, the sealed bytes",
    What.EXPIRED: "Expired, and destroyed",
    What.REVOKED: "Revoked by you, and destroyed",
    What.REMOVED: "Taken down by the people who run this server",
}
