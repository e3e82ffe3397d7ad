"""`ots` that dies by SIGKILL at one of its steps: DIE_AT counts what it does to disk and server.

Run as `python -m tests.ots.dying get LINK`. It ends by itself when there are fewer steps than DIE_AT.
"""

import functools
import os
import signal
from collections.abc import Callable
from typing import Any

from ots import api, folders, spools, state, targets
from ots.cli.app import main

STEPS = {
    api.Api: ("create", "put_part", "received", "complete", "status", "claim", "burn"),
    state.Notes: ("add", "erase"),
    folders.Folder: ("open", "place", "sync"),
    spools.Spool: ("erase",),
}
_left = int(os.environ["DIE_AT"])


def _step() -> None:
    global _left
    _left -= 1
    if not _left:
        os.kill(os.getpid(), signal.SIGKILL)


def deadly(work: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(work)
    def carried_out(*words: Any, **more: Any) -> Any:
        _step()
        answer = work(*words, **more)
        _step()
        return answer

    return carried_out


for kind, names in STEPS.items():
    for name in names:
        setattr(kind, name, deadly(getattr(kind, name)))
targets.remove = deadly(targets.remove)  # type: ignore[attr-defined]

main()
