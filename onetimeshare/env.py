"""Typed readers for environment values; a value that cannot be understood stops the start by its name.

Every name read here is described in docs/settings.md, and a test compares the two.
"""

import ipaddress
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

T = TypeVar("T")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_env = Env()
_RATE = re.compile(r"[0-9]{1,9}/(?:[1-9][0-9]{0,4})?[smhd]")


def _read(reader: Callable[..., T], name: str, default: T) -> T:
    try:
        return reader(name, default)
    except (EnvError, ValueError) as error:
        # The value itself is never repeated: it may be a secret that was pasted under the wrong name.
        raise ImproperlyConfigured(f"{name} in the environment cannot be understood.") from error


def text(name: str, default: str = "") -> str:
    """A text; *name*_FILE, where set, names a file that holds it (as container secrets do)."""
    path = os.environ.get(f"{name}_FILE")
    if path is None:
        return _read(_env.str, name, default)
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"The file that {name}_FILE names cannot be read.") from error


def flag(name: str, default: bool = False) -> bool:
    return _read(_env.bool, name, default)


def number(name: str, default: int, *, least: int = 0) -> int:
    value = _read(_env.int, name, default)
    if value < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}.")
    return value


def rate(name: str, default: str) -> str:
    """So many in a second, minute, hour or day, or in several: "60/h", "5/10s"; empty is no limit."""
    value = text(name, default)
    if value and not _RATE.fullmatch(value):
        raise ImproperlyConfigured(f"{name} must be like 60/h or 5/10s, or empty for no limit.")
    return value


def names(name: str) -> list[str]:
    """A comma-separated list, empty when unset."""
    parts: list[str] = _read(_env.list, name, [])
    return [part.strip() for part in parts if part.strip()]


def networks(name: str) -> list[Network]:
    """A comma-separated list of networks: 10.0.0.0/8, fd00::/8, or single addresses."""
    try:
        return [ipaddress.ip_network(part) for part in names(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be networks like 10.0.0.0/8, by commas.") from error


def networks_or_switch(name: str, default: bool) -> bool | list[Network]:
    """On, off, or the networks it is on for: "10.0.0.0/8, 2001:db8::/32"."""
    is_switch = text(name).lower() in ("", "on", "off", "true", "false", "1", "0", "yes", "no")
    return flag(name, default) if is_switch else networks(name)


def one_of(name: str, choices: tuple[str, ...]) -> str:
    """One of *choices*, the first of them when unset."""
    value = text(name, choices[0])
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of: {', '.join(choices)}.")
    return value


def folder(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).resolve()
