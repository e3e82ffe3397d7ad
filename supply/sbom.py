"""`make sbom`: what the product consists of, as CycloneDX, one file for each thing that we hand out.

    python -m supply.sbom FOLDER [server | client | pages] …

server: the Python packages of a server, from its locks. client: those of the wheel. pages: what npm brings
into the scripts. The image's own (`docker/build-and-try --bom FILE`) adds Debian's packages.

The same locks give the same bytes: no time but SOURCE_DATE_EPOCH, and a serial number made of the content.
"""

import json
import os
import sys
import tomllib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from supply import licences
from supply.locks import CLONE, NEEDED, OURSELVES, Pin, npm_pins, python_pins

VERSION = SchemaVersion.V1_6
_ALGORITHMS = {"sha256": HashAlgorithm.SHA_256, "sha512": HashAlgorithm.SHA_512}


class BomError(Exception):
    """A bill that would not be true, or not be one."""


def version(clone: Path = CLONE) -> str:
    return str(tomllib.loads((clone / "pyproject.toml").read_text())["project"]["version"])


def server(clone: Path = CLONE) -> Bom:
    pins = [pin for group in NEEDED["server"] for pin in python_pins(group, clone)]
    return bill(ours("onetimeshare", clone), pins, python_packages(clone))


def client(clone: Path = CLONE) -> Bom:
    name = "onetimeshare-client"
    us = ours(name, clone, ComponentType.LIBRARY, PackageURL("pypi", name=name, version=version(clone)))
    return bill(us, python_pins("cli", clone), python_packages(clone))


def pages(clone: Path = CLONE) -> Bom:
    pins = [pin for pin in npm_pins(clone) if not pin.is_tool]
    return bill(ours("onetimeshare-pages", clone), pins, _npm)


BILLS: dict[str, Callable[[Path], Bom]] = {"server": server, "client": client, "pages": pages}


# --- components ------------------------------------------------------------------------------------------


def ours(
    name: str,
    clone: Path,
    kind: ComponentType = ComponentType.APPLICATION,
    purl: PackageURL | None = None,
) -> Component:
    licence = LicenseFactory().make_from_string("MIT")
    return Component(
        name=name, version=version(clone), type=kind, bom_ref=name, purl=purl, licenses=[licence]
    )


def python_packages(clone: Path) -> Callable[[Pin], Component]:
    read = licences.known(clone).read
    return lambda pin: component(pin, "pypi", licences.of_package(pin.name, read))


def _npm(pin: Pin) -> Component:
    made = component(pin, "npm", pin.licence)
    # It makes the scripts; nothing of it is in them.
    if pin.name == "esbuild" or pin.name.startswith("@esbuild/"):
        made.scope = ComponentScope.EXCLUDED
    return made


def component(pin: Pin, registry: str, licence: str) -> Component:
    """*pin* with the hashes of all its files; an installation takes one of them. Raises BomError."""
    if not licence:
        raise BomError(f"{pin.name}: its licence is not known; see `make licences`")
    group, _, name = pin.name.rpartition("/")
    purl = PackageURL(registry, namespace=group or None, name=name, version=pin.version)
    return Component(
        name=name,
        group=group or None,
        version=pin.version,
        bom_ref=purl.to_string(),
        purl=purl,
        scope=ComponentScope.OPTIONAL if pin.marker else ComponentScope.REQUIRED,
        hashes=[HashType(alg=_ALGORITHMS[kind], content=digest) for kind, digest in pin.hashes],
        licenses=[LicenseFactory().make_from_string(licence)],
        properties=[Property(name="onetimeshare:installed-where", value=pin.marker)] if pin.marker else [],
    )


def bill(ours: Component, pins: Iterable[Pin], made: Callable[[Pin], Component]) -> Bom:
    bom = Bom()
    bom.metadata.component = ours
    by_name: dict[str, tuple[Pin, Component]] = {}
    for pin in pins:
        by_name.setdefault(pin.name, (pin, made(pin)))
    asked: dict[str, list[Component]] = {}
    for pin, each in by_name.values():
        bom.components.add(each)
        for asking in pin.via:
            asked.setdefault(asking, []).append(each)
    bom.register_dependency(ours, asked.get(OURSELVES, []))
    for pin, each in by_name.values():
        bom.register_dependency(each, asked.get(pin.name, []))
    return bom


# --- as text ---------------------------------------------------------------------------------------------


def text(bom: Bom) -> str:
    """The bill as CycloneDX JSON, held to its schema. Raises BomError."""
    told = json.loads(make_outputter(bom, OutputFormat.JSON, VERSION).output_as_string())
    del told["serialNumber"], told["metadata"]["timestamp"]
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        told["metadata"]["timestamp"] = datetime.fromtimestamp(int(epoch), UTC).isoformat()
    told["serialNumber"] = uuid5(NAMESPACE_URL, json.dumps(told, sort_keys=True)).urn
    written = json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if wrong := JsonStrictValidator(VERSION).validate_str(written):
        raise BomError(f"not CycloneDX {VERSION.to_version()}: {wrong}")
    return written


def write(folder: Path, names: Iterable[str] = BILLS, clone: Path = CLONE) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name in names:
        made.append(folder / f"{name}.cdx.json")
        made[-1].write_text(text(BILLS[name](clone)))
    return made


def main(words: list[str]) -> int:
    if not words or not set(words[1:]) <= BILLS.keys():
        print("usage: python -m supply.sbom FOLDER [server | client | pages] ...", file=sys.stderr)
        return 2
    for path in write(Path(words[0]), words[1:] or BILLS):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
