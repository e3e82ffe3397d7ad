"""An exported envelope is an ordinary .age file, which ordinary tools open."""

import io
import shutil
import subprocess

import pyrage
import pytest
from sealing_vectors import pattern

from sealing.agefile import HEADER_BYTES, age_header
from sealing.errors import KeyLengthError
from sealing.stream import seal

FILE_KEY = b"0123456789abcdef"

lengths = pytest.mark.parametrize("length", [0, 1, 65535, 65536, 65537, 131072, 200_000])


def exported(length):
    header, identity = age_header(FILE_KEY)
    return header + b"".join(seal(io.BytesIO(pattern(length)), FILE_KEY)), identity


def opened_by_pyrage(file, identity, folder):
    return pyrage.decrypt(file, [pyrage.x25519.Identity.from_str(identity)])


def opened_by_age(file, identity, folder):
    (folder / "identity").write_text(identity)
    command = ["age", "--decrypt", "--identity", folder / "identity"]
    return subprocess.run(command, input=file, capture_output=True, check=True).stdout


# `age` itself where it is installed; pyrage is always there.
TOOLS = [opened_by_pyrage, opened_by_age] if shutil.which("age") else [opened_by_pyrage]


@lengths
@pytest.mark.parametrize("tool", TOOLS)
def test_an_ordinary_tool_opens_an_exported_envelope(tool, length, tmp_path):
    file, identity = exported(length)

    assert tool(file, identity, tmp_path) == pattern(length)


def test_every_export_has_an_identity_of_its_own_that_opens_no_other():
    file, _ = exported(10)
    _, other = exported(10)

    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(file, [pyrage.x25519.Identity.from_str(other)])


def test_a_header_is_always_168_bytes():
    header, identity = age_header(FILE_KEY)

    assert len(header) == HEADER_BYTES == 168
    assert identity.startswith("AGE-SECRET-KEY-1")
    assert len(identity) == 74


def test_a_file_key_of_another_length_is_refused():
    with pytest.raises(KeyLengthError):
        age_header(bytes(32))
