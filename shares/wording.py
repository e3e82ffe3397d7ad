"""What pages and terminals say: one sentence for each state, true at the moment it is said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from shares import errors
from shares.values import Reason, State

NO_BREAK = "\u00a0"


def moment(at: datetime | None) -> str:
    """A time in words, in UTC: "24 Nov 2026 at 14:03 UTC"."""
    return _("{day} at {hour}").format(**_day_and_hour(at)) if at else _("an unknown time")


def moment_html(at: datetime | None) -> SafeString:
    """The same on a page, which breaks no line inside the date or the hour, and tells machines too."""
    if at is None:
        return format_html("{}", moment(at))
    parts = {name: part.replace(" ", NO_BREAK) for name, part in _day_and_hour(at).items()}
    words = _("{day} at {hour}").format(**parts)
    return format_html('<time datetime="{}">{}</time>', f"{at.astimezone(UTC):%FT%TZ}", words)


def _day_and_hour(at: datetime) -> dict[str, str]:
    at = at.astimezone(UTC)
    # In the letters of Django's `date` filter.
    return {"day": date_format(at, pgettext("date format", "j M Y")), "hour": f"{at:%H:%M} UTC"}


def size(count: int) -> str:
    """A number of bytes in words: "2.4 MB"."""
    if count < 1000:
        return ngettext("{n} byte", "{n} bytes", count).format(n=count)
    value = float(count)
    for unit in (_("{n} kB"), _("{n} MB"), _("{n} GB"), _("{n} TB")):
        value /= 1000
        if value < 999.95:
            return unit.format(n=number_format(round(value, 1), 1))
    return _("{n} PB").format(n=number_format(round(value / 1000, 1), 1))


def limit(count: int) -> str:
    """A limit in words, never more than what is taken: 5 GiB is "5 GB", whoever counts."""
    for unit, power in ((_("{n} GB"), 3), (_("{n} MB"), 2), (_("{n} kB"), 1)):
        if count >= 1000**power:
            tenths = count * 10 // 1000**power
            whole, rest = divmod(count, 1024**power)
            if rest == 0 and whole:
                return unit.format(n=whole)
            return unit.format(n=number_format(tenths / 10, 1 if tenths % 10 else 0))
    return size(count)


def times(count: int) -> str:
    if count <= 2:
        return _("twice") if count == 2 else _("once")
    return ngettext("{n} time", "{n} times", count).format(n=count)


def span(seconds: int) -> str:
    """A wait in words, rounded up: "40 seconds", "3 minutes"."""
    if seconds < 100:
        return ngettext("{n} second", "{n} seconds", seconds).format(n=seconds)
    if seconds < 100 * 60:
        minutes = -(-seconds // 60)
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    hours = -(-seconds // 3600)
    return ngettext("{n} hour", "{n} hours", hours).format(n=hours)


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
    """*message* is in the reader's language; an absent time among *values* is said to be unknown."""
    return Sentence(message, {name: _("an unknown time") if v is None else v for name, v in values.items()})


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
        return Said(str(_LINKS[error.why]), sentence("{text}", text=str(error)), asks_for_link=True)
    heading = str(_HEADINGS.get(type(error)) or _("That did not work"))
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
    match error.state:
        case State.CLAIMED:
            # The last opening is taken; its taker may still be fetching.
            message = _("This share was opened on {opened}. Nobody else can open it.")
            return Said(_("Already opened"), sentence(message, opened=opened), "gone", was_opened=True)
        case State.BURNED:
            message = _("This share was opened on {opened}, and then destroyed. Nobody can open it again.")
            return Said(_("Already opened"), sentence(message, opened=opened), "gone", was_opened=True)
        case State.EXPIRED if opened:
            message = _("It waited until {ended}, and is gone. It had been opened before.")
            return Said(_("Its time is over"), sentence(message, ended=ended), "expired", was_opened=True)
        case State.EXPIRED:
            message = _(
                "It waited until {ended}. Nobody opened it in time, so it is gone, unopened. "
                "Ask the sender to leave it again."
            )
            return Said(_("It waited, and nobody came"), sentence(message, ended=ended), "expired")
        case State.REVOKED:
            before = _("Revoked on {ended}, and destroyed. It had been opened before.")
            message = before if opened else _("Revoked on {ended}, and destroyed. Nobody had opened it.")
            words = sentence(message, ended=ended)
            return Said(_("The sender took it back"), words, "revoked", was_opened=bool(opened))
        case State.REMOVED:
            before = _("The people who run this server removed it on {ended}. It had been opened before.")
            never = _("The people who run this server removed it on {ended}. Nobody had opened it.")
            words = sentence(before if opened else never, ended=ended)
            return Said(_("Taken down"), words, "gone", was_opened=bool(opened))
    return Said(_("It is gone"), sentence(_("Nobody can open it any more.")), "gone", was_opened=bool(opened))


def _sentence(error: errors.ShareError) -> Sentence:
    match error:
        case errors.WrongPassword(attempts_left=0):
            return sentence(
                _("That is not the password. It is locked now, and only the sender can unlock it.")
            )
        case errors.WrongPassword(attempts_left=left):
            message = ngettext(
                "That is not the password. One try left. After that it locks, "
                "and only the sender can unlock it.",
                "That is not the password. {n} tries left.",
                left,
            )
            return sentence(message, n=left)
        case errors.TooMany():
            message = _("Wait {time}, then do it again. No try was used up, and nothing was left.")
            return sentence(message, time=span(error.seconds))
        case errors.RetryLater():
            return sentence(_("{text} Try again in {time}."), text=str(error), time=span(error.seconds))
        case errors.TooLarge():
            message = _(
                "More than this server takes ({max}). Nothing was left: remove something, or split it."
            )
            return sentence(message, max=limit(error.max_bytes))
        case errors.Banned(until=until):
            message = _(
                "The people who run this server take nothing from your network, or from your account, "
                "until {until}. What others left for you opens as ever."
            )
            return sentence(message, until=until)
        case errors.ShareUnknown():
            days = settings.TOMBSTONE_DAYS
            message = ngettext(
                "Part of the link may be missing, or the share ended more than {n} day ago; "
                "nobody can tell which. Ask the sender to copy the whole link again.",
                "Part of the link may be missing, or the share ended more than {n} days ago; "
                "nobody can tell which. Ask the sender to copy the whole link again.",
                days,
            )
            return sentence(message, n=days)
    return sentence("{text}", text=str(error))


def _together(value: object) -> object:
    """A number keeps its unit on its line."""
    text = str(value)
    return text.replace(" ", NO_BREAK) if text[:1].isdecimal() else value


def reasons() -> list[tuple[str, str]]:
    """What may be wrong with a share, as its reporter reads it."""
    return [
        (Reason.MALWARE.value, _("Malware: a program that does harm")),
        (Reason.PHISHING.value, _("Phishing: it asks for passwords or money under a false name")),
        (Reason.ILLEGAL.value, _("Illegal content")),
        (Reason.HARASSMENT.value, _("Harassment or threats")),
        (Reason.OTHER.value, _("Something else")),
    ]


_LINKS = {
    "missing": gettext_lazy("Paste the whole link"),
    "cut": gettext_lazy("The link is cut"),
    "newer": gettext_lazy("This link is newer than this server"),
    "other": gettext_lazy("That is the other link"),
}

_HEADINGS = {
    errors.ShareUnknown: gettext_lazy("Nothing under this link"),
    errors.PageUnknown: gettext_lazy("This page does not exist"),
    errors.ShareLocked: gettext_lazy("Locked"),
    errors.WrongPassword: gettext_lazy("That is not the password"),
    errors.PasswordMissing: gettext_lazy("It needs a password"),
    errors.NotReady: gettext_lazy("Still being sealed"),
    errors.NotLocked: gettext_lazy("It is not locked"),
    errors.NoUnlocksLeft: gettext_lazy("No unlocks are left"),
    errors.LeaseOver: gettext_lazy("The time to fetch it is over"),
    errors.TooLarge: gettext_lazy("Too large"),
    errors.TooMany: gettext_lazy("Too many tries from your network"),
    errors.StoreFull: gettext_lazy("The server is full"),
    errors.DatabaseAway: gettext_lazy("The server does not answer"),
    errors.StoreAway: gettext_lazy("The server does not answer"),
    errors.BlobMissing: gettext_lazy("It is damaged on the server"),
    errors.Busy: gettext_lazy("The server is busy"),
    errors.CrossSite: gettext_lazy("Not allowed"),
    errors.NotAllowed: gettext_lazy("Not allowed"),
    errors.SignInNeeded: gettext_lazy("Sign in first"),
    errors.NoRoom: gettext_lazy("No room is left"),
    errors.DayUsedUp: gettext_lazy("Enough for today"),
    errors.Banned: gettext_lazy("Nothing is taken from here"),
    errors.Malformed: gettext_lazy("It did not arrive whole"),
    errors.TooSlow: gettext_lazy("It did not arrive whole"),
    errors.Broken: gettext_lazy("Something broke here"),
}
