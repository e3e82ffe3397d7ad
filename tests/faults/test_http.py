"""R16: whatever comes in, no answer is a 500, no traceback is written, and no worker ends."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from tests.faults import client, corpus
from tests.faults.counts import count
from tests.faults.envelopes import b64, seal
from tests.faults.twins import assert_red
from tests.faults.wire import status_of, talk

GENERATED = count(1_000, 10_000)
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


def generated_requests_are_answered(rig, cases):
    """What our own OpenAPI allows and forbids, half of it about a share that is there, with its tokens."""
    pids = rig.masters[0].worker_pids
    schema = schemathesis.openapi.from_url(f"{rig.urls[0]}/api/v1/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations()]
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    each = -(-cases // (len(operations) * len(modes)))
    seen = []
    with requests.Session() as session:
        for operation in operations:
            for mode in modes:
                seen += answers_to(rig, session, operation, mode, each)

    assert len(seen) >= cases * 0.9
    assert [one for one in seen if one[0] >= 500 and one[0] not in (503, 507)] == []
    assert {status for status, *_ in seen} - {201, 204, 200} != set()
    nothing_broke(rig, pids)


def answers_to(rig, session, operation, mode, examples):
    known = client.leave(rig.urls[0], seal(b"known"))
    tokens = [known.link_token, known.manage_token, bytes(32)]
    seen = []

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    def ask(case):
        headers = {}
        if len(seen) % 2 and "share_id" in (case.path_parameters or {}):
            case.path_parameters["share_id"] = known.id
            headers["Authorization"] = f"Bearer {b64(tokens[len(seen) % 3])}"
        answer = case.call(base_url=rig.urls[0], session=session, headers=headers)
        seen.append((answer.status_code, operation.method, operation.path))

    ask()
    return seen


@pytest.fixture(scope="module")
def alone(rigs):
    """One worker, so that it cannot end unseen."""
    return rigs.make(masters=1)


def test_the_corpus_of_bad_requests_gets_no_500(alone):
    seen = the_corpus_is_answered(alone, *corpus.KINDS)

    assert {200, 201, 400, 401, 404, 405, 411, 413, 422} <= seen


def test_generated_requests_get_no_500(alone):
    generated_requests_are_answered(alone, GENERATED)


@pytest.mark.parametrize(
    ("twin", "kind"), [("careless_numbers", corpus.paths), ("careless_base64", corpus.tokens)]
)
def test_a_door_that_trusts_its_input_is_noticed(make_rig, twin, kind):
    assert_red(make_rig(masters=1, twin=twin), lambda rig: the_corpus_is_answered(rig, kind))


def test_a_door_that_expects_to_find_what_it_is_asked_for_is_noticed(make_rig):
    rig = make_rig(masters=1, twin="unknown_is_a_fault")

    assert_red(rig, lambda rig: generated_requests_are_answered(rig, 100))
