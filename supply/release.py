"""`make release VERSION=1.2.3`: all of a release but the pushing.

    CHECKS="check test-all"   what must be green, if not these
    DRY_RUN=1                 all of it, but no commit and no tag stay
    UNAUDITED=1               although the lists of known holes could not be asked

It refuses on a tree with changes, a version that is no step forward, an empty "Unreleased", a red check.
Commits are made in a tree of their own and what is handed out is built there, from what git holds; the branch
moves only when all is done. dist/VERSION/ then has wheel, sdist, hashes of the scripts, bills of materials,
SHA256SUMS.

Two commits: the release, which the tag names, and the one that begins what comes next (docs/release.md).
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from supply import audit, edits, packages, sbom
from supply.edits import EditError
from supply.locks import CLONE
from supply.packages import git

SUMS = "SHA256SUMS"


class Refused(Exception):
    """There is no release; why, for people."""


def main(words: list[str]) -> int:
    asked = _parser().parse_args(words)
    try:
        _may_begin(asked.version)
        _is_green(os.environ["CHECKS"].split())
        audited = _is_audited(asked.unaudited)
        with _tree_of_its_own() as tree:
            first = _commit_release(tree, asked.version)
            made = _hand_out(tree, first, CLONE / "dist" / asked.version)
            edits.begin_next(tree, first)
            last = _commit(tree, f"release: Begin what follows {asked.version}")
            if not asked.dry_run:
                _keep(asked.version, first, last, audited)
    except (Refused, EditError, sbom.BomError, packages.BuildError) as problem:
        print(f"No release: {problem}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"No release: git {error.cmd[5]}: {error.stderr.strip()}", file=sys.stderr)
        return 1
    _tell(asked, made)
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="make release", description="See supply/release.py.")
    parser.add_argument("version")
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--unaudited", action="store_true")
    return parser


# --- may it be -------------------------------------------------------------------------------------------


def _may_begin(version: str) -> None:
    wanted = edits.number(version)
    if changed := git(CLONE, "status", "--porcelain"):
        raise Refused(f"the tree has changes:\n{changed}")
    if not git(CLONE, "branch", "--show-current"):
        raise Refused("this is no branch")
    tags = git(CLONE, "tag", "--list", "v*").split()
    released = [edits.number(tag[1:]) for tag in tags if tag[1:].replace(".", "").isdigit()]
    if released and wanted <= max(released):
        raise Refused(f"{version} is no step forward from {'.'.join(map(str, max(released)))}")
    if wanted < edits.number(sbom.version()):
        raise Refused(f"{version} is less than pyproject.toml has, {sbom.version()}")
    edits.news((CLONE / "CHANGELOG.md").read_text())


def _is_green(targets: list[str]) -> None:
    for target in targets:
        print(f"--- make {target}", flush=True)
        if subprocess.run(["make", "--no-print-directory", target], cwd=CLONE, check=False).returncode:
            raise Refused(f"make {target} failed")
    if changed := git(CLONE, "status", "--porcelain"):
        raise Refused(f"the checks changed the tree:\n{changed}")


def _is_audited(may_lack: bool) -> bool:
    print("--- make audit", flush=True)
    status = audit.main()
    if status == audit.KNOWN:
        raise Refused("what is locked has known holes")
    if status == audit.NOT_CHECKED and not may_lack:
        raise Refused("nobody could be asked for known holes; UNAUDITED=1 releases all the same, and says so")
    return status == audit.NONE


# --- what it makes ---------------------------------------------------------------------------------------


@contextmanager
def _tree_of_its_own() -> Iterator[Path]:
    """A work tree of the same repository, with the packages that are installed here."""
    with tempfile.TemporaryDirectory(prefix="onetimeshare-release-") as folder:
        tree = Path(folder).resolve() / "tree"
        git(CLONE, "worktree", "add", "--quiet", "--detach", str(tree), "HEAD")
        try:
            for name in (".venv", "node_modules"):
                (tree / name).symlink_to((CLONE / name).resolve())
            yield tree
        finally:
            git(CLONE, "worktree", "remove", "--force", str(tree))


def _commit_release(tree: Path, version: str) -> str:
    edits.release(tree, version, datetime.now(UTC).date())
    return _commit(tree, f"release: {version}")


def _commit(tree: Path, subject: str) -> str:
    git(tree, "commit", "--quiet", "--all", "-m", subject)
    return git(tree, "rev-parse", "HEAD")


def _hand_out(tree: Path, commit: str, into: Path) -> list[Path]:
    """Everything that is published, anew in *into*."""
    shutil.rmtree(into, ignore_errors=True)
    packages.of_commit(commit, into, tree)
    environ = os.environ | {"SOURCE_DATE_EPOCH": git(tree, "log", "-1", "--format=%ct", commit)}
    _run(tree, environ, sys.executable, "-m", "supply.sbom", str(into))
    _write_hashes(tree, environ, into / "hashes.txt")
    _write_image_bill(tree, environ, into / "image.cdx.json")
    made = sorted(into.iterdir())
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made]
    (into / SUMS).write_text("".join(sums))
    return [*made, into / SUMS]


def _write_hashes(tree: Path, environ: dict[str, str], path: Path) -> None:
    """Of the scripts, built there and here: what differs between two folders would differ for everybody."""
    there, here = (_hashes(folder, environ) for folder in (tree, CLONE))
    if there != here:
        raise Refused("the scripts of two builds differ")
    path.write_text(there)


def _hashes(folder: Path, environ: dict[str, str]) -> str:
    """What `make hashes` prints, without its installing anything: both folders have the same packages."""
    _run(folder, environ, str(folder / "frontend" / "with-node"), "node", "frontend/build.mjs")
    _run(folder, environ, sys.executable, "-m", "onetimeshare.languages", "build")
    return _run(folder, environ, sys.executable, "-m", "onetimeshare.hashes")


def _write_image_bill(tree: Path, environ: dict[str, str], path: Path) -> None:
    """Where an image can be built; a release without it says so."""
    layers = {"IMAGE_WORK": os.environ.get("IMAGE_WORK", str(CLONE / "var" / "image"))}
    try:
        _run(tree, environ | layers, sys.executable, "docker/build-and-try", "--bom", str(path))
    except Refused as problem:
        print(f"NOT MADE: {path.name}: {problem}", file=sys.stderr)


def _run(folder: Path, environ: dict[str, str], *words: str) -> str:
    done = subprocess.run(words, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{' '.join(words[-3:])}: {(done.stderr or done.stdout)[-1000:].strip()}")
    return done.stdout


# --- what stays ------------------------------------------------------------------------------------------


def _keep(version: str, first: str, last: str, audited: bool) -> None:
    told = edits.news(git(CLONE, "show", f"{first}:CHANGELOG.md"), version)
    looked = "" if audited else "\n\nNobody could be asked for known holes in its dependencies."
    git(CLONE, "tag", "--annotate", f"v{version}", first, "-m", f"OneTimeShare {version}\n\n{told}{looked}")
    git(CLONE, "merge", "--quiet", "--ff-only", last)


def _tell(asked: Namespace, made: list[Path]) -> None:
    for path in made:
        print(path.relative_to(CLONE))
    if asked.dry_run:
        print(f"A trial: no commit and no tag were kept. {asked.version} could be released.")
        return
    branch = git(CLONE, "branch", "--show-current")
    print(f"v{asked.version} is tagged; nothing has left this machine. To publish it:")
    print(f"  git push origin {branch} v{asked.version}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
