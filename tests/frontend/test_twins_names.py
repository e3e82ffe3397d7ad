"""The twins of sealing have the same names, so that they cannot drift apart."""

import ast
import re

import pytest

from sealing import errors
from tests.frontend.bundles import ROOT

# What only the server or only the command-line client does; and what has another name in another file.
WITHOUT_TWIN = {"record", "state", "webhook", "__init__"}
ELSEWHERE = {"Buffer"}


def python_names(source: str) -> set[str]:
    """What a module defines at its top for others."""
    defined = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            defined.add(node.target.id)
        elif isinstance(node, ast.Assign):
            defined |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return {name for name in defined if not name.startswith("_")}


def as_typescript(name: str) -> str:
    if not name.islower():
        return name
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


def typescript_names(source: str) -> set[str]:
    return set(
        re.findall(r"^export (?:async )?(?:function\*?|class|const|type|interface) (\w+)", source, re.M)
    )


@pytest.mark.parametrize("name", sorted({path.stem for path in ROOT.glob("sealing/*.py")} - WITHOUT_TWIN))
def test_every_name_of_python_has_its_twin(name):
    ours = python_names((ROOT / "sealing" / f"{name}.py").read_text())
    theirs = typescript_names((ROOT / "frontend" / "sealing" / f"{name}.ts").read_text())

    assert ours
    assert {as_typescript(name) for name in ours - ELSEWHERE} - theirs == set()


def test_every_refusal_has_the_same_code_and_the_same_parent():
    twin = (ROOT / "frontend" / "sealing" / "errors.ts").read_text()
    a_class = r'class (\w+) extends (\w+) \{\n\s+(?:override )?readonly code: string = "(\w+)"'
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]

    ours = [(kind.__name__, kind.__base__.__name__, kind.code) for kind in kinds]
    theirs = [
        (name, parent.removeprefix("Error") or "Exception", code)
        for name, parent, code in re.findall(a_class, twin)
    ]
    assert theirs == ours
