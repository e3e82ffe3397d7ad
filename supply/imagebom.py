"""What an image consists of, by its root file system: Debian, Python, and the locked packages."""

import re
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from packageurl import PackageURL

from supply.locks import CLONE, NEEDED, Pin, normal, python_pins
from supply.sbom import BomError, bill, ours, python_packages

PLACE = "opt/venv"


def image(root: Path, clone: Path = CLONE) -> Bom:
    """*root*: the folder that holds the image's files. Raises BomError where they are not the locked ones."""
    us = ours("onetimeshare-image", clone, ComponentType.CONTAINER)
    bom = bill(us, list(_installed(root, clone)), python_packages(clone))
    beneath = [*_debian(root), *_python(root)]
    for each in beneath:
        bom.components.add(each)
        bom.register_dependency(each)
    bom.register_dependency(us, beneath)
    return bom


def _installed(root: Path, clone: Path) -> Iterator[Pin]:
    """The locked packages that are there; what is there and not locked has no business in an image."""
    locked = {pin.name: pin for group in NEEDED["server"] for pin in python_pins(group, clone)}
    folders = [str(path) for path in (root / PLACE).glob("lib/python3*/site-packages")]
    found = {normal(each.name): each.version for each in distributions(path=folders)}
    if not found:
        raise BomError(f"no Python packages in /{PLACE}")
    for name, version in sorted(found.items()):
        if name not in locked or locked[name].version != version:
            raise BomError(f"{name} {version} is in the image, and not locked")
        yield locked[name]
    if lacking := [name for name, pin in locked.items() if name not in found and not pin.marker]:
        raise BomError(f"locked, and not in the image: {' '.join(lacking)}")


def _debian(root: Path) -> Iterator[Component]:
    """Its packages as dpkg knows them. Their licences lie in the image, below /usr/share/doc."""
    release = _fields((root / "etc/os-release").read_text(), "=")
    distro, codename = release["ID"].strip('"'), release.get("VERSION_CODENAME", "").strip('"')
    for told in (root / "var/lib/dpkg/status").read_text().split("\n\n"):
        fields = _fields(told, ":")
        if fields.get("Status", "").endswith(" installed"):
            about = {"arch": fields["Architecture"], "distro": codename}
            purl = PackageURL("deb", distro, fields["Package"], fields["Version"], about)
            yield Component(
                name=fields["Package"],
                version=fields["Version"],
                type=ComponentType.LIBRARY,
                purl=purl,
                bom_ref=purl.to_string(),
            )


def _python(root: Path) -> Iterator[Component]:
    """Where the base brings its own; Debian's is among Debian's packages."""
    if any((root / "usr/local/bin").glob("python3.*")):
        version = _fields((root / PLACE / "pyvenv.cfg").read_text(), "=")["version"]
        purl = PackageURL("generic", name="python", version=version)
        kind = ComponentType.PLATFORM
        yield Component(name="python", version=version, type=kind, purl=purl, bom_ref=purl.to_string())


def _fields(text: str, sign: str) -> dict[str, str]:
    return dict(re.findall(rf"^([\w-]+) ?{sign} ?(.*)$", text, re.MULTILINE))
