"""The sentences of one script: the literals in `say("…")` and `sayMany(n, "…", "…")`."""

import json
import re
from collections.abc import Iterator

from onetimeshare.languages.message import Message, NotLiteral

# Only where words.ts is imported: the worker's `say` sends reports.
_IMPORTS = re.compile(r"import\s*\{[^}]*\bsay(?:Many)?\b[^}]*\}\s*from\s*\"[./]*words\.ts\"")
# Not a method of that name, called or declared.
_CALL = re.compile(r"(?<![.#\w])(say|sayMany)\((?!\w+\??: )")
_LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_SKIPPED = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_OPENING, _CLOSING = "([{", ")]}"


def messages(place: str, source: str) -> Iterator[Message]:
    if not _IMPORTS.search(source):
        return
    for call in _CALL.finditer(source):
        line = f"{place}:{source.count(chr(10), 0, call.start()) + 1}"
        arguments = list(_arguments(source, call.end()))
        if call[1] == "say":
            yield from (Message(text, place) for text in _texts(arguments[0], line))
        else:
            yield Message(_text(arguments[1], line), place, _text(arguments[2], line))


def _arguments(source: str, at: int) -> Iterator[str]:
    """The source of each argument, up to the bracket that closes the call."""
    depth, begin = 0, at
    while True:
        skipped = _LITERAL.match(source, at) or _SKIPPED.match(source, at)
        if skipped:
            at = skipped.end()
            continue
        here = source[at]
        if here in _CLOSING and depth == 0:
            if source[begin:at].strip():
                yield source[begin:at]
            return
        if here == "," and depth == 0:
            yield source[begin:at]
            begin = at + 1
        depth += (here in _OPENING) - (here in _CLOSING)
        at += 1


def _texts(argument: str, line: str) -> list[str]:
    """One literal, or the two of `condition ? "…" : "…"`."""
    chosen = re.fullmatch(r'[^"]*?\?\s*(".*")\s*:\s*(".*")\s*', argument, re.DOTALL)
    return [_text(part, line) for part in (chosen.groups() if chosen else [argument])]


def _text(argument: str, line: str) -> str:
    """A literal, or several with `+` between them."""
    bare = _SKIPPED.sub("", argument) if "//" not in _LITERAL.sub("", argument) else argument
    parts = _LITERAL.findall(bare)
    if not parts or _LITERAL.sub("", bare).replace("+", "").strip():
        raise NotLiteral(f"{line}: {argument.strip()}")
    return "".join(json.loads(part) for part in parts)
