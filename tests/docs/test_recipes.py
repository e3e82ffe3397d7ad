"""docker/: every recipe can be read by what it is for, and names only what there is."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.management import get_commands

from onetimeshare import gunicorn_conf
from tests.docs.test_settings_doc import told
from tests.faults import nginx
from tests.faults.counts import missing
from tests.faults.processes import CLONE

DOCKER = CLONE / "docker"
PRODUCT = {"prepare", "app", "sweep", "worker"}
# What compose itself puts into other values, and what another program reads.
PYTHONS = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
OF_COMPOSE = {"DOMAIN", "POSTGRES_PASSWORD", "VALKEY_PASSWORD"}


def recipe(name: str) -> Any:
    return yaml.safe_load((DOCKER / name).read_text())


def names_in(text: str) -> set[str]:
    """Of lines `NAME=value`."""
    return set(re.findall(r"^([A-Z_]+)=", text, re.MULTILINE))


def forms() -> set[str]:
    """Settings, and their forms that name a file."""
    return {form for name in told() for form in (name, f"{name}_FILE")}


def test_every_setting_that_a_recipe_names_exists():
    render = next(service for service in recipe("render.yaml")["services"] if service["type"] == "web")
    named = {
        "compose.yml": set(recipe("compose.yml")["x-product"]["environment"]),
        "env.example": names_in((DOCKER / "env.example").read_text()) - OF_COMPOSE,
        "systemd/env.example": names_in((DOCKER / "systemd" / "env.example").read_text()),
        "render.yaml": {variable["key"] for variable in render["envVars"]},
        "Dockerfile": set(re.findall(r"^    ([A-Z_]+)=", (DOCKER / "Dockerfile").read_text(), re.MULTILINE)),
    }

    strange = {name: words - forms() for name, words in named.items()}
    assert {name: words for name, words in strange.items() if words} == {"Dockerfile": PYTHONS}


def test_the_compose_file_is_one_and_asks_for_what_its_example_has():
    text = (DOCKER / "compose.yml").read_text()

    # As compose reads it: merged, and with values put in.
    whole = re.sub(r"\$\{[A-Z_]+(?::[-?]([^}]*))?\}", r"\1", json.dumps(recipe("compose.yml")))
    PyCompose.from_json(whole).validate()

    asked = set(re.findall(r"\$\{([A-Z_]+)", text))
    assert asked - {"VERSION"} == names_in((DOCKER / "env.example").read_text())
    with pytest.raises(ValueError, match="read_onyl"):
        PyCompose.from_json(whole.replace("read_only", "read_onyl"))


def test_nothing_of_the_product_may_write_but_to_its_volume_and_valkey_writes_nothing():
    services = recipe("compose.yml")["services"]

    for name in PRODUCT:
        assert services[name]["read_only"] is True
        assert services[name]["volumes"] == ["data:/data"]
        assert services[name]["cap_drop"] == ["ALL"]
    valkey = services["valkey"]
    said = " ".join(map(str, valkey["command"]))
    assert "volumes" not in valkey
    assert "--save  --appendonly no" in said
    assert "--requirepass" in said
    assert [name for name, service in services.items() if "ports" in service] == ["caddy"]
    assert [name for name in ("postgres", "valkey") if services[name]["networks"] != ["inside"]] == []
    assert recipe("compose.yml")["networks"]["inside"] == {"internal": True}


def test_prometheus_joins_the_compose_file_where_no_port_leads():
    told = (CLONE / "docs" / "operations.md").read_text()
    added = yaml.safe_load(re.findall(r"```yaml\n(services:\n  prometheus:.*?)```", told, re.DOTALL)[0])
    product = recipe("compose.yml")

    watched = {**product, "services": product["services"] | added["services"]}
    PyCompose.from_json(re.sub(r"\$\{[A-Z_]+(?::[-?]([^}]*))?\}", r"\1", json.dumps(watched))).validate()

    (prometheus,) = added["services"].values()
    assert prometheus["networks"] == ["inside"]
    assert "ports" not in prometheus
    mounted = [Path(volume.partition(":")[0]) for volume in prometheus["volumes"]]
    assert [path.name for path in mounted if (DOCKER / path).is_file()] == ["alerts.yml"]


def test_commands_of_the_product_are_called_as_they_are():
    services = recipe("compose.yml")["services"]
    units = "".join(path.read_text() for path in (DOCKER / "systemd").glob("*.service"))
    commands = {tuple(services[name]["command"][1:3]) for name in ("sweep", "worker")}
    commands |= set(re.findall(r"python (manage\.py) (\w+)", units + (DOCKER / "render.yaml").read_text()))

    assert commands == {("manage.py", "purge_shares"), ("manage.py", "worker")}
    assert {name for _, name in commands} <= set(get_commands())


def test_systemd_understands_the_units(tmp_path):
    if not shutil.which("systemd-analyze"):
        missing("systemd-analyze (apt install systemd)")
    for path in (DOCKER / "systemd").glob("*.[st]*"):
        text = path.read_text().replace("/srv/onetimeshare/app/.venv/bin/gunicorn", sys.executable)
        (tmp_path / path.name).write_text(
            text.replace("/srv/onetimeshare/app/.venv/bin/python", sys.executable)
        )

    units = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True)

    assert len(units) == 4
    ours = [line for line in done.stderr.splitlines() if "onetimeshare" in line]
    assert (done.returncode, ours) == (0, [])


def test_caddy_understands_its_file():
    caddy = Path(sysconfig.get_path("scripts")) / "caddy"
    ask = [caddy, "validate", "--adapter", "caddyfile", "--config", DOCKER / "Caddyfile"]

    done = subprocess.run(
        ask, capture_output=True, text=True, env={**os.environ, "DOMAIN": "share.example.org"}
    )

    assert done.returncode == 0, done.stderr
    assert '"level":"warn"' not in done.stderr


def test_nginx_understands_its_file_as_it_is_tls_included(tmp_path):
    program = nginx.program()
    certificate(tmp_path)
    text = nginx.SHIPPED.read_text().replace("/etc/ssl/share.example.org", str(tmp_path))
    text = text.replace("/var/log/nginx", str(tmp_path))
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n{text}\n}}\n")

    done = subprocess.run([program, "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


@pytest.mark.parametrize(
    ("name", "idle"), [("nginx.conf", r"\bkeepalive_timeout (\d+)s;"), ("Caddyfile", r"\bkeepalive (\d+)s\b")]
)
def test_a_proxy_lets_an_idle_line_go_before_gunicorn_does(name, idle):
    (seconds,) = re.findall(idle, (DOCKER / name).read_text())

    assert int(seconds) < gunicorn_conf.keepalive


def certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "share.example.org")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(made.public_bytes(pem))
    kind, no_password = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(pem, kind, no_password))
