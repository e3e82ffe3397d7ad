"""A small disk of memory where the shares lie, seen only by the processes that are put into its namespace."""

import os
import subprocess
from pathlib import Path

MOUNT = 'mount -t tmpfs -o "size=$1m,mode=0777" tmpfs "$2" && echo mounted && exec sleep infinity'


class Tmpfs:
    """A process that holds a mount namespace with a tmpfs of *mib* MiB on *folder*.

    Root gets a mount namespace; others one within a user namespace, where the kernel allows that.
    """

    def __init__(self, folder: Path, mib: int) -> None:
        self.folder = folder
        is_root = os.geteuid() == 0
        how = ["-m"] if is_root else ["-Urm"]
        self._holder = subprocess.Popen(
            ["unshare", *how, "--", "sh", "-c", MOUNT, "sh", str(mib), str(folder)],
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
        """The folder as the processes inside see it, by a path that works here."""
        return Path(f"/proc/{self._holder.pid}/root{self.folder}")

    def free_bytes(self) -> int:
        found = os.statvfs(self.seen_from_outside)
        return found.f_bavail * found.f_frsize

    def stop(self) -> None:
        self._holder.kill()
        self._holder.communicate()
