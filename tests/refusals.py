"""Every refusal there is, each once."""

from datetime import UTC, datetime

from shares import errors
from shares.values import State

AT = datetime(2026, 11, 24, 14, 3, tzinfo=UTC)


def every_error() -> list[type[errors.ShareError]]:
    def below(kind):
        return [one for child in kind.__subclasses__() for one in (child, *below(child))]

    return sorted(set(below(errors.ShareError)), key=lambda kind: kind.__name__)


def a_refusal(kind: type[errors.ShareError]) -> errors.ShareError:
    arguments = {
        errors.ShareGone: (State.BURNED, AT, AT),
        errors.WrongPassword: (4,),
        errors.Incomplete: ([1],),
        errors.Banned: (AT,),
        errors.TooLarge: (5 * 1024**3,),
        errors.RangeOutside: (5,),
        errors.LinkInvalid: ("cut", "The part after the # is missing."),
    }
    return kind(*arguments.get(kind, ()))
