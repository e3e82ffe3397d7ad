"""docs/promises.md: written from what a full run proved, and read again to be compared with the code."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.promises.marks import CLONE, Mark
from tests.promises.rows import ROWS

PAGE = CLONE / "docs" / "promises.md"
UNTESTED, NOT_KEPT, NOT_RUN = "**Untested**", "**Not kept in this run**", "**Not run in full**"
HEAD = """\
# What is promised, and what proves it

This page is written by full runs of the tests (`make faults`, `make test-all`), from what they saw; nobody
writes it by hand. Each promise has tests over real processes, and at least one **twin**: the product with
that one rule broken, under which the same test must fail. A test that no twin ever turned red may be blind,
so a promise without one counts as untested here. What the promises are worth to somebody who shares, and
what is not promised, stands in [threat-model.md](threat-model.md).

Tests lie in `tests/`, twins in `tests/faults/sabotage/`, each named after what it breaks; what stands in
quotes is broken by the test itself. `make test` runs the same with smaller counts.
"""


@dataclass
class Proof:
    """What a run says of one row. reds: names of twins that were noticed, or in quotes what was broken.

    is_run: False where no full run has seen the row since its tests changed.
    """

    tests: set[Mark] = field(default_factory=set)
    figures: list[str] = field(default_factory=list)
    reds: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    is_run: bool = True

    @property
    def verdict(self) -> str:
        """What is wrong with it; empty where nothing is."""
        if self.failed:
            return f"{NOT_KEPT}: `{'`, `'.join(sorted(self.failed))}`."
        kinds = {mark.kind for mark in self.tests}
        if "promise" not in kinds:
            return f"{UNTESTED}: there is no test."
        if not self.is_run:
            return f"{NOT_RUN} since its tests changed."
        return ""


def written(proofs: dict[str, Proof], before: str = "") -> str:
    """The page. Rows that *proofs* says nothing of stay as they were *before*."""
    old = dict(_sections(before))
    fresh = {row: _section(row, proof) for row, proof in proofs.items()}
    return HEAD + "".join(fresh.get(row) or old.get(row) or _section(row, Proof()) for row in ROWS)


def _sections(text: str) -> Iterable[tuple[str, str]]:
    for section in text.split("\n## ")[1:]:
        yield section.partition("\n")[0], "\n## " + section.removesuffix("\n") + "\n"


def _section(row: str, proof: Proof) -> str:
    sentence, control = ROWS[row]
    lines = [f"\n## {row}", "", sentence, ""]
    verdict = proof.verdict
    if not verdict and not proof.reds and not control:
        verdict = f"{UNTESTED}: no twin turns its test red."
    if verdict:
        lines.append(f"- {verdict}")
    if proof.figures:
        lines.append(f"- Reached: {'; '.join(proof.figures)}.")
    for title, kind in (("Tests", "promise"), ("Twin tests", "twin")):
        if named := _named(mark for mark in proof.tests if mark.kind == kind):
            lines.append(f"- {title}: {named}.")
    if proof.reds:
        lines.append(f"- Twins, all noticed: {', '.join(sorted(proof.reds))}.")
    elif control:
        lines.append(f"- Control: {control}.")
    return "\n".join(lines) + "\n"


def _named(found: Iterable[Mark]) -> str:
    by_file: dict[str, list[str]] = defaultdict(list)
    for mark in sorted(found):
        by_file[mark.file].append(f"`{mark.test}`")
    return "; ".join(f"`{file}`: {', '.join(tests)}" for file, tests in by_file.items())


# --- read again ---------------------------------------------------------------------------------------


def told(text: str) -> tuple[dict[str, str], set[Mark], set[str]]:
    """Of a page: the sentence of each row, the tests it names, and the modules of twins."""
    sentences, found, twins = {}, set(), set()
    for row, section in _sections(text):
        rest = section.partition("\n\n")[2]
        sentences[row] = rest.partition("\n")[0]
        for title, kind in (("Tests", "promise"), ("Twin tests", "twin")):
            if line := re.search(rf"^- {title}: (.*)\.$", rest, re.MULTILINE):
                found |= set(_marks_of(row, kind, line[1]))
        if line := re.search(r"^- Twins, all noticed: (.*)\.$", rest, re.MULTILINE):
            twins |= set(re.findall(r"`(\w+)`", line[1]))
    return sentences, found, twins


def _marks_of(row: str, kind: str, line: str) -> Iterable[Mark]:
    for piece in line.split("; "):
        file, _, tests = piece.partition(": ")
        for test in tests.split(", "):
            yield Mark(row, kind, file.strip("`"), test.strip("`"))


def write(proofs: dict[str, Proof], path: Path = PAGE) -> None:
    path.write_text(written(proofs, path.read_text() if path.exists() else ""))


def catch_up(found: set[Mark], path: Path = PAGE) -> list[str]:
    """Rows whose tests or sentence are not those of the code lose their proof until the next full run."""
    sentences, tests, _ = told(path.read_text())
    stale = [
        row
        for row, (sentence, _) in ROWS.items()
        if sentences.get(row) != sentence or _of(row, tests) != _of(row, found)
    ]
    write({row: Proof(_of(row, found), is_run=not _of(row, found)) for row in stale}, path)
    return stale


def _of(row: str, found: set[Mark]) -> set[Mark]:
    return {mark for mark in found if mark.row == row}
