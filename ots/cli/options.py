"""Options that several commands have."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Work = TypeVar("Work", bound=Callable[..., Any])
PATH = click.Path(path_type=Path)

share_link = click.argument("link", required=False)
manage_link = click.argument("manage", required=False)
insecure_http = click.option(
    "--insecure-http", is_flag=True, help="Allow plain http to other machines than this one."
)
as_json = click.option("--json", "as_json", is_flag=True, help="JSON on stdout instead.")


def password_sources(work: Work) -> Work:
    """A password is never an argument: a process list shows those."""
    file = click.option("--password-file", type=PATH, metavar="FILE", help="Its first line is the password.")
    fd = click.option("--password-fd", type=int, metavar="N", help="The same from an open descriptor.")
    return file(fd(work))
