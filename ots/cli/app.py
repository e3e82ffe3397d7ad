"""`ots`: the commands, their help, and how every one of them ends."""

import functools
import os
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import ParamSpec

import click

from ots.cli import config, exits
from ots.cli.talk import say
from ots.cli.wording import told
from ots.client import Client
from ots.errors import OtsError, ServerWrong, TargetUnwritable
from ots.state import StateFolder
from ots.values import Tell, silent

Words = ParamSpec("Words")

# Links and passwords stand in no traceback that somebody pastes somewhere.
DEBUG = "OTS_DEBUG"


def _version() -> str:
    try:
        return version("onetimeshare-client")
    except PackageNotFoundError:
        return "from a checkout"


class InOrder(click.Group):
    """Commands in the order in which people need them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(
    cls=InOrder,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=exits.table(),
)
@click.version_option(_version(), prog_name="ots")
def app() -> None:
    """Leave text or files behind one link; it is opened once, then it is gone.

    All is sealed and opened here: the server never sees what it holds.

    Links and passwords need not stand on a command line. Leave the link out, and it is asked for, or read
    from stdin; passwords are asked for, or read from a file.
    """


def command(work: Callable[Words, None]) -> Callable[Words, None]:
    """A command that ends with a sentence and an exit code, never with a traceback."""

    @functools.wraps(work)
    def carried_out(*words: Words.args, **options: Words.kwargs) -> None:
        sys.exit(_ended(functools.partial(work, *words, **options)))

    return app.command(work.__name__.rstrip("_"))(carried_out)


def _ended(work: Callable[[], None]) -> int:
    try:
        work()
        sys.stdout.flush()
    except OtsError as error:
        say(told(error))
        return exits.code_of(error)
    except KeyboardInterrupt:
        say("Stopped.")
        return exits.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        say("Nobody reads the output any more.")
        return exits.code_of(TargetUnwritable())
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        # Not the error's own text: nobody knows what stands in it.
        say(f"Something broke in this program ({type(error).__name__}). {DEBUG}=1 shows where.")
        return exits.BROKEN
    return 0


def client(
    server: str | None = None, *, tell: Tell = silent, insecure_http: bool = False, sends: bool = False
) -> Client:
    """For links, or (*sends*) for a server that is named somewhere."""
    kept = config.load()
    where = server or kept.server
    if sends and not where:
        raise ServerWrong(
            "No server is named. Set one with `ots config server https://…`, OTS_SERVER or --server."
        )
    folder = StateFolder()
    folder.sweep()
    # A token is for the server it was set for, and for no other.
    token = kept.token if where == kept.server else None
    return Client(where if sends else None, token=token, folder=folder, tell=tell, allow_http=insecure_http)


def main() -> None:
    for room in ("send", "get", "manage", "completion"):
        import_module(f"ots.cli.{room}")  # it brings its commands
    app(prog_name="ots")
