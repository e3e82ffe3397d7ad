"""The scripts tell a share's state as the pages without scripts do: same heading, sentence, mark."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shares import stub, wording
from shares.errors import ShareGone
from shares.schemas import ReceiptOut
from shares.values import ENDED, State, What
from tests.frontend.bundles import bundle, run_in_node
from tests.pages.test_stub_page import BURNED, MADE, OPENED, READY, SAID, a_receipt

ENDED_AT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
RECEIPTS = [
    *(receipt for receipt, _, _ in SAID),
    a_receipt(BURNED, *What, left=0),
    a_receipt(
        READY, *MADE, *[What.WRONG_PASSWORD] * 5, What.LOCKED, What.UNLOCKED, What.WRONG_PASSWORD, tries=4
    ),
]
ENDS = [
    *((state, OPENED) for state in (State.CLAIMED, *ENDED)),
    *((state, None) for state in (State.EXPIRED, State.REVOKED, State.REMOVED)),
]


def in_camel_case(data: Any) -> Any:
    """As frontend/api.ts hands answers on."""
    if isinstance(data, list):
        return [in_camel_case(item) for item in data]
    if not isinstance(data, dict):
        return data
    words = {key: key.split("_") for key in data}
    return {
        words[key][0] + "".join(map(str.title, words[key][1:])): in_camel_case(value)
        for key, value in data.items()
    }


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> Any:
    script = bundle(Path(__file__).parent / "told.ts", tmp_path_factory.mktemp("told"), "--platform=node")
    asked = {
        "receipts": [in_camel_case(json.loads(ReceiptOut.of_receipt(r).model_dump_json())) for r in RECEIPTS],
        "ends": [
            {"state": state, "openedAt": opened and opened.isoformat(), "endedAt": ENDED_AT.isoformat()}
            for state, opened in ENDS
        ],
    }
    outcome = run_in_node(script, said=json.dumps(asked))
    assert outcome.returncode == 0, outcome.stderr
    return json.loads(outcome.stdout)


def with_times(told: dict[str, Any]) -> str:
    """Its sentence, with the moments as the server writes them."""
    times = {name: wording.moment(at and datetime.fromisoformat(at)) for name, at in told["times"].items()}
    return str(told["sentence"]).format(**times)


def test_the_stub_is_told_alike(said):
    for receipt, told in zip(RECEIPTS, said["receipts"], strict=True):
        expected = stub.told(receipt)
        assert (told["heading"], with_times(told)) == (expected.heading, str(expected.sentence))
        assert (told["mark"], told["wasOpened"]) == (expected.mark, expected.was_opened)
        assert told["isEnded"] == receipt.status.state.is_ended


def test_the_log_is_told_alike(said):
    for receipt, told in zip(RECEIPTS, said["receipts"], strict=True):
        newest_first = [what for _, what in stub.log(receipt)][::-1]
        assert [happening["what"] for happening in told["log"]] == newest_first


def test_a_recipient_is_told_the_end_alike(said):
    for (state, opened), told in zip(ENDS, said["ends"], strict=True):
        expected = wording.refusal(ShareGone(state, ENDED_AT, opened))
        assert (told["heading"], with_times(told)) == (expected.heading, str(expected.sentence))
        assert (told["mark"], told["wasOpened"]) == (expected.mark, expected.was_opened)
