"""As whom a server runs: as ourselves, and when we are root, as somebody with less to lose.

PostgreSQL refuses to run as root, and neither server has any business there.
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onetimeshare.engines.errors import EngineError
from onetimeshare.engines.folders import Home, make_private

# The way into a clone in root's private home. The first is the smaller right; containers often lack it.
CAPABILITIES = ("dac_read_search", "dac_override")


@dataclass(frozen=True)
class Runner:
    """Starts programs as *account*, or as ourselves when there is none."""

    account: pwd.struct_passwd | None = None
    prefix: tuple[str, ...] = ()

    @classmethod
    def for_home(cls, home: Home) -> "Runner":
        """Root hands its servers to the folder's owner; a folder of root's own goes to `nobody`."""
        if os.geteuid() != 0:
            return cls()
        owner = _nearest(home.path).stat().st_uid
        try:
            # Always somebody with a name: initdb looks its user up.
            return cls(pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody"))
        except KeyError:
            return cls(pwd.getpwnam("nobody"))

    def reaching(self, program: Path, folder: Path) -> "Runner":
        """The least privileged way in which *program* runs and can enter *folder*."""
        if self.account is None:
            return self
        ways = [self, *(Runner(self.account, _setpriv(self.account, right)) for right in CAPABILITIES)]
        for way in ways:
            if way._enters(program, folder):
                return way
        raise EngineError(
            f"{self.account.pw_name} may not enter {folder}: use a clone that others may enter, or not root."
        )

    def make_folder(self, folder: Path) -> None:
        make_private(folder, (self.account.pw_uid, self.account.pw_gid) if self.account else None)

    def run(self, command: Sequence[str | Path], **options: Any) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run([*self.prefix, *command], **self._options(), **options)  # noqa: S603

    def spawn(self, command: Sequence[str | Path], **options: Any) -> "subprocess.Popen[bytes]":
        # A session of its own: Ctrl-C in the terminal belongs to whoever started us, not to the servers.
        return subprocess.Popen(  # noqa: S603
            [*self.prefix, *command], start_new_session=True, **self._options(), **options
        )

    def _options(self) -> dict[str, Any]:
        # Neither our secrets nor a stray PGPORT reach the servers.
        options: dict[str, Any] = {
            "env": {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
            "cwd": "/",
            "umask": 0o077,
        }
        if self.account and not self.prefix:
            options |= {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        return options

    def _enters(self, program: Path, folder: Path) -> bool:
        trial: list[str | Path] = ["/bin/sh", "-c", '"$0" --version && cd "$1"', program, folder]
        try:
            return self.run(trial, capture_output=True).returncode == 0
        except FileNotFoundError:  # no setpriv: not Linux, or a very small one
            return False


def _setpriv(account: pwd.struct_passwd, capability: str) -> tuple[str, ...]:
    """The words before a command that make it *account*'s, with the one right to pass through folders.

    Without the securebit access(2), which initdb asks, drops capabilities for a user who is not root.
    """
    only = f"-all,+{capability}"
    return (
        *("setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"),
        *(f"--inh-caps={only}", f"--ambient-caps={only}", f"--bounding-set={only}"),
        *("--securebits=+no_setuid_fixup", "--"),
    )


def _nearest(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())
