"""What pages and terminals say: one sentence for each state, true at the moment it is said."""

from datetime import datetime

from shares import errors
from shares.values import State, Status


def moment(at: datetime | None) -> str:
    """A time in words, in UTC: "24 Nov 2026 at 14:03 UTC"."""
    return at.strftime("%-d %b %Y at %H:%M UTC") if at else "an unknown time"


def size(count: int) -> str:
    """A number of bytes in words: "2.4 MB"."""
    if count < 1000:
        return f"{count} bytes" if count != 1 else "1 byte"
    value = float(count)
    for unit in ("kB", "MB", "GB", "TB"):
        value /= 1000
        if value < 999.95:
            return f"{value:.1f} {unit}"
    return f"{value / 1000:.1f} PB"


def times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def gone(error: errors.ShareGone) -> tuple[str, str]:
    """Heading and sentence for a share that is over."""
    if error.state is State.CLAIMED or (error.state is State.BURNED and error.opened_at):
        opened = moment(error.opened_at)
        return (
            "Already opened",
            f"This share was opened on {opened}, and then destroyed. Nobody can open it again.",
        )
    ended = moment(error.ended_at)
    before = " It had been opened before." if error.opened_at else " Nobody had opened it."
    if error.state is State.EXPIRED:
        return f"It waited until {ended}", f"It waited until {ended} and was destroyed.{before}"
    if error.state is State.REVOKED:
        return "The sender took it back", f"Revoked on {ended}, and destroyed.{before}"
    if error.state is State.REMOVED:
        return "Taken down", f"The people who run this server removed it on {ended}."
    return "Gone", "This share is gone."


def refusal(error: errors.ShareError) -> dict[str, object]:
    """What the page of a refusal shows: heading, sentence, and a note where one must know more."""
    if isinstance(error, errors.ShareGone):
        heading, sentence = gone(error)
        return {"heading": heading, "sentence": sentence, "if_not_you": bool(error.opened_at)}
    heading = _HEADINGS.get(type(error), "That did not work")
    return {"heading": heading, "sentence": _sentence(error)}


def refusal_line(error: errors.ShareError) -> str:
    """The same in one line, for a terminal."""
    if isinstance(error, errors.ShareGone):
        note = " If that was not you, change the secret." if error.opened_at else ""
        return gone(error)[1] + note
    return _sentence(error)


def _sentence(error: errors.ShareError) -> str:
    if isinstance(error, errors.WrongPassword):
        left = error.attempts_left
        if left == 0:
            return "That is not the password. The share is locked now; only the sender can unlock it."
        if left == 1:
            return "That is not the password. One try left; then it locks, and only the sender can unlock it."
        return f"That is not the password. {left} tries left."
    if isinstance(error, errors.TooMany):
        return f"Too many requests from your network just now. Wait {error.seconds} s; no try was used up."
    return str(error)


_HEADINGS: dict[type[errors.ShareError], str] = {
    errors.ShareUnknown: "Nothing under this link",
    errors.ShareLocked: "Locked",
    errors.WrongPassword: "That is not the password",
    errors.PasswordMissing: "It needs a password",
    errors.NotReady: "Still being left",
    errors.LeaseOver: "The time to fetch it is over",
    errors.TooLarge: "Too large",
    errors.TooMany: "Too many tries from your network",
    errors.StoreFull: "The server is full",
    errors.DatabaseAway: "The server does not answer",
    errors.StoreAway: "The server does not answer",
    errors.BlobMissing: "The server does not answer",
    errors.Busy: "The server is busy",
    errors.CrossSite: "Not allowed",
}


def opens_until(status: Status) -> str:
    """ "Opens once, until 24 Nov 2026 at 14:03 UTC." """
    return f"Opens {times(status.max_claims)}, until {moment(status.expires_at)}."
