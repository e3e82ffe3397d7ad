"""Finds every sentence that people read: `{% translate %}`, `gettext(…)`, and `say(…)` in scripts."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.template import Engine
from django.template.base import NodeList
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from onetimeshare.languages import scripts
from onetimeshare.languages.message import Message, NotLiteral

ROOMS = ("accounts", "onetimeshare", "shares")
# What is moderated in is the stock admin, in English.
_NOT_OURS = ("admin/",)
# Which arguments are the message, its plural, its context.
_CALLS = {
    "_": (0, None, None),
    "gettext": (0, None, None),
    "gettext_lazy": (0, None, None),
    "ngettext": (0, 1, None),
    "ngettext_lazy": (0, 1, None),
    "pgettext": (1, None, 0),
    "pgettext_lazy": (1, None, 0),
}


def of_pages() -> list[Message]:
    """The domain `django`: templates and Python."""
    return [*_templates(), *_python()]


def of_scripts() -> list[Message]:
    """The domain `djangojs`."""
    return [found for path in _files("frontend", "*.ts") for found in scripts.messages(*path)]


def _files(room: str, pattern: str) -> Iterator[tuple[str, str]]:
    """Paths from the clone, with what is in them."""
    base = Path(settings.BASE_DIR)
    for path in sorted((base / room).rglob(pattern)):
        if "dist" not in path.parts:
            yield path.relative_to(base).as_posix(), path.read_text()


def _templates() -> Iterator[Message]:
    engine = Engine.get_default()
    for place, source in _files("templates", "*.html"):
        if not place.removeprefix("templates/").startswith(_NOT_OURS):
            yield from _nodes(engine.from_string(source).nodelist, place)


def _nodes(nodes: NodeList, place: str) -> Iterator[Message]:
    for node in nodes:
        if isinstance(node, TranslateNode):
            yield Message(_constant(node, place), place)
        elif isinstance(node, BlockTranslateNode):
            # Django's own way to the message ids of a block.
            singular, _ = node.render_token_list(node.singular)
            plural = node.render_token_list(node.plural)[0] if node.plural else ""
            yield Message(singular, place, plural)
        for name in node.child_nodelists:
            yield from _nodes(getattr(node, name, None) or NodeList(), place)


def _constant(node: TranslateNode, place: str) -> str:
    found = node.filter_expression.var
    literal = getattr(found, "literal", found)
    if not isinstance(literal, str) or node.message_context:
        raise NotLiteral(f"{place}: {node.filter_expression.token}")
    return literal


def _python() -> Iterator[Message]:
    for room in ROOMS:
        for place, source in _files(room, "*.py"):
            if "gettext" in source:
                yield from _calls(ast.parse(source), place)


def _calls(tree: ast.Module, place: str) -> Iterator[Message]:
    for node in ast.walk(tree):
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if name in _CALLS:
            message, plural, context = (
                "" if at is None else _text(node.args[at], place)  # type: ignore[attr-defined]
                for at in _CALLS[name]
            )
            yield Message(message, place, plural, context)


def _text(node: ast.expr, place: str) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise NotLiteral(f"{place}:{node.lineno}: {ast.unparse(node)}")
