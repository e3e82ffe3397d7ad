"""Bills of materials: all that is locked and nothing else, the same each time, by CycloneDX's schema."""

import json
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from supply import imagebom, sbom
from supply.locks import normal, npm_pins, python_pins
from tests.docs.conftest import CLONE


@pytest.fixture(scope="module")
def bills(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    folder = tmp_path_factory.mktemp("bills")
    return {path.name.split(".")[0]: json.loads(path.read_text()) for path in sbom.write(folder)}


def purls(told: dict) -> set[str]:
    return {each["purl"] for each in told["components"]}


def asks(told: dict, ref: str) -> set[str]:
    [found] = [each.get("dependsOn", []) for each in told["dependencies"] if each["ref"] == ref]
    return set(found)


@pytest.mark.parametrize(("name", "groups"), [("server", ("base", "s3")), ("client", ("cli",))])
def test_a_bill_of_python_has_each_locked_package_with_its_hashes_and_licence(bills, name, groups):
    pins = [pin for group in groups for pin in python_pins(group)]

    assert purls(bills[name]) == {f"pkg:pypi/{pin.name}@{pin.version}" for pin in pins}
    by_name = {each["name"]: each for each in bills[name]["components"]}
    for pin in pins:
        told = by_name[pin.name]
        assert {each["content"] for each in told["hashes"]} == {digest for _, digest in pin.hashes}
        assert told["licenses"]
        assert told["scope"] == ("optional" if pin.marker else "required")


def test_the_bill_of_the_pages_has_what_npm_brings_into_them_and_what_makes_them(bills):
    scopes = {
        f"{each.get('group', '')}/{each['name']}": each["scope"] for each in bills["pages"]["components"]
    }

    assert {"/hash-wasm", "@noble/hashes", "@noble/ciphers", "/client-zip"} <= scopes.keys()
    assert scopes["/hash-wasm"] == "required"
    assert {scope for name, scope in scopes.items() if "esbuild" in name} == {"excluded"}
    assert not [name for name in scopes if "typescript" in name or "axe" in name]
    assert len(scopes) == len([pin for pin in npm_pins() if not pin.is_tool])


def test_who_asks_for_what_is_as_the_packages_themselves_say(bills):
    version = {pin.name: pin.version for pin in python_pins("base")}

    for name in ("django", "argon2-cffi", "pydantic", "django-ninja"):
        wanted = [Requirement(line) for line in requires(name) or []]
        names = {normal(one.name) for one in wanted if not one.marker or one.marker.evaluate({"extra": ""})}
        told = asks(bills["server"], f"pkg:pypi/{name}@{version[name]}")
        assert {f"pkg:pypi/{one}@{version[one]}" for one in names} <= told
    assert f"pkg:pypi/django@{version['django']}" in asks(bills["server"], "onetimeshare")


def test_nothing_in_a_bill_hangs_in_the_air(bills):
    for name, told in bills.items():
        root = told["metadata"]["component"]["bom-ref"]
        reached, ahead = set(), [root]
        while ahead:
            ref = ahead.pop()
            if ref not in reached:
                reached.add(ref)
                ahead += asks(told, ref)
        assert reached == {root, *(each["bom-ref"] for each in told["components"])}, name


def test_the_version_is_that_of_the_wheel(bills):
    told = {name: each["metadata"]["component"]["version"] for name, each in bills.items()}

    assert set(told.values()) == {sbom.version()}
    assert (
        bills["client"]["metadata"]["component"]["purl"] == f"pkg:pypi/onetimeshare-client@{sbom.version()}"
    )


def test_another_run_gives_the_same_bytes(bills, tmp_path: Path):
    command = [sys.executable, "-m", "supply.sbom", tmp_path]
    subprocess.run(command, cwd=CLONE, env={"PYTHONHASHSEED": "1"}, check=True, timeout=120)

    assert {path.name.split(".")[0]: path.read_text() for path in tmp_path.iterdir()} == {
        name: sbom.text(bill(CLONE)) for name, bill in sbom.BILLS.items()
    }
    assert "timestamp" not in bills["server"]["metadata"]


def test_a_bill_has_a_time_where_one_is_given(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")

    told = json.loads(sbom.text(sbom.client()))

    assert told["metadata"]["timestamp"] == "2023-11-14T22:13:20+00:00"


def test_what_is_no_cyclonedx_is_not_written():
    bom = sbom.pages(CLONE)
    bom.version = 0

    with pytest.raises(sbom.BomError, match="not CycloneDX"):
        sbom.text(bom)


# --- the image -------------------------------------------------------------------------------------------

STATUS = """Package: base-files
Status: install ok installed
Architecture: amd64
Version: 12.4+deb12u11

Package: was-here
Status: deinstall ok config-files
Architecture: amd64
Version: 1.0
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The root file system of an image, as far as a bill looks at it."""
    packages = tmp_path / "opt/venv/lib/python3.13/site-packages"
    for folder in ("etc", "var/lib/dpkg", "usr/local/bin"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "etc/os-release").write_text('ID=debian\nVERSION_CODENAME=bookworm\nNAME="Debian"\n')
    (tmp_path / "var/lib/dpkg/status").write_text(STATUS)
    (tmp_path / "usr/local/bin/python3.13").touch()
    for group in ("base", "s3"):
        for pin in python_pins(group):
            if not pin.marker or pin.name == "typing-extensions":
                info = packages / f"{pin.name.replace('-', '_')}-{pin.version}.dist-info"
                info.mkdir(parents=True, exist_ok=True)
                (info / "METADATA").write_text(f"Name: {pin.name}\nVersion: {pin.version}\n")
    (tmp_path / "opt/venv/pyvenv.cfg").write_text("home = /usr/local/bin\nversion = 3.13.9\n")
    return tmp_path


def test_the_bill_of_an_image_has_its_debian_its_python_and_the_locked_packages(root: Path):
    told = json.loads(sbom.text(imagebom.image(root)))

    found = purls(told)
    assert "pkg:deb/debian/base-files@12.4%2Bdeb12u11?arch=amd64&distro=bookworm" in found
    assert "pkg:generic/python@3.13.9" in found
    assert not [purl for purl in found if "was-here" in purl or "colorama" in purl]
    assert found & {f"pkg:pypi/{pin.name}@{pin.version}" for pin in python_pins("s3")}
    assert asks(told, "onetimeshare-image") > {purl for purl in found if not purl.startswith("pkg:pypi/")}


@pytest.mark.parametrize("what", ["unlocked", "another version", "lacking"])
def test_an_image_that_is_not_as_locked_gets_no_bill(root: Path, what: str):
    [django] = root.glob("opt/venv/lib/*/site-packages/django-5*.dist-info/METADATA")
    if what == "unlocked":
        django.write_text("Name: flask\nVersion: 3.1.3\n")
    elif what == "another version":
        django.write_text("Name: django\nVersion: 5.2.4\n")
    else:
        django.unlink()
        django.parent.rmdir()

    with pytest.raises(sbom.BomError):
        imagebom.image(root)
