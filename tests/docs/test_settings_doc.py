"""docs/settings.md and the code name the same settings, with the same defaults."""

import ast
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from onetimeshare import engines

CLONE = Path(__file__).resolve().parents[2]
DOC = CLONE / "docs" / "settings.md"
ROOMS = ("onetimeshare", "shares", "accounts", "sealing")
READERS = {"text", "flag", "number", "rate", "names", "networks", "networks_or_switch", "one_of", "folder"}
UNSET = {"text": "", "flag": False, "names": [], "networks": []}
# A name that is not written where it is read: the two URLs, which the settings read as well.
UNNAMED = {("onetimeshare/engines/__init__.py", "name")}
NOT_OURS = {"PATH"}
MADE_HERE = {"SECRET_KEY", "SECRET_KEY_FALLBACKS", "SEAL_KEY", "METRICS_TOKEN"}
SET_BY_US = {"SERVED", "DJANGO_SETTINGS_MODULE"}


class Told(NamedTuple):
    """One row of the document."""

    default: str
    example: str


def told() -> dict[str, Told]:
    rows = re.findall(
        r"^\| `([A-Z0-9_]+)` \| `(.*?)` \| .*? \| (?:`(.*)`)?.*\|$", DOC.read_text(), re.MULTILINE
    )
    assert len({name for name, *_ in rows}) == len(rows), "a name is described twice"
    return {name: Told(default, example) for name, default, example in rows}


def read_by_code() -> dict[str, str]:
    """Every name the code reads, with its default as the document writes it; "" where it has none."""
    found: dict[str, str] = {}
    # The settings last: where several places read one name, theirs is the default that counts.
    for path in sorted(sources(), key=lambda path: path.name.startswith("settings")):
        for name, default in reads(path):
            found[name] = default if default is not None else found.get(name, "")
    return found


def sources() -> Iterator[Path]:
    yield CLONE / "manage.py"
    for room in ROOMS:
        yield from (path for path in (CLONE / room).rglob("*.py") if path.name != "env.py")


def reads(path: Path) -> Iterator[tuple[str, str | None]]:
    tree = ast.parse(path.read_text())
    alternatives = {
        node.values[0]: node.values[-1]
        for node in ast.walk(tree)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and is_environ(node.value):
            yield named(path, node.slice), None
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        owner, method = node.func.value, node.func.attr
        if isinstance(owner, ast.Name) and owner.id == "env" and method in READERS:
            yield named(path, node.args[0]), default_of(method, node)
        elif is_environ(owner) and method in ("get", "setdefault", "pop"):
            name = named(path, node.args[0])
            if not name or name in NOT_OURS or name.endswith("_FILE"):
                continue
            given = node.args[1] if len(node.args) > 1 else alternatives.get(node)
            yield name, written(given) if given and not from_outside(given) else None


def is_environ(node: ast.expr) -> bool:
    return (isinstance(node, ast.Name) and node.id == "environ") or (
        isinstance(node, ast.Attribute) and node.attr == "environ"
    )


def from_outside(node: ast.expr) -> bool:
    """`environ.get(A) or environ.get(B) …`: no default of A's own."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and is_environ(node.func.value)


def named(path: Path, node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    where = (path.relative_to(CLONE).as_posix(), ast.unparse(node))
    assert where in UNNAMED, f"{where} reads a setting whose name this test cannot see"
    return ""


def default_of(reader: str, node: ast.Call) -> str:
    if len(node.args) == 1:
        return str(UNSET[reader]) if UNSET[reader] != "" else '""'
    if reader == "one_of":
        return str(ast.literal_eval(node.args[1])[0]) or '""'
    return written(node.args[1])


def written(node: ast.expr) -> str:
    """A default as the document writes it: a number in digits, a folder as a path, else the source."""
    source = ast.unparse(node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return source.replace("CLONE", "BASE_DIR").replace(" / ", "/").replace("'", "")
    if all(isinstance(part, ast.BinOp | ast.Constant | ast.operator) for part in ast.walk(node)):
        return str(eval(source)) or '""'  # noqa: S307 - constants and operators only, from our own source
    return source


def test_every_setting_that_is_read_is_described_and_none_besides():
    described, read = set(told()), {name for name in read_by_code() if name}

    assert read - described == set(), "read by the code, missing in docs/settings.md"
    assert described - read == set(), "in docs/settings.md, read by nothing"


def test_the_defaults_described_are_those_of_the_code():
    described = {name: row.default for name, row in told().items() if name != "ENGINES_DIR"}
    read = read_by_code()

    assert described == {name: read[name] for name in described}


def test_the_engines_live_in_the_data_folder_unless_they_have_one_of_their_own():
    told_both = {"DATA_DIR": "/data", "ENGINES_DIR": "/engines"}

    folders = [engines._folder(None, True, environ) for environ in (told_both, {"DATA_DIR": "/data"}, {})]

    assert folders == [Path("/engines"), Path("/data"), CLONE / "var"]
    assert told()["ENGINES_DIR"].default == "DATA_DIR"


def test_a_server_configured_by_the_examples_may_start(tmp_path):
    rows = told()
    environ = {name: row.example for name, row in rows.items() if row.example}
    assert set(rows) - set(environ) == MADE_HERE | SET_BY_US, "a row without an example in backquotes"
    environ |= {"SECRET_KEY": secrets.token_urlsafe(48), "PATH": os.environ["PATH"]}
    environ |= {name: str(tmp_path / name) for name in environ if name.endswith("_DIR")}

    check = [sys.executable, "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(check, cwd=CLONE, env=environ, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
