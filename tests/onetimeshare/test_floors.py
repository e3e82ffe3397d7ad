"""The floors hold, and a breach of each is caught: planted in a copy, found by its contract's name."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CLONE = Path(__file__).resolve().parents[2]
ROOMS = ("onetimeshare", "shares", "accounts", "sealing", "ots", "supply")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copy")
    for room in ROOMS:
        shutil.copytree(CLONE / room, folder / room, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(CLONE / "pyproject.toml", folder)
    return folder


def look(folder):
    """Exit status and words of the tool that knows the floors."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(folder), "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout


def test_the_floors_hold(copy):
    status, said = look(copy)

    assert status == 0, said
    assert " 0 broken" in said


@pytest.mark.parametrize(
    ("room", "breach", "contract"),
    [
        ("sealing/keys.py", "import django", "The sealing room knows bytes only"),
        ("sealing/stream.py", "from shares import values", "The sealing room knows bytes only"),
        ("sealing/state.py", "from ots import values", "The sealing room knows bytes only"),
        ("ots/api.py", "from shares import values", "The client shares nothing with the server"),
        ("ots/cli/get.py", "import django", "The client shares nothing with the server"),
        ("shares/services/claim.py", "from ots import values", "The server does not know its clients"),
        ("ots/sending.py", "from ots.cli import talk", "The command calls the library"),
        ("ots/errors.py", "from ots import api", "The command calls the library"),
        ("accounts/models.py", "from shares import values", "Accounts know nothing of shares"),
        ("shares/values.py", "from shares import models", "Values and errors import nothing of ours"),
        ("shares/errors/base.py", "from sealing import keys", "Values and errors import nothing of ours"),
        ("shares/services/claim.py", "from shares import responses", "Doors call services"),
        ("shares/forms.py", "from shares import api", "Doors call services"),
        ("shares/models/share.py", "from shares.services import burn", "Doors call services"),
        ("shares/countdown.py", "from shares.services import burn", "Records and stores never meet"),
        ("shares/storage/folder.py", "from shares import models", "Stores do not know rows"),
        ("shares/sealkeys.py", "from shares import querysets", "Stores do not know rows"),
        ("shares/querysets/share.py", "from shares import sealkeys", "Records do not know stores"),
        ("shares/models/share.py", "from shares.storage import base", "Records do not know stores"),
        ("shares/services/sweep.py", "import botocore", "S3 is spoken in its store alone"),
        ("shares/services/sweep.py", "import ninja", "Below the doors nobody knows the API"),
    ],
)
def test_a_planted_breach_is_caught_by_its_name(copy, room, breach, contract):
    file = copy / room
    clean = file.read_text()
    file.write_text(f"{clean}\n{breach}\n")

    status, said = look(copy)
    file.write_text(clean)

    assert status == 1
    broken = [line for line in said.splitlines() if line.endswith("BROKEN")]
    assert any(contract in line for line in broken), said
