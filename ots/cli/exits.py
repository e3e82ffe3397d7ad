"""Exit codes: one table, for the program, its --help and its tests."""

from dataclasses import dataclass

from ots import errors


@dataclass(frozen=True)
class Exit:
    """A number, when it is, and the errors that lead to it."""

    code: int
    when: str
    kinds: tuple[type[errors.OtsError], ...] = ()


USAGE = 2
BROKEN = 1
INTERRUPTED = 130

# The first row that fits counts: special kinds stand above the general ones.
EXITS = (
    Exit(0, "done"),
    Exit(BROKEN, "something broke in this program"),
    Exit(
        USAGE,
        "it was asked for wrongly: an option, a link, no server, nothing to resume",
        (errors.LinkWrong, errors.ServerWrong, errors.TermsWrong, errors.NothingToResume, errors.InUse),
    ),
    Exit(3, "gone: opened before, expired, revoked, or not fetched in time", (errors.Gone,)),
    Exit(4, "there is nothing under this link", (errors.Unknown,)),
    Exit(5, "locked after five wrong passwords", (errors.Locked,)),
    Exit(6, "the password is wrong, or missing", (errors.WrongPassword, errors.PasswordMissing)),
    Exit(7, "damaged: what came is not what was sealed", (errors.Damaged,)),
    Exit(
        8, "the server was not reached, or does not answer properly", (errors.Offline, errors.ServerStrange)
    ),
    Exit(9, "not ready: the sender is still leaving it", (errors.NotReady,)),
    Exit(11, "this program is too old for the link", (errors.Newer,)),
    Exit(10, "the server refused, with the reason", (errors.Refused,)),
    Exit(12, "a file cannot be read, or changed on its way", (errors.SourceUnreadable, errors.SourceChanged)),
    Exit(
        13,
        "a file exists, or cannot be written",
        (errors.TargetExists, errors.TargetUnwritable, errors.StateUnwritable),
    ),
    Exit(INTERRUPTED, "interrupted with Ctrl-C"),
)


def code_of(error: errors.OtsError) -> int:
    return next((each.code for each in EXITS if isinstance(error, each.kinds)), BROKEN)


def table() -> str:
    """For the help."""
    rows = (f"{each.code:>3}  {each.when}" for each in sorted(EXITS, key=lambda each: each.code))
    return "Exit codes:\n\n\b\n" + "\n".join(rows)
