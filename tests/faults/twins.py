"""Sabotage twins: the product with one rule broken, to show that a test would notice.

A twin is a module in `sabotage/` with `REPLACES = {"shares.services.claim.claim": claim}`: the dotted name
of a function of the product, and what stands in its place. Normally one name; where the product holds a
rule twice, both. `sabotage/` says in each docstring which rule is broken.

A process loads the twin named in its environment (TWIN=naive_claim), and only under tests.faults.settings.
The function object stays and gets other code, so whoever imported it by name, wrapped it or decorated it
calls the replacement too. What it was is `replaced("shares.services.claim.claim")`.
"""

import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import FunctionType
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

if TYPE_CHECKING:
    from tests.faults.rig import Rig

MARK = "sabotage: replaced"
_HOOK = "_twin_of_{}"
_was: dict[str, FunctionType] = {}


class TwinError(Exception):
    """A twin that names nothing, or changes nothing."""


class Sabotage(AppConfig):
    """Loads the twin once all models are there."""

    name = "tests.faults"
    label = "sabotage"

    def ready(self) -> None:
        if twin := os.environ.get("TWIN"):
            load(twin)
        if os.environ.get("STOPS"):
            import_module("tests.faults.stops").install()


def load(twin: str) -> None:
    """Replace what the module `sabotage/{twin}.py` names. Raises TwinError."""
    replaces = getattr(import_module(f"tests.faults.sabotage.{twin}"), "REPLACES", None)
    if not replaces:
        raise TwinError(f"the twin {twin} replaces nothing")
    for name, replacement in replaces.items():
        replace(name, replacement)
        print(f"{MARK} {name} by {twin}", file=sys.stderr, flush=True)


@contextmanager
def loaded(twin: str) -> Iterator[None]:
    """The same for a test within one process: the twin inside, afterwards the product again.

    Not for a twin of what a fixed question is made of (shares/querysets/fixed.py): its SQL would stay.
    """
    load(twin)
    try:
        yield
    finally:
        for name in list(_was):
            _restore(name)


def replaced(name: str) -> Callable[..., Any]:
    """The function as the product has it."""
    return _was[name]


def replace(name: str, replacement: Callable[..., Any]) -> None:
    """Put *replacement* in the place of the product's function of that name. Raises TwinError."""
    function = _find(name)
    if function.__code__.co_freevars:
        raise TwinError(f"{name} is made inside another function; name that one")
    hook = _HOOK.format(name.replace(".", "_"))
    if hook in function.__globals__:
        raise TwinError(f"{name} was replaced already")
    _was[name] = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__
    )
    _was[name].__kwdefaults__ = function.__kwdefaults__
    before = function.__code__
    function.__globals__[hook] = replacement
    function.__code__ = _call(hook)
    function.__defaults__ = function.__kwdefaults__ = None
    if function.__code__ is before or _find(name) is not function:
        raise TwinError(f"{name} was not replaced")


def _restore(name: str) -> None:
    function, was = _find(name), _was.pop(name)
    del function.__globals__[_HOOK.format(name.replace(".", "_"))]
    function.__code__, function.__defaults__ = was.__code__, was.__defaults__
    function.__kwdefaults__ = was.__kwdefaults__


def _call(hook: str) -> Any:
    scope: dict[str, Any] = {}
    exec(f"def call(*args, **kwargs):\n    return {hook}(*args, **kwargs)\n", scope)  # noqa: S102
    return scope["call"].__code__


def _find(name: str) -> FunctionType:
    """The function of that dotted name: in a module, or in a class of one, below its decorators."""
    words = name.split(".")
    for cut in range(len(words) - 1, 0, -1):
        try:
            found: Any = import_module(".".join(words[:cut]))
        except ModuleNotFoundError:
            continue
        for word in words[cut:]:
            found = inspect.getattr_static(found, word, None)
        found = inspect.unwrap(getattr(found, "__func__", found)) if found else None
        if isinstance(found, FunctionType):
            return found
        break
    raise TwinError(f"{name} is not a function of the product (any more)")


def assert_red(rig: "Rig", check: Callable[["Rig"], object]) -> str:
    """*rig* runs a twin, so *check* must fail by an assertion of its own; a crash proves nothing.

    Returns what the assertion said.
    """
    import pytest  # not for the rig's processes, which begin with this module

    from tests.promises.plugin import reds

    assert rig.twin, "this rig runs the product, not a twin"
    with pytest.raises(AssertionError) as red:
        check(rig)
    reds.append(rig.twin)
    return str(red.value)
