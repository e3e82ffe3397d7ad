"""Which tests stand for which row, as the code says it: read from the sources, without running anything."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]
KINDS = ("promise", "twin")


@dataclass(frozen=True, order=True)
class Mark:
    """A test that proves a row (`promise`), or breaks its rule and sees that noticed (`twin`)."""

    row: str
    kind: str
    file: str
    test: str


def marks(folder: Path = CLONE / "tests") -> set[Mark]:
    """All of them; marks belong on functions, with the ids of rows as plain texts."""
    found = set()
    for path in sorted(folder.rglob("test_*.py")):
        text = path.read_text()
        if any(f"mark.{kind}" in text for kind in KINDS):
            found |= set(_of_file(ast.parse(text), path.relative_to(CLONE).as_posix()))
    return found


def _of_file(tree: ast.Module, file: str) -> Iterator[Mark]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for mark in filter(_is_ours, function.decorator_list):
                for row in mark.args:
                    yield Mark(ast.literal_eval(row), mark.func.attr, file, function.name)


def _is_ours(decorator: ast.expr) -> bool:
    """`@pytest.mark.promise(…)` or `@pytest.mark.twin(…)`."""
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in KINDS
        and ast.unparse(decorator.func.value) == "pytest.mark"
    )
