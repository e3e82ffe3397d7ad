"""S3: no bytes make a parser of ours fail in a way that is not documented, or take more than 256 MiB."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.counts import missing
from tests.fuzzed import sealed
from tests.fuzzed.targets import TARGETS

SEEDS = Path(__file__).parent / "seeds"
ROOT = Path(__file__).parent.parent.parent
# `make fuzz` gives each parser ten minutes.
SECONDS = int(os.environ.get("FUZZ_SECONDS", "20"))


@pytest.mark.parametrize("target", TARGETS)
def test_every_seed_means_something_or_is_refused_as_documented(target):
    seeds = sorted((SEEDS / target).iterdir())

    assert len(seeds) >= 3
    for seed in seeds:
        TARGETS[target](seed.read_bytes())


@pytest.mark.twin("S3")
def test_a_parser_that_raises_what_is_not_documented_is_noticed(monkeypatch, red):
    red("a link's parser that trusts its input")

    def careless(text):
        return text.split("#")[1]

    monkeypatch.setattr(sealed.links, "parse", careless)

    with pytest.raises(IndexError):
        TARGETS["link"](b"https://h/s/aaaqeayeaudaocaj")


@pytest.mark.promise("S3")
@pytest.mark.full
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("target", TARGETS)
def test_a_fuzzer_finds_nothing_that_breaks_a_parser(target, tmp_path, figure):
    if importlib.util.find_spec("atheris") is None:
        missing("atheris")
    shutil.copytree(SEEDS / target, tmp_path / "corpus")
    words = [f"-max_total_time={SECONDS}", "-rss_limit_mb=256", "-timeout=20", "-max_len=8192"]
    words += [f"-artifact_prefix={tmp_path}/", str(tmp_path / "corpus")]

    # By way of a shell: what a process has ever held is counted from its parent's, and ours is large.
    by_a_shell = ("sh", "-c", '"$@"; exit $?', "sh")
    fuzzed = subprocess.run(
        [*by_a_shell, sys.executable, "-m", "tests.fuzzed", target, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert fuzzed.returncode == 0, fuzzed.stderr[-3000:]
    assert "DONE" in fuzzed.stderr
    figure("S3", f"{target}: {SECONDS} s of inputs below 256 MiB, nothing undocumented")
