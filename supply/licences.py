"""`make licences`: is every locked package under a licence that requirements/licences.toml knows?

A package's licence is what its metadata says in SPDX's words, or what one of us read (`[read]`). Exit code 0:
all are known. 1: some are not, each named on a line.
"""

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from license_expression import AND, OR, ExpressionError, LicenseSymbol, get_spdx_licensing

from supply.locks import CLONE, NEEDED, Pin, all_npm_pins, all_python_pins, normal

_SPDX = get_spdx_licensing()


@dataclass(frozen=True)
class Known:
    """requirements/licences.toml; keys are SPDX names, or for *read* packages."""

    shipped: dict[str, str]
    tools: dict[str, str]
    read: dict[str, str]

    def allows(self, licence: str, *, is_tool: bool) -> bool:
        """All of what is joined by AND, any of what is joined by OR."""
        fine = self.shipped.keys() | (self.tools.keys() if is_tool else ())
        try:
            return _holds(_SPDX.parse(licence, validate=True), fine)
        except ExpressionError:
            return False


def _holds(term: object, fine: set[str]) -> bool:
    if isinstance(term, AND):
        return all(_holds(each, fine) for each in term.args)
    if isinstance(term, OR):
        return any(_holds(each, fine) for each in term.args)
    return isinstance(term, LicenseSymbol) and term.key in fine


def known(clone: Path = CLONE) -> Known:
    return Known(**tomllib.loads((clone / "requirements" / "licences.toml").read_text()))


def of_package(name: str, read: dict[str, str]) -> str:
    """Its licence in SPDX's words; empty where neither it nor one of us says so."""
    if name in read:
        return read[name]
    try:
        metadata = distribution(name).metadata
    except PackageNotFoundError:
        return ""
    for said in (metadata[key] for key in ("License-Expression", "License") if key in metadata):
        if said and not _SPDX.validate(said).errors:
            return str(said)
    return ""


def locked(list_: Known, clone: Path = CLONE) -> Iterator[tuple[Pin, str, bool]]:
    """Each locked package, its licence, and whether it is a tool only."""
    shipped = {group for each in NEEDED.values() for group in each}
    for pin, in_groups in all_python_pins(clone).items():
        yield pin, of_package(pin.name, list_.read), not shipped & set(in_groups)
    for pin in all_npm_pins(clone):
        yield pin, pin.licence, pin.is_tool


def complaints(list_: Known, packages: Iterator[tuple[Pin, str, bool]]) -> list[str]:
    """One line for each package that the list does not let through, and for each line that nobody needs."""
    seen: set[str] = set()
    found = []
    for pin, licence, is_tool in packages:
        seen.add(normal(pin.name))
        if not licence:
            found.append(
                f"{pin.name} {pin.version}: names no licence in SPDX's words; read it, and add it to [read]"
            )
        elif not list_.allows(licence, is_tool=is_tool):
            found.append(f"{pin.name} {pin.version}: {licence} is not in the list")
    return found + [f"[read] {name}: is not locked any more" for name in sorted(list_.read.keys() - seen)]


def main() -> int:
    list_ = known()
    packages = list(locked(list_))
    found = complaints(list_, iter(packages))
    print(
        "\n".join(found) if found else f"{len(packages)} locked packages, each under a licence of the list."
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
