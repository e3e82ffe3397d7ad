"""What a release writes into the tree: into its own commit, and into the one after it."""

import re
from datetime import date
from pathlib import Path

UNRELEASED = "## Unreleased\n"


class EditError(Exception):
    """The tree does not look as a release expects; the message is for people."""


def number(version: str) -> tuple[int, ...]:
    """1.2.3 as numbers, to be compared. Raises EditError for anything else."""
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", version):
        raise EditError(f"a version is three numbers, such as 1.2.3, and not {version!r}")
    return tuple(map(int, version.split(".")))


def news(changelog: str, version: str = "Unreleased") -> str:
    """What stands below a version's heading. Raises EditError where nothing does."""
    found = re.search(rf"^## {re.escape(version)}(?:,.*)?\n((?:(?!## ).*\n)*)", changelog, re.MULTILINE)
    if not found or not found[1].strip():
        raise EditError(f"CHANGELOG.md says nothing below a heading {version}")
    return found[1].strip()


def release(tree: Path, version: str, day: date) -> None:
    """The version and its day. pyproject.toml alone has the version; nothing else repeats it."""
    changelog = tree / "CHANGELOG.md"
    news(changelog.read_text())
    _replace(changelog, re.escape(UNRELEASED), f"## {version}, {day.isoformat()}\n")
    _replace(tree / "pyproject.toml", r'^version = "[^"]+"$', f'version = "{version}"')


def begin_next(tree: Path, released: str) -> None:
    """Afterwards: upgrades are tried from the commit *released*, and the way back leads to it."""
    ended = {app: _last_migration(tree / app) for app in ("shares", "accounts")}
    _replace(tree / "CHANGELOG.md", r"^## (?=\d)", f"{UNRELEASED}\n## ")
    previous = tree / "tests" / "previous.py"
    _replace(previous, r'^COMMIT = ".*"$', f'COMMIT = "{released}"')
    names = ", ".join(f'("{app}", "{name}")' for app, name in ended.items())
    _replace(previous, r"^MIGRATIONS = .*$", f"MIGRATIONS = ({names})")
    upgrade = tree / "docs" / "upgrade.md"
    for app, name in ended.items():
        _replace(upgrade, rf"^python manage\.py migrate {app} \w+$", f"python manage.py migrate {app} {name}")
    _replace(upgrade, r"\(here: [^)]*\)", "(here: nothing yet)")


def _last_migration(app: Path) -> str:
    return max(path.stem for path in (app / "migrations").glob("[0-9]*.py"))


def _replace(path: Path, pattern: str, new: str) -> None:
    """The first place where *pattern* stands. Raises EditError."""
    text, count = re.subn(pattern, lambda _: new, path.read_text(), count=1, flags=re.MULTILINE)
    if not count:
        raise EditError(f"{path.name} has no line {pattern}")
    path.write_text(text)
