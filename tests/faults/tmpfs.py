"""A small disk of memory, seen only by processes that are put into its namespace, or by a path in /proc."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

MOUNT = 'mount -t tmpfs -o "size=$1m,mode=0777" tmpfs "$2" && echo mounted'
STAY = 'shift 2 && exec "$@" sleep infinity'


class Tmpfs:
    """A process that holds a mount namespace with a tmpfs of *mib* MiB on *folder*.

    Root gets a mount namespace; others one within a user namespace, where the kernel allows that.
    become: words before a command that make it somebody's who is to see the disk from outside.
    """

    def __init__(self, folder: Path, mib: int, become: Sequence[str] = ()) -> None:
        self.folder = folder
        is_root = os.geteuid() == 0
        how = ["-m"] if is_root else ["-Urm"]
        self._holder = subprocess.Popen(
            ["unshare", *how, "--", "sh", "-c", f"{MOUNT} && {STAY}", "sh", str(mib), str(folder), *become],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != b"mounted\n":
            _, said = self._holder.communicate()
            raise RuntimeError(f"This machine forbids mounting a tmpfs with unshare: {said.decode().strip()}")
        enter = ["-m"] if is_root else ["-U", "--preserve-credentials", "-m"]
        self.prefix = ["nsenter", "-t", str(self._holder.pid), *enter, "--wd=.", "--"]

    @property
    def seen_from_outside(self) -> Path:
        """The folder as the processes inside see it, by a path that works here, and for whom it was made."""
        return Path(f"/proc/{self._holder.pid}/root{self.folder}")

    def free_bytes(self) -> int:
        found = os.statvfs(self.seen_from_outside)
        return found.f_bavail * found.f_frsize

    def stop(self) -> None:
        self._holder.kill()
        self._holder.communicate()
