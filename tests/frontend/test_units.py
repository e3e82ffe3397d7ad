"""Runs every `*.test.ts` beside and below this file.

All in Node; those of sealing/ in Chromium as well; those of device/, which ask for more than Node has, in
Chromium alone. What S4 asks of the browser (vectors and mutants) is among those of sealing/.
"""

import pytest

from tests.frontend.bundles import HERE, bundle, run_in_chromium, run_in_node

FILES = sorted(HERE.rglob("*.test.ts"))
SEALING = [path for path in FILES if path.parent == HERE / "sealing"]
DEVICE = [path for path in FILES if path.parent == HERE / "device"]


def names(paths):
    return [pytest.param(path, id=str(path.relative_to(HERE))) for path in paths]


def test_there_are_tests_to_run():
    assert {path.name for path in SEALING} >= {"golden.test.ts", "refusals.test.ts", "age.test.ts"}
    assert {path.name for path in DEVICE} == {"folder.test.ts"}


@pytest.mark.promise("S4")
@pytest.mark.parametrize("path", names(path for path in FILES if path not in DEVICE))
def test_typescript_does_in_node_what_its_tests_say(path, tmp_path):
    script = bundle(path, tmp_path, "--platform=node")

    outcome = run_in_node("--test", "--test-reporter=tap", script)

    said = outcome.stdout + outcome.stderr
    assert outcome.returncode == 0, "\n".join(line for line in said.splitlines() if "# Subtest" not in line)
    assert "\n# tests 0\n" not in said
    assert "\n# skipped 0\n" in said


@pytest.mark.promise("S4")
@pytest.mark.parametrize("path", names([*SEALING, *DEVICE]))
def test_typescript_does_in_chromium_what_its_tests_say(path, tmp_path):
    stand_ins = (
        f"--alias:node:test={HERE}/chromium/test.ts",
        f"--alias:node:assert/strict={HERE}/chromium/assert.ts",
    )
    script = bundle(path, tmp_path, *stand_ins)

    outcomes = run_in_chromium(script)

    assert outcomes
    assert [outcome for outcome in outcomes if outcome[1]] == []
