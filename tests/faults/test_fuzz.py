"""R16: whatever our OpenAPI document allows or forbids is answered as it says, and never with a 5xx."""

import pytest

from tests.browser import members
from tests.faults.counts import count
from tests.faults.fuzz import each_alone, in_chains
from tests.faults.twins import assert_red

CASES = count(1_000, 10_000)


def all_is_answered_as_documented(rig, cases):
    pids = rig.masters[0].worker_pids

    account = members.a_token(rig, members.a_member(rig), "send", "receipts", "revoke")

    alone = each_alone(rig.urls[0], cases // 2)
    chained = in_chains(rig.urls[0], account, cases - cases // 2)

    assert alone.total() + chained.total() >= cases
    assert "Traceback" not in rig.logs()
    assert rig.masters[0].worker_pids == pids
    return set(alone)


@pytest.mark.promise("R16", "S1")
@pytest.mark.timeout(3600)
def test_generated_requests_and_chains_are_answered_as_documented(rigs, figure):
    rig = rigs.make(masters=1)

    alone = all_is_answered_as_documented(rig, CASES)

    assert {("create_share", 422), ("claim_share", 404), ("get_blob", 401)} <= alone
    figure("R16", f"{CASES} generated requests: 0 × 5xx, 0 tracebacks, 0 processes ended")
    figure("S1", f"{CASES} generated requests, with and without an account: 0 answers beside the document")


@pytest.mark.twin("R16", "S1")
@pytest.mark.parametrize(
    ("twin", "said"),
    [
        ("unknown_is_a_fault", "Server error"),
        pytest.param("three_quarters_of_a_half", "Response violates schema", marks=pytest.mark.full),
        pytest.param("refused_without_a_word", "Undocumented status code", marks=pytest.mark.full),
    ],
)
def test_an_answer_that_is_not_in_the_document_is_noticed(make_rig, twin, said):
    rig = make_rig(masters=1, twin=twin)

    assert said in assert_red(rig, lambda rig: all_is_answered_as_documented(rig, 400))
