"""What no line of the product may do, and the few that do it with a reason.

`broken(path, text)` gives the rules that a source breaks; which file it is tells the language.
"""

import ast
import re
from collections.abc import Iterator

NAMES = {
    "mark_safe": "text becomes markup unescaped",
    "SafeString": "text becomes markup unescaped",
    "csrf_exempt": "other sites may send what a signed-in person did not",
    "extractall": "an archive writes where it likes",
    "RawSQL": "SQL made of texts",
    "raw": "SQL made of texts",
    "extra": "SQL made of texts",
    "eval": "text becomes code",
    "exec": "text becomes code",
    "mkstemp": "plaintext may land on a disk that nobody sweeps",
    "mkdtemp": "plaintext may land on a disk that nobody sweeps",
    "NamedTemporaryFile": "plaintext may land on a disk that nobody sweeps",
    "TemporaryFile": "plaintext may land on a disk that nobody sweeps",
    "SpooledTemporaryFile": "plaintext may land on a disk that nobody sweeps",
}
MODULES = {
    "pickle": "data become code",
    "marshal": "data become code",
    "shelve": "data become code",
    "telnetlib": "no TLS",
    "tempfile": "plaintext may land on a disk that nobody sweeps",
}
# What asks Postgres: its first argument is a text of ours, never one that is put together at the call.
ASKS = {"ask", "execute", "executemany", "Fixed", "FixedUpdate"}
MARKUP = {
    r"\|\s*safe\b": "|safe",
    r"autoescape\s+off": "autoescape off",
    r"<script(?![^>]*\bsrc=)": "inline script",
    r"<[a-z][^>]*\son[a-z]+\s*=": "inline handler",
    r"<[a-z][^>]*\sstyle\s*=": "inline style",
    r"javascript:": "javascript:",
}
SCRIPT = {
    r"\b(?:inner|outer)HTML\b": "innerHTML",
    r"\binsertAdjacentHTML\b": "innerHTML",
    r"\bdocument\.write": "document.write",
    r"\beval\s*\(|\bnew Function\b": "eval",
    r"\b(?:local|session)Storage(?:\.\w|\[)": "kept in the browser",
    r"\bindexedDB\b|\bdocument\.cookie\b": "kept in the browser",
    r"\bserviceWorker\b": "service worker",
    r"""postMessage\([^)]*["']\*["']""": "postMessage to anybody",
}


def broken(path: str, text: str) -> set[str]:
    """The names of the rules that this source breaks."""
    if path.endswith(".py"):
        return set(_of_python(ast.parse(text)))
    patterns = MARKUP if path.endswith(".html") else SCRIPT
    return {name for pattern, name in patterns.items() if re.search(pattern, text, re.IGNORECASE)}


def _of_python(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (name for name in _imported(node) if name in MODULES)
        elif isinstance(node, ast.Call):
            yield from _of_call(node)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield from (name for name in map(_last, node.decorator_list) if name in NAMES)


def _imported(node: "ast.Import | ast.ImportFrom") -> list[str]:
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]


def _of_call(call: ast.Call) -> Iterator[str]:
    name = _last(call.func)
    if name in NAMES:
        yield name
    if name == "join" and ast.unparse(call.func).endswith("path.join"):
        yield "os.path.join"
    if name in ASKS and call.args and isinstance(call.args[0], ast.JoinedStr | ast.BinOp):
        yield "SQL put together"
    if name == "save" and isinstance(call.func, ast.Attribute) and not _is_new(call):
        yield "save"
    for keyword in call.keywords:
        yield from {"shell=True", "verify=False"} & {ast.unparse(keyword)}


def _is_new(call: ast.Call) -> bool:
    """A row that is written whole, once, races with nobody."""
    return any(keyword.arg == "force_insert" for keyword in call.keywords)


def _last(node: ast.AST) -> str:
    """`a.b.c(…)` → "c"."""
    if isinstance(node, ast.Call):
        return _last(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
