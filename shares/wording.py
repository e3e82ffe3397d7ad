"""What pages and terminals say: one sentence for each state, true at the moment it is said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shares import errors
from shares.values import State

NO_BREAK = "\u00a0"


def moment(at: datetime | None) -> str:
    """A time in words, in UTC: "24 Nov 2026 at 14:03 UTC"."""
    return at.astimezone(UTC).strftime("%-d %b %Y at %H:%M UTC") if at else "an unknown time"


def moment_html(at: datetime | None) -> SafeString:
    """The same on a page, which breaks no line inside the date or the hour, and tells machines too."""
    if at is None:
        return format_html("{}", moment(at))
    day, hour = (part.replace(" ", NO_BREAK) for part in moment(at).split(" at "))
    return format_html('<time datetime="{}">{} at {}</time>', f"{at.astimezone(UTC):%FT%TZ}", day, hour)


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


def limit(count: int) -> str:
    """A limit in words, never more than what is taken: 5 GiB is "5 GB", whoever counts."""
    for unit, power in (("GB", 3), ("MB", 2), ("kB", 1)):
        if count >= 1000**power:
            tenths = count * 10 // 1000**power
            whole, rest = divmod(count, 1024**power)
            return f"{whole} {unit}" if rest == 0 and whole else f"{tenths / 10:g} {unit}"
    return size(count)


def times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def span(seconds: int) -> str:
    """A wait in words, rounded up: "40 seconds", "3 minutes"."""
    if seconds < 100:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    if seconds < 100 * 60:
        return f"{-(-seconds // 60)} minutes"
    return f"{-(-seconds // 3600)} hours"


@dataclass(frozen=True)
class Sentence:
    """A message with named values; a time among them is a `<time>` on a page, words in a terminal."""

    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        plain = {name: moment(v) if isinstance(v, datetime) else v for name, v in self.values.items()}
        return self.message.format(**plain)

    @property
    def html(self) -> SafeString:
        marked = {
            name: moment_html(v) if isinstance(v, datetime) else _together(v)
            for name, v in self.values.items()
        }
        return format_html(self.message, **marked) if marked else format_html("{}", str(self))


def sentence(message: str, **values: object) -> Sentence:
    """An absent time among *values* is said to be unknown."""
    return Sentence(message, {name: "an unknown time" if v is None else v for name, v in values.items()})


@dataclass(frozen=True)
class Said:
    """A page about something that did not happen, or is over: no orange, one way on."""

    heading: str
    sentence: Sentence
    mark: str = "trouble"
    asks_for_link: bool = False
    was_opened: bool = False


def refusal(error: errors.ShareError) -> Said:
    if isinstance(error, errors.ShareGone):
        return _gone(error)
    if isinstance(error, errors.LinkInvalid):
        return Said(_LINKS[error.why], sentence("{text}", text=str(error)), asks_for_link=True)
    heading = _HEADINGS.get(type(error), "That did not work")
    is_unknown = type(error) is errors.ShareUnknown
    mark = "locked" if isinstance(error, errors.ShareLocked) else "gone" if is_unknown else "trouble"
    return Said(heading, _sentence(error), mark, asks_for_link=is_unknown)


def refusal_line(error: errors.ShareError) -> str:
    """The same in one line, for a terminal."""
    said = refusal(error)
    if isinstance(error, errors.ShareUnknown):
        return f"{error} {said.sentence}"
    note = " If that was not you, tell the sender, and change the secret." if said.was_opened else ""
    return f"{said.sentence}{note}"


def _gone(error: errors.ShareGone) -> Said:
    ended, opened = error.ended_at, error.opened_at
    before = " It had been opened before." if opened else " Nobody had opened it."
    match error.state:
        case State.CLAIMED:
            # The last opening is taken; its taker may still be fetching.
            words = sentence("This share was opened on {opened}. Nobody else can open it.", opened=opened)
            return Said("Already opened", words, "gone", was_opened=True)
        case State.BURNED:
            message = "This share was opened on {opened}, and then destroyed. Nobody can open it again."
            return Said("Already opened", sentence(message, opened=opened), "gone", was_opened=True)
        case State.EXPIRED if opened:
            words = sentence("It waited until {ended}, and is gone." + before, ended=ended)
            return Said("Its time is over", words, "expired", was_opened=True)
        case State.EXPIRED:
            message = "It waited until {ended}. Nobody opened it in time, so it is gone, unopened. "
            words = sentence(message + "Ask the sender to leave it again.", ended=ended)
            return Said("It waited, and nobody came", words, "expired")
        case State.REVOKED:
            words = sentence("Revoked on {ended}, and destroyed." + before, ended=ended)
            return Said("The sender took it back", words, "revoked", was_opened=bool(opened))
        case State.REMOVED:
            words = sentence("The people who run this server removed it on {ended}." + before, ended=ended)
            return Said("Taken down", words, "gone", was_opened=bool(opened))
    return Said("It is gone", sentence("Nobody can open it any more."), "gone", was_opened=bool(opened))


def _sentence(error: errors.ShareError) -> Sentence:
    match error:
        case errors.WrongPassword(attempts_left=0):
            message = "That is not the password. It is locked now, and only the sender can unlock it."
            return sentence(message)
        case errors.WrongPassword(attempts_left=1):
            message = "That is not the password. One try left. After that it locks, and only the sender can "
            return sentence(message + "unlock it.")
        case errors.WrongPassword():
            return sentence("That is not the password. {n} tries left.", n=error.attempts_left)
        case errors.TooMany():
            message = "Wait {time}, then do it again. No try was used up, and nothing was left."
            return sentence(message, time=span(error.seconds))
        case errors.RetryLater():
            return sentence("{text} Try again in {time}.", text=str(error), time=span(error.seconds))
        case errors.TooLarge():
            message = "More than this server takes ({max}). Nothing was left: remove something, or split it."
            return sentence(message, max=limit(error.max_bytes))
        case errors.ShareUnknown():
            message = "Part of the link may be missing, or the share ended more than {days} days ago; nobody "
            message += "can tell which. Ask the sender to copy the whole link again."
            return sentence(message, days=settings.TOMBSTONE_DAYS)
    return sentence("{text}", text=str(error))


def _together(value: object) -> object:
    """A number keeps its unit on its line."""
    text = str(value)
    return text.replace(" ", NO_BREAK) if text[:1].isdecimal() else value


_LINKS = {
    "missing": "Paste the whole link",
    "cut": "The link is cut",
    "newer": "This link is newer than this server",
    "other": "That is the other link",
}

_HEADINGS: dict[type[errors.ShareError], str] = {
    errors.ShareUnknown: "Nothing under this link",
    errors.PageUnknown: "This page does not exist",
    errors.ShareLocked: "Locked",
    errors.WrongPassword: "That is not the password",
    errors.PasswordMissing: "It needs a password",
    errors.NotReady: "Still being sealed",
    errors.NotLocked: "It is not locked",
    errors.NoUnlocksLeft: "No unlocks are left",
    errors.LeaseOver: "The time to fetch it is over",
    errors.TooLarge: "Too large",
    errors.TooMany: "Too many tries from your network",
    errors.StoreFull: "The server is full",
    errors.DatabaseAway: "The server does not answer",
    errors.StoreAway: "The server does not answer",
    errors.BlobMissing: "It is damaged on the server",
    errors.Busy: "The server is busy",
    errors.CrossSite: "Not allowed",
    errors.NotAllowed: "Not allowed",
    errors.Malformed: "It did not arrive whole",
    errors.Broken: "Something broke here",
}
