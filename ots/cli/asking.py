"""What is asked of a person, or read from where they said: links and passwords, which are never arguments."""

import os
import re
import secrets
import sys
from datetime import timedelta
from getpass import getpass
from pathlib import Path

from ots.claiming import AskPassword
from ots.cli.talk import say
from ots.errors import LinkWrong, PasswordMissing, TermsWrong

_MOST_BYTES = 4096
_LIFETIME = re.compile(r"(\d{1,6})\s*([smhdw])")
_NO_TERMINAL = "There is no terminal to ask at: use --password-file or --password-fd."
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
# No letter or digit is easily taken for another; 20 of 31 are 99 bits.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def link(given: str | None, what: str) -> str:
    """The link: as given, from stdin for `-` or where stdin is no terminal, else asked for."""
    if given not in (None, "-"):
        return str(given)
    if sys.stdin.isatty():
        sys.stderr.write(f"{what}: ")
        sys.stderr.flush()
    line = sys.stdin.readline(_MOST_BYTES)
    if not line.strip():
        raise LinkWrong("No link was given.")
    return line


def lifetime(text: str) -> timedelta:
    """`90s`, `30m`, `2h`, `7d` or `2w`. Raises TermsWrong."""
    found = _LIFETIME.fullmatch(text.strip().lower())
    if not found or not int(found[1]):
        raise TermsWrong("A lifetime looks like 30m, 2h, 7d or 2w.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def password_from(file: Path | None, fd: int | None) -> str | None:
    """The first line of a file or of an open descriptor. Raises TermsWrong."""
    if file is None and fd is None:
        return None
    if file is not None and fd is not None:
        raise TermsWrong("A password comes from one place.")
    try:
        with open(file if fd is None else fd, "rb", closefd=True) as source:  # type: ignore[arg-type]
            data: bytes = source.read(_MOST_BYTES)
    except OSError as error:
        raise TermsWrong(f"The password cannot be read: {error.strerror}") from error
    try:
        line = data.decode().split("\n")[0].removesuffix("\r")
    except UnicodeDecodeError:
        raise TermsWrong("The password is no text.") from None
    if not line:
        raise TermsWrong("The password is empty.")
    return line


def new_password() -> str:
    """Asked for twice, without echo."""
    if not can_ask():
        raise TermsWrong(f"{_NO_TERMINAL} Nothing was sent.")
    first = _hidden("Password: ")
    if _hidden("The same again: ") != first:
        raise TermsWrong("The two were not the same. Nothing was sent.")
    return first


def generated_password() -> str:
    """Four groups of five letters and digits: 99 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def password_for_opening(known: str | None) -> AskPassword:
    """The known one; else it is asked for, with the tries that are left."""

    def ask(left: int | None) -> str:
        if known is not None:
            return known
        if left is not None:
            say(f"It needs a password. {left} {'tries are' if left != 1 else 'try is'} left.")
        return _hidden("Password: ")

    return ask


def can_ask() -> bool:
    """Whether there is a terminal, wherever stdin and stdout lead."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _hidden(prompt: str) -> str:
    if not can_ask():
        raise PasswordMissing(f"It needs a password. {_NO_TERMINAL} No try was used up.")
    try:
        return getpass(prompt)
    except EOFError:
        raise PasswordMissing("No password was given. No try was used up.") from None
