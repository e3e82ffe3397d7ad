"""README.md: its commands, run in their order, print what it shows; times and links are new ones."""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import psycopg

from tests.docs.conftest import CLONE, Running

README = (CLONE / "README.md").read_text()
SITE = "http://localhost:8000"
NOT_HERE = ("git clone", "make ")
MOMENT = re.compile(r"\d{1,2} \w{3} \d{4} at \d\d:\d\d UTC|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC")
LINK = re.compile(re.escape(SITE) + r"/[sm]/([a-z2-7]{16})(?:#1([a-z2-7]{26}))?")


class Shown(NamedTuple):
    command: str
    output: str


def shown() -> list[Shown]:
    """Commands of the document that a visitor types, with the output under each."""
    blocks = re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    pairs = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", "".join(blocks), re.MULTILINE)
    return [Shown(*pair) for pair in pairs if not pair[0].startswith(NOT_HERE)]


def scripts() -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


class Terminal:
    """A shell in which the links of the document stand for those that the server gave."""

    def __init__(self, running: Running, folder: Path) -> None:
        self._url, self._folder, self._cwd = running.url, folder, folder
        (folder / ".curlrc").write_text("no-progress-meter\n")
        self._env = running.env | {"CURL_HOME": str(folder), "STATE": str(folder / ".cwd")}
        self._given: dict[str, str] = {}

    def types(self, command: str) -> str:
        """What the command prints, as the document would write it."""
        for mine, given in self._given.items():
            command = command.replace(mine, given)
        line = command.replace(SITE, self._url) + '\nrc=$?; pwd > "$STATE"; exit $rc'
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=self._cwd,
            env=self._env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        self._cwd = Path((self._folder / ".cwd").read_text().strip())
        return done.stdout.replace(self._url, SITE)

    def learn(self, printed: str, written: str) -> None:
        """Pair the links of a real output with those at the same places of the document."""
        for real, mine in zip(LINK.findall(printed), LINK.findall(written), strict=True):
            self._given |= {ours: theirs for ours, theirs in zip(mine, real, strict=True) if ours}

    def in_words_of_the_document(self, printed: str) -> str:
        for mine, given in self._given.items():
            printed = printed.replace(given, mine)
        return MOMENT.sub("THEN", printed)


def test_the_first_share_goes_as_the_readme_shows(running: Running, tmp_path: Path):
    terminal = Terminal(running, tmp_path)

    for command, output in shown():
        printed = terminal.types(command)
        terminal.learn(printed, output)

        assert terminal.in_words_of_the_document(printed) == MOMENT.sub("THEN", output), command

    assert (tmp_path / "inbox" / "notes.txt").read_bytes() == (tmp_path / "notes.txt").read_bytes()


def test_the_readme_shows_a_share_left_opened_once_and_told_of():
    commands = [command for command, _ in shown()]

    assert any(command.startswith("curl -T") for command in commands)
    assert any("--data-urlencode" in command and "-o ./notes.txt" in command for command in commands)
    assert any("action=status" in command for command in commands)
    assert any("was opened on" in output for _, output in shown())


def test_the_lines_beside_it_work_too(running: Running, tmp_path: Path):
    (tmp_path / "notes.txt").write_text("content")
    (block,) = (block for block in scripts() if "curl" in block)

    said = [Terminal(running, tmp_path).types(line) for line in block.splitlines()]

    assert "The line waits for the password" in said[1]
    assert "Opens 3 times" in said[2]


def test_the_first_moderator_is_made_as_the_readme_says(running: Running):
    assert "`make admin`" in README
    printed = subprocess.run(
        ["make", "-n", "--no-print-directory", "admin"], cwd=CLONE, capture_output=True, text=True, check=True
    )
    recipe = printed.stdout[printed.stdout.index("eval ") :]  # not what it installs before
    email, password = "first@example.org", "correct horse battery"
    unasked = {"DJANGO_SUPERUSER_PASSWORD": password, "DATA_DIR": str(running.data)}

    done = subprocess.run(
        ["sh", "-eu", "-c", f"{recipe.rstrip()} --noinput --email {email}"],
        cwd=CLONE,
        env=running.env | unasked,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    with psycopg.connect(running.env["DATABASE_URL"]) as line:
        found = line.execute("SELECT is_staff, is_superuser FROM accounts_user WHERE email = %s", [email])
        assert found.fetchall() == [(True, True)]
