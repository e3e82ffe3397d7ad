"""What a sender may ask for; the API's fields and the plain forms both become `Terms` here."""

import re

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shares.errors import InvalidInput
from shares.values import Limits, Terms

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LIFETIME = re.compile(r"([1-9][0-9]{0,9})([smhdw]?)", re.ASCII)
_COUNT = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)


# What pages offer to choose from, as far as the site allows it.
_LIFETIMES = (300, 3600, 86400, 3 * 86400, 7 * 86400, 30 * 86400)
_OPENS = (1, 2, 3, 5, 10, 25, 100)


def of_site() -> Limits:
    """What nobody may go beyond."""
    return Limits(settings.MAX_SHARE_BYTES, settings.MAX_LIFETIME_SECONDS, settings.MAX_OPENS)


def default_lifetime(limits: Limits) -> int:
    """In seconds, for who asks for nothing."""
    return min(settings.DEFAULT_LIFETIME_SECONDS, limits.lifetime_seconds)


def lifetimes_offered(limits: Limits) -> list[int]:
    """In seconds; the default is always among them."""
    least, most = settings.MIN_LIFETIME_SECONDS, limits.lifetime_seconds
    fitting = {seconds for seconds in _LIFETIMES if least <= seconds <= most}
    return sorted(fitting | {default_lifetime(limits)})


def opens_offered(limits: Limits) -> list[int]:
    return [count for count in _OPENS if count <= limits.opens]


def make_terms(lifetime_seconds: int, opens: int, limits: Limits | None = None) -> Terms:
    """Raises InvalidInput outside the limits; nothing is ever clamped in silence."""
    limits = limits or of_site()
    least, most = settings.MIN_LIFETIME_SECONDS, limits.lifetime_seconds
    if not least <= lifetime_seconds <= most:
        message = _("A share waits between {least} and {most} here.")
        raise InvalidInput(message.format(least=in_words(least), most=in_words(most)))
    if not 1 <= opens <= limits.opens:
        message = ngettext(
            "A share opens once here.", "A share opens between 1 and {n} times here.", limits.opens
        )
        raise InvalidInput(message.format(n=limits.opens))
    return Terms(lifetime_seconds, opens)


def read_terms(expires: str, opens: str, limits: Limits | None = None) -> Terms:
    """From texts such as "90m", "2h", "3d" or plain seconds, and "1"; empty takes the default."""
    limits = limits or of_site()
    lifetime, count = _LIFETIME.fullmatch(expires), _COUNT.fullmatch(opens)
    if expires and not lifetime:
        raise InvalidInput(_('The lifetime ("expires") is a number with s, m, h, d or w: 90m, 2h, 3d.'))
    if opens and not count:
        raise InvalidInput(_('"opens" is a whole number.'))
    seconds = int(lifetime[1]) * _UNITS[lifetime[2] or "s"] if lifetime else default_lifetime(limits)
    return make_terms(seconds, int(opens or 1), limits)


def in_words(seconds: int) -> str:
    """A lifetime in its largest whole unit: "24 hours", "3 days"."""
    if seconds >= 2 * 86400 and seconds % 86400 == 0:
        days = seconds // 86400
        return ngettext("{n} day", "{n} days", days).format(n=days)
    if seconds >= 3600 and seconds % 3600 == 0:
        hours = seconds // 3600
        return ngettext("{n} hour", "{n} hours", hours).format(n=hours)
    if seconds >= 60 and seconds % 60 == 0:
        minutes = seconds // 60
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    return ngettext("{n} second", "{n} seconds", seconds).format(n=seconds)
