"""What is set once: the server, and a token for it; in a file of mode 0600, or in the environment."""

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ots.errors import ServerWrong, StateUnwritable


@dataclass(frozen=True)
class Config:
    server: str | None = None
    token: str | None = field(default=None, repr=False)


def path() -> Path:
    home = os.environ.get("XDG_CONFIG_HOME", "")
    base = Path(home) if Path(home).is_absolute() else Path.home() / ".config"
    return base / "onetimeshare" / "config.toml"


def load(environ: Mapping[str, str] = os.environ) -> Config:
    """The environment before the file. A token of the file is for the file's server. Raises ServerWrong."""
    kept = _kept()
    server = environ.get("OTS_SERVER") or kept.server
    return Config(server, environ.get("OTS_TOKEN") or (kept.token if server == kept.server else None))


def _kept() -> Config:
    try:
        told = tomllib.loads(path().read_text())
    except FileNotFoundError:
        return Config()
    except (OSError, ValueError) as error:
        raise ServerWrong(f"{path()} cannot be read: {error}") from error
    values = {name: told[name] for name in ("server", "token") if isinstance(told.get(name), str)}
    return Config(**values)


def keep(**changes: str | None) -> None:
    """Change what the file says; None forgets. Raises StateUnwritable, ServerWrong."""
    kept = _kept()
    values = {"server": kept.server, "token": kept.token} | changes
    lines = [f"{name} = {json.dumps(value)}\n" for name, value in values.items() if value]
    file = path()
    new = file.with_suffix(".new")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        with open(new, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
            out.write("".join(lines))
        new.replace(file)
    except OSError as error:
        raise StateUnwritable(f"{file} cannot be written: {error.strerror}") from error
