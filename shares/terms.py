"""What a sender may ask for; the API's fields and the plain forms both become `Terms` here."""

import re

from django.conf import settings

from shares.errors import InvalidInput
from shares.values import Terms

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LIFETIME = re.compile(r"([1-9][0-9]{0,9})([smhdw]?)", re.ASCII)
_COUNT = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)


# What pages offer to choose from, as far as the site allows it.
_LIFETIMES = (300, 3600, 86400, 3 * 86400, 7 * 86400, 30 * 86400)
_OPENS = (1, 2, 3, 5, 10, 25, 100)


def lifetimes_offered() -> list[int]:
    """In seconds; the site's default is always among them."""
    least, most = settings.MIN_LIFETIME_SECONDS, settings.MAX_LIFETIME_SECONDS
    fitting = {seconds for seconds in _LIFETIMES if least <= seconds <= most}
    return sorted(fitting | {settings.DEFAULT_LIFETIME_SECONDS})


def opens_offered() -> list[int]:
    return [count for count in _OPENS if count <= settings.MAX_OPENS]


def make_terms(lifetime_seconds: int, opens: int) -> Terms:
    """Raises InvalidInput outside the site's limits; nothing is ever clamped in silence."""
    least, most = settings.MIN_LIFETIME_SECONDS, settings.MAX_LIFETIME_SECONDS
    if not least <= lifetime_seconds <= most:
        raise InvalidInput(f"A share waits between {in_words(least)} and {in_words(most)} here.")
    if not 1 <= opens <= settings.MAX_OPENS:
        raise InvalidInput(f"A share opens between 1 and {settings.MAX_OPENS} times here.")
    return Terms(lifetime_seconds, opens)


def read_terms(expires: str, opens: str) -> Terms:
    """From texts such as "90m", "2h", "3d" or plain seconds, and "1"; empty takes the site's default."""
    lifetime, count = _LIFETIME.fullmatch(expires), _COUNT.fullmatch(opens)
    if expires and not lifetime:
        raise InvalidInput('The lifetime ("expires") is a number with s, m, h, d or w: 90m, 2h, 3d.')
    if opens and not count:
        raise InvalidInput('"opens" is a whole number.')
    seconds = int(lifetime[1]) * _UNITS[lifetime[2] or "s"] if lifetime else settings.DEFAULT_LIFETIME_SECONDS
    return make_terms(seconds, int(opens or 1))


def in_words(seconds: int) -> str:
    """A lifetime in its largest whole unit: "24 hours", "3 days"."""
    for name, length, least in (("day", 86400, 2 * 86400), ("hour", 3600, 3600), ("minute", 60, 60)):
        if seconds >= least and seconds % length == 0:
            count = seconds // length
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{seconds} seconds"
