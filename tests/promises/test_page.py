"""docs/promises.md agrees with the code, so it cannot go stale between two full runs."""

import pytest

from tests.faults.counts import IS_FULL
from tests.promises.marks import CLONE, Mark, marks
from tests.promises.page import NOT_KEPT, NOT_RUN, PAGE, UNTESTED, Proof, catch_up, told, written
from tests.promises.rows import ROWS

SABOTAGE = CLONE / "tests" / "faults" / "sabotage"
PROVEN = Mark("R1", "promise", "tests/a/test_b.py", "test_c")
TWIN = Mark("R1", "twin", "tests/a/test_b.py", "test_d")
written_anew = pytest.mark.skipif(IS_FULL, reason="a full run writes the page when it is over")


@written_anew
def test_the_page_names_every_row_and_the_tests_that_the_code_marks():
    sentences, tests, twins = told(PAGE.read_text())

    assert sentences == {row: sentence for row, (sentence, _) in ROWS.items()}
    assert tests - marks() == set(), "the page names tests that are gone: python -m tests.promises"
    assert marks() - tests == set(), "tests are marked and not on the page: python -m tests.promises"
    assert {name for name in twins if not (SABOTAGE / f"{name}.py").exists()} == set()


@written_anew
def test_the_page_tells_of_no_promise_that_was_broken():
    assert NOT_KEPT not in PAGE.read_text()


def test_every_row_has_a_name_of_its_own():
    assert len(set(ROWS)) == len({sentence for sentence, _ in ROWS.values()})
    assert [row for row in ROWS if row[0] == "R"] == [f"R{n}" for n in range(1, 31)]
    assert [row for row in ROWS if row[0] == "S"] == [f"S{n}" for n in range(1, 19)]


def section(proof: Proof, row: str = "R1") -> str:
    return written({row: proof}).partition(f"## {row}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize(
    ("proof", "said"),
    [
        (Proof(), f"{UNTESTED}: there is no test."),
        (Proof({PROVEN}), f"{UNTESTED}: no twin turns its test red."),
        (Proof({PROVEN, TWIN}), f"{UNTESTED}: no twin turns its test red."),
        (Proof({PROVEN, TWIN}, [], {"`naive`"}, {"test_c"}), f"{NOT_KEPT}: `test_c`."),
        (Proof({TWIN}, [], {"`naive`"}), f"{UNTESTED}: there is no test."),
    ],
)
def test_a_promise_that_nothing_proves_is_shown_so(proof, said):
    assert f"- {said}\n" in section(proof)


def test_a_promise_that_is_proven_is_shown_with_its_figure_tests_and_twins():
    text = section(Proof({PROVEN, TWIN}, ["3 of 3"], {"`naive`", "“a page that claims”"}))

    assert UNTESTED not in text
    assert text.split("\n\n")[1].splitlines() == [
        "- Reached: 3 of 3.",
        "- Tests: `tests/a/test_b.py`: `test_c`.",
        "- Twin tests: `tests/a/test_b.py`: `test_d`.",
        "- Twins, all noticed: `naive`, “a page that claims”.",
    ]


def test_what_was_written_is_read_back():
    sentences, tests, twins = told(written({"R1": Proof({PROVEN, TWIN}, ["x"], {"`naive`"})}))

    assert (set(sentences), tests, twins) == (set(ROWS), {PROVEN, TWIN}, {"naive"})


def test_a_row_that_was_not_run_stays_as_it_was():
    before = written({"R1": Proof({PROVEN, TWIN}, ["x"], {"`naive`"})})

    after = written({"R2": Proof({PROVEN}, ["y"])}, before)

    assert "- Reached: x.\n" in after
    assert "- Reached: y.\n" in after
    assert written({}, after) == after


def test_a_row_whose_tests_changed_loses_its_proof_until_the_next_full_run(tmp_path):
    page = tmp_path / "promises.md"
    proven = Proof({PROVEN, TWIN}, ["x"], {"`naive`"})
    other = Mark("R2", "promise", "tests/a/test_b.py", "test_e")
    page.write_text(written({"R1": proven, "R2": Proof({other}, ["y"], {"`naive`"})}))

    stale = catch_up({PROVEN, other}, page)

    assert stale == ["R1"]
    assert f"- {NOT_RUN} since its tests changed." in page.read_text()
    assert "- Reached: x." not in page.read_text()
    assert "- Reached: y." in page.read_text()
    assert told(page.read_text())[1] == {PROVEN, other}
    assert catch_up({PROVEN, other}, page) == []
