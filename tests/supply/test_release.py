"""A release by one command: what it refuses, what it writes, and that all of it stays on this machine."""

import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from supply import audit, edits, release
from supply.edits import EditError
from supply.packages import git
from tests import previous
from tests.docs.conftest import CLONE

VERSION = "97.0.1"
WHO = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
WHO |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in WHO.items()}
# As git leaves it out; the copy that is tested may have no git.
LEFT_OUT = shutil.ignore_patterns(
    *(".git", ".venv", ".venv-lock", "node_modules", "var", "dist", "build", "staticfiles"),
    *("__pycache__", ".hypothesis", "*_cache", "*.pyc", "*.mo", "*.egg-info"),
)


@pytest.fixture(autouse=True)
def _somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WHO.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")


def committed(folder: Path) -> Path:
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "all")
    return folder


def with_news(folder: Path) -> Path:
    """The changelog right after a release has none."""
    changelog = folder / "CHANGELOG.md"
    text = changelog.read_text()
    changelog.write_text(text.replace(edits.UNRELEASED, f"{edits.UNRELEASED}\n- Something new.\n", 1))
    return folder


# --- what it writes --------------------------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The files that a release changes."""
    for name in ("CHANGELOG.md", "pyproject.toml", "tests/previous.py", "docs/upgrade.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(CLONE / name, tmp_path / name)
    for app in ("shares", "accounts"):
        shutil.copytree(CLONE / app / "migrations", tmp_path / app / "migrations")
    return with_news(tmp_path)


def test_the_version_stands_in_one_place_and_the_news_below_it(tree: Path):
    told = edits.news((tree / "CHANGELOG.md").read_text())

    edits.release(tree, VERSION, date(2031, 2, 3))

    changelog = (tree / "CHANGELOG.md").read_text()
    assert f"\n## {VERSION}, 2031-02-03\n" in changelog
    assert "Unreleased" not in changelog
    assert edits.news(changelog, VERSION) == told
    assert f'\nversion = "{VERSION}"\n' in (tree / "pyproject.toml").read_text()


def test_what_comes_next_starts_from_the_release(tree: Path):
    edits.release(tree, VERSION, date(2031, 2, 3))
    (tree / "shares" / "migrations" / "0777_new.py").touch()

    edits.begin_next(tree, "a" * 40)

    found: dict = {}
    exec((tree / "tests" / "previous.py").read_text(), found)  # noqa: S102 - our own file
    ended = dict(found["MIGRATIONS"])
    assert found["COMMIT"] == "a" * 40
    assert ended["shares"] == "0777_new"
    assert (CLONE / "accounts" / "migrations" / f"{ended['accounts']}.py").exists()
    upgrade = (tree / "docs" / "upgrade.md").read_text()
    assert [f"migrate {app} {name}\n" in upgrade for app, name in ended.items()] == [True, True]
    changelog = (tree / "CHANGELOG.md").read_text()
    assert changelog.index("## Unreleased\n\n") < changelog.index(f"## {VERSION}")
    with pytest.raises(EditError, match="says nothing"):
        edits.news(changelog)


@pytest.mark.parametrize("version", ["1.2", "v1.2.3", "1.2.3rc1", "01.2.3", "1.2.3.4", ""])
def test_what_is_no_version_is_refused(version: str):
    with pytest.raises(EditError, match="three numbers"):
        edits.number(version)


def test_a_tree_that_looks_otherwise_is_not_guessed_at(tree: Path):
    edits.release(tree, VERSION, date(2031, 2, 3))
    (tree / "tests" / "previous.py").write_text("commit = 1\n")

    with pytest.raises(EditError, match=r"previous\.py has no line"):
        edits.begin_next(tree, "a" * 40)


# --- what it refuses -------------------------------------------------------------------------------------


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small repository with a version, news and two targets."""
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(
        "# Changelog\n\n## Unreleased\n\n- A new one.\n\n## 1.2.0, 2026-01-01\n"
    )
    (tmp_path / "Makefile").write_text("green:\n\t@true\nred:\n\t@false\nuntidy:\n\t@touch left\n")
    monkeypatch.setattr(release, "CLONE", committed(tmp_path))
    monkeypatch.setattr(release.sbom, "version", lambda: "1.2.0")
    monkeypatch.setattr(audit, "main", lambda: audit.NONE)
    monkeypatch.setenv("CHECKS", "green")
    return tmp_path


@pytest.fixture
def refused(clone: Path, capsys: pytest.CaptureFixture[str]):
    def why(version: str = "1.3.0", *more: str) -> str:
        head, tags = git(clone, "rev-parse", "HEAD"), git(clone, "tag")
        assert release.main([version, *more]) == 1
        assert (git(clone, "rev-parse", "HEAD"), git(clone, "tag")) == (head, tags)
        assert len(git(clone, "worktree", "list").splitlines()) == 1
        return capsys.readouterr().err

    return why


def test_a_tree_with_changes_is_not_released(clone: Path, refused):
    (clone / "new").touch()

    assert "the tree has changes" in refused()


def test_a_version_goes_forward(clone: Path, refused):
    git(clone, "tag", "v1.10.0")

    assert "no step forward from 1.10.0" in refused("1.9.0")
    assert "no step forward from 1.10.0" in refused("1.10.0")
    git(clone, "tag", "-d", "v1.10.0")
    assert "less than pyproject.toml has, 1.2.0" in refused("1.1.0")


def test_a_release_says_what_is_new_before_anything_is_tried(clone: Path, refused, monkeypatch):
    monkeypatch.setenv("CHECKS", "red")
    (clone / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n\n## 1.2.0, 2026-01-01\n\n- Old.\n")
    git(clone, "commit", "-qam", "quiet")

    assert "says nothing" in refused()


def test_a_red_check_ends_it(refused, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHECKS", "green red")

    assert "make red failed" in refused()


def test_a_check_that_leaves_something_behind_ends_it(refused, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHECKS", "untidy")

    assert "the checks changed the tree" in refused()


def test_known_holes_end_it_and_nobody_asked_does_too(refused, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(audit, "main", lambda: audit.KNOWN)
    assert "known holes" in refused("1.3.0", "--unaudited")

    monkeypatch.setattr(audit, "main", lambda: audit.NOT_CHECKED)
    assert "nobody could be asked" in refused("1.3.0")


def test_what_fails_on_the_way_leaves_nothing(clone: Path, refused):
    """Here: there are no packages to be linked to."""
    assert "No release" in refused("1.3.0")


# --- all of it -------------------------------------------------------------------------------------------


def make(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    nobody = (
        "http://127.0.0.1:1"  # whoever might be asked for known holes: their answer is not the point here
    )
    audit_of = {
        "PIP_AUDIT_VULNERABILITY_SERVICE": "osv",
        "PIP_AUDIT_OSV_URL": nobody,
        "npm_config_registry": nobody,
    }
    environ = os.environ | audit_of | {"IMAGE_WORK": str(CLONE / "var" / "image"), "MAKEFLAGS": ""}
    return subprocess.run(["make", *words], cwd=folder, env=environ, capture_output=True, text=True)


@pytest.fixture
def throwaway(tmp_path: Path) -> Path:
    """A clone of what lies here, with a remote that would notice."""
    folder = tmp_path / "clone"
    shutil.copytree(CLONE, folder, ignore=LEFT_OUT, symlinks=True)
    (folder / ".venv").symlink_to((CLONE / ".venv").resolve())
    # No link: `npm ci` begins by emptying the folder, and this one is everybody's.
    shutil.copytree(CLONE / "node_modules", folder / "node_modules", symlinks=True)
    for stamp in (".stamp-run", ".stamp-check"):
        (folder / "node_modules" / stamp).touch()
    git(with_news(folder), "init", "-q", "-b", "main")
    (folder / ".git" / "info" / "exclude").write_text(".venv\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "all")
    git(folder, "init", "-q", "--bare", str(tmp_path / "remote"))
    git(folder, "remote", "add", "origin", str(tmp_path / "remote"))
    return folder


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_one_command_makes_a_release_and_pushes_nothing(throwaway: Path, tmp_path: Path):
    before = git(throwaway, "rev-parse", "HEAD")
    asked = ("release", f"VERSION={VERSION}", "CHECKS=licences", "UNAUDITED=1")

    trial = make(throwaway, *asked, "DRY_RUN=1")
    assert trial.returncode == 0, trial.stdout + trial.stderr
    tried = {path.name: path.read_bytes() for path in (throwaway / "dist" / VERSION).iterdir()}
    assert (git(throwaway, "rev-parse", "HEAD"), git(throwaway, "tag")) == (before, "")

    done = make(throwaway, *asked)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"git push origin main v{VERSION}" in done.stdout

    dist = throwaway / "dist" / VERSION
    made = {path.name for path in dist.iterdir()}
    wheel, sdist = f"onetimeshare_client-{VERSION}-py3-none-any.whl", f"onetimeshare_client-{VERSION}.tar.gz"
    bills = {"server.cdx.json", "client.cdx.json", "pages.cdx.json", "image.cdx.json"}
    assert made == {wheel, sdist, "hashes.txt", "SHA256SUMS", *bills}
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=dist, check=True)
    assert (dist / "SHA256SUMS").read_text().count("\n") == len(made) - 1
    assert (dist / "hashes.txt").read_bytes() == tried["hashes.txt"]

    tagged = git(throwaway, "rev-list", "-n1", f"v{VERSION}")
    assert git(throwaway, "cat-file", "-t", f"v{VERSION}") == "tag"
    assert "Nobody could be asked" in git(throwaway, "tag", "--list", "--format=%(contents)", f"v{VERSION}")
    assert git(throwaway, "log", "--format=%s", f"{before}..HEAD").splitlines() == [
        f"release: Begin what follows {VERSION}",
        f"release: {VERSION}",
    ]
    assert tagged == git(throwaway, "rev-parse", "HEAD~1")
    assert f'COMMIT = "{tagged}"' in (throwaway / "tests" / "previous.py").read_text()
    assert previous.COMMIT in git(throwaway, "show", f"{tagged}:tests/previous.py")
    assert git(throwaway, "status", "--porcelain") == ""
    assert git(throwaway, "ls-remote", "origin") == ""

    git(throwaway, "checkout", "-q", f"v{VERSION}")
    again = make(throwaway, "packages")
    assert again.returncode == 0, again.stderr
    for name in (wheel, sdist):
        assert (throwaway / "dist" / name).read_bytes() == (dist / name).read_bytes()
    assert make(throwaway, *asked).returncode != 0
