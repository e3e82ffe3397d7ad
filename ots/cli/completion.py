"""`ots completion`."""

import click
from click.shell_completion import get_completion_class

from ots.cli.app import app, command
from ots.errors import TermsWrong


@command
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what a shell needs to complete words.

    For bash, in ~/.bashrc: eval "$(ots completion bash)". For fish: ots completion fish | source.
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise TermsWrong(f"Nothing is known of {shell}.")
    print(kind(app, {}, "ots", "_OTS_COMPLETE").source())
