"""`make packages`: the client's wheel and source distribution, the same bytes for the same commit.

    python -m supply.packages FOLDER [COMMIT]

They are built from what git holds, never from what lies about, by the setuptools of the locks. Times are the
commit's, owners and modes are fixed. Another Python's zlib may pack the same files into other bytes.
"""

import gzip
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from supply.locks import CLONE

# setuptools takes the words of the command line for itself, so the folder is read first.
_BUILD = "import sys; from setuptools import build_meta as b; to = sys.argv[1]; "
_BUILD += "b.build_sdist(to); b.build_wheel(to)"


class BuildError(Exception):
    """setuptools ended badly; the message has its last lines."""


def of_commit(commit: str, into: Path, clone: Path = CLONE) -> list[Path]:
    """Build from *commit* of the git repository *clone*; both files."""
    epoch = int(git(clone, "log", "-1", "--format=%ct", commit))
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            _git(clone, "archive", "--format=tar", commit), check=True, capture_output=True
        )
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as tree:
            tree.extractall(folder, filter="data")
        return build(Path(folder), into, epoch)


def build(source: Path, into: Path, epoch: int) -> list[Path]:
    """Both distributions of the tree *source*, which is written to. epoch: their time, since 1970.

    Raises BuildError.
    """
    into.mkdir(parents=True, exist_ok=True)
    for path in source.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
    environ = {"PATH": os.environ["PATH"], "SOURCE_DATE_EPOCH": str(epoch), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    with tempfile.TemporaryDirectory() as fresh:
        done = subprocess.run(
            [sys.executable, "-c", _BUILD, fresh],
            cwd=source,
            env=environ,
            umask=0o022,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise BuildError(f"the packages cannot be built: {done.stderr[-1000:].strip()}")
        made = []
        for path in sorted(Path(fresh).iterdir()):
            content = path.read_bytes()
            made.append(into / path.name)
            made[-1].write_bytes(_timeless(content, epoch) if path.name.endswith(".tar.gz") else content)
    return made


def _timeless(packed: bytes, epoch: int) -> bytes:
    """The same archive with one time, one owner, its files in order; setuptools keeps those of the disk."""
    written = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(packed)) as old,
        gzip.GzipFile(fileobj=written, mode="wb", filename="", mtime=epoch) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w", format=tarfile.PAX_FORMAT) as new,
    ):
        for entry in sorted(old.getmembers(), key=lambda each: each.name):
            entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname = epoch, 0, 0, "", ""
            entry.mode = 0o755 if entry.isdir() else 0o644
            entry.pax_headers = {}
            new.addfile(entry, old.extractfile(entry) if entry.isfile() else None)
    return written.getvalue()


def git(clone: Path, *words: str) -> str:
    """What git says, without the last line's end. Raises CalledProcessError."""
    done = subprocess.run(_git(clone, *words), check=True, capture_output=True, text=True)
    return done.stdout.rstrip("\n")


def _git(clone: Path, *words: str) -> list[str]:
    return ["git", "-c", f"safe.directory={clone}", "-C", str(clone), *words]


def main(words: list[str]) -> int:
    if not 1 <= len(words) <= 2:
        print("usage: python -m supply.packages FOLDER [COMMIT]", file=sys.stderr)
        return 2
    for path in of_commit(words[1] if words[1:] else "HEAD", Path(words[0])):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
