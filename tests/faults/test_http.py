"""R16: whatever comes in, no answer is a 500, no traceback is written, and no worker ends."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults import corpus
from tests.faults.twins import assert_red
from tests.faults.wire import status_of, talk

AT_ONCE = 4
# 501 is what HTTP itself wants for a transfer coding that nobody knows; the other two are in our docs.
DOCUMENTED = {501: b"Transfer-Encoding: nonsense", 503: b"", 507: b""}


def answers_to_the_corpus(rig, kinds):
    requests_sent = [request for kind in kinds for request in kind()]
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        answers = crowd.map(lambda request: talk(rig.urls[0], request), requests_sent)
        return [(status_of(said), request) for said, request in zip(answers, requests_sent, strict=True)]


def the_corpus_is_answered(rig, *kinds):
    """The statuses that were seen."""
    pids = rig.masters[0].worker_pids

    answers = answers_to_the_corpus(rig, kinds)

    faults = [
        (status, request[:200])
        for status, request in answers
        if status >= 500 and DOCUMENTED.get(status, request[:0] + b"\0never") not in request
    ]
    assert faults == []
    assert [request[:100] for status, request in answers if status == 0] == []
    nothing_broke(rig, pids)
    return {status for status, _ in answers}


def nothing_broke(rig, pids):
    assert "Traceback" not in rig.logs()
    assert rig.masters[0].worker_pids == pids


@pytest.fixture(scope="module")
def alone(rigs):
    """One worker, so that it cannot end unseen."""
    return rigs.make(masters=1)


@pytest.mark.promise("R16")
def test_the_corpus_of_bad_requests_gets_no_500(alone, figure):
    seen = the_corpus_is_answered(alone, *corpus.KINDS)

    assert {200, 201, 400, 401, 404, 405, 411, 413, 422} <= seen
    bad = sum(len(list(kind())) for kind in corpus.KINDS)
    figure("R16", f"{bad} bad requests written by hand: 0 × 500, 0 processes ended")


@pytest.mark.twin("R16")
@pytest.mark.parametrize(
    ("twin", "kind"),
    [
        pytest.param("careless_numbers", corpus.paths, marks=pytest.mark.full),
        ("careless_base64", corpus.tokens),
    ],
)
def test_a_door_that_trusts_its_input_is_noticed(make_rig, twin, kind):
    assert_red(make_rig(masters=1, twin=twin), lambda rig: the_corpus_is_answered(rig, kind))
