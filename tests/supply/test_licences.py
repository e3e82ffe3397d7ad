"""Every locked package is under a licence that somebody looked at, and any other is named."""

from collections.abc import Iterator

import pytest

from supply import licences
from supply.licences import Known, complaints, known, locked
from supply.locks import NEEDED, Pin, python_pins

Package = tuple[Pin, str, bool]


@pytest.fixture(scope="module")
def list_() -> Known:
    return known()


@pytest.fixture(scope="module")
def packages(list_: Known) -> list[Package]:
    return list(locked(list_))


def these(packages: list[Package], *more: Package) -> Iterator[Package]:
    return iter([*packages, *more])


def one(licence: str, *, is_tool: bool = False) -> Package:
    return Pin("new-one", "1.0", ()), licence, is_tool


def test_every_locked_package_is_under_a_licence_of_the_list(list_: Known, packages: list[Package]):
    shipped = {pin.name for each in NEEDED.values() for group in each for pin in python_pins(group)}

    assert complaints(list_, these(packages)) == []
    assert shipped <= {pin.name for pin, _, is_tool in packages if not is_tool}
    assert {"esbuild", "hash-wasm", "typescript"} <= {pin.name for pin, _, _ in packages}


@pytest.mark.parametrize(
    "licence",
    [
        "GPL-3.0-only",
        "AGPL-3.0-or-later",
        "MIT AND GPL-3.0-only",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "LicenseRef-Proprietary",
        "BSD",
        "do what you like",
        "",
    ],
)
def test_a_licence_that_nobody_let_through_is_named(list_: Known, packages: list[Package], licence: str):
    [found] = complaints(list_, these(packages, one(licence)))

    assert found.startswith("new-one 1.0: ")


@pytest.mark.parametrize("licence", ["MIT OR GPL-3.0-only", "(MIT AND ISC) OR AGPL-3.0-only"])
def test_of_licences_to_choose_from_one_is_enough(list_: Known, packages: list[Package], licence: str):
    assert complaints(list_, these(packages, one(licence))) == []


def test_what_is_fine_for_a_tool_is_not_fine_for_what_we_hand_out(list_: Known, packages: list[Package]):
    assert complaints(list_, these(packages, one("CNRI-Python", is_tool=True))) == []
    assert len(complaints(list_, these(packages, one("CNRI-Python")))) == 1


def test_a_package_that_nobody_locks_any_more_leaves_the_list(list_: Known, packages: list[Package]):
    longer = Known(list_.shipped, list_.tools, list_.read | {"left": "MIT"})

    assert complaints(longer, these(packages)) == ["[read] left: is not locked any more"]


def test_a_licence_stays_in_the_list_only_while_something_is_under_it(list_: Known, packages: list[Package]):
    for_all = list_.shipped.keys() | list_.tools.keys()

    for licence in for_all:
        shorter = Known(
            {name: why for name, why in list_.shipped.items() if name != licence},
            {name: why for name, why in list_.tools.items() if name != licence},
            list_.read,
        )
        assert complaints(shorter, these(packages)) != [], licence


def test_what_a_package_says_in_words_of_its_own_is_no_licence(list_: Known):
    assert licences.of_package("segno", {}) == ""
    assert licences.of_package("segno", list_.read) == "BSD-3-Clause"
    assert licences.of_package("django", {}) == "BSD-3-Clause"
