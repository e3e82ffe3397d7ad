"""The stub: where the share stands, in words that are true at that moment."""

from datetime import UTC, datetime, timedelta

import pytest

from shares import stub
from shares.values import Happening, Receipt, State, Status, What
from tests.builders import a_sealed_text, row_of
from tests.pages.page import Page
from tests.pages.states import Browser, locked, opened

LEFT = datetime(2026, 11, 24, 14, 3, tzinfo=UTC)
OPENED, ENDED = LEFT + timedelta(minutes=2), LEFT + timedelta(minutes=9)
MADE = (What.CREATED, What.READY)


def a_receipt(
    state: State, *whats: What, left: int = 1, of: int = 1, tries: int = 5, unlocks: int = 3, fetching=False
) -> Receipt:
    status = Status(
        state=state,
        size_bytes=1072,
        kdf=int(tries < 5),
        attempts_left=tries,
        claims_left=left,
        max_claims=of,
        expires_at=LEFT + timedelta(days=1),
        opened_at=OPENED if What.CLAIMED in whats else None,
        ended_at=ENDED if state.is_ended else None,
    )
    happenings = tuple(Happening(what, LEFT + timedelta(seconds=n)) for n, what in enumerate(whats))
    return Receipt("a" * 16, status, 5 - tries, unlocks, LEFT, OPENED if fetching else None, happenings)


READY, CLAIMED, BURNED, EXPIRED = State.READY, State.CLAIMED, State.BURNED, State.EXPIRED
OPENING = (*MADE, What.CLAIMED)
SAID = [
    (
        a_receipt(State.UPLOADING, What.CREATED, left=0, of=1),
        "Not finished",
        "It has not arrived whole. If nobody goes on with it for a day, it is dropped.",
    ),
    (
        a_receipt(READY, *MADE),
        "Waiting",
        "Nobody has opened it yet. It waits until 25 Nov 2026 at 14:03 UTC.",
    ),
    (
        a_receipt(READY, *OPENING, left=2, of=3),
        "Opened 1 of 3 times",
        "The last time on 24 Nov 2026 at 14:05 UTC. It waits until 25 Nov 2026 at 14:03 UTC.",
    ),
    (
        a_receipt(READY, *MADE, tries=0),
        "Locked",
        "Five wrong passwords. Nobody can open it until you unlock it. "
        "If your recipient did not do this, revoke it.",
    ),
    (
        a_receipt(READY, *MADE, tries=0, unlocks=0),
        "Locked",
        "Five wrong passwords again, and no unlocks are left. Nobody can open it. "
        "Revoke it, and leave it anew with another password.",
    ),
    (
        a_receipt(CLAIMED, *OPENING, left=0, fetching=True),
        "Being opened",
        "Someone opened it on 24 Nov 2026 at 14:05 UTC, and may still be fetching it.",
    ),
    (
        a_receipt(CLAIMED, *OPENING, What.LEASE_ENDED, left=0),
        "Opened",
        "Opened on 24 Nov 2026 at 14:05 UTC. Nobody confirmed that all of it arrived. "
        "The server destroys it now.",
    ),
    (
        a_receipt(BURNED, *OPENING, What.RECEIVED, What.BURNED, left=0),
        "Opened",
        "Opened on 24 Nov 2026 at 14:05 UTC, received whole, then destroyed.",
    ),
    (
        a_receipt(BURNED, *OPENING, What.LEASE_ENDED, What.BURNED, left=0),
        "Opened",
        "Opened on 24 Nov 2026 at 14:05 UTC. Nobody confirmed that all of it arrived. "
        "Destroyed on 24 Nov 2026 at 14:12 UTC.",
    ),
    (
        a_receipt(BURNED, *OPENING, What.CLAIMED, What.RECEIVED, What.RECEIVED, left=0, of=2),
        "Opened",
        "Opened 2 times, the last time on 24 Nov 2026 at 14:05 UTC, received whole, then destroyed.",
    ),
    (
        a_receipt(READY, *OPENING, What.DECLINED, left=1, of=2),
        "Opened 1 of 2 times",
        "The last time on 24 Nov 2026 at 14:05 UTC. It waits until 25 Nov 2026 at 14:03 UTC.",
    ),
    (
        a_receipt(State.REVOKED, *OPENING, What.DECLINED, What.REVOKED, left=0, of=2),
        "Revoked",
        "You revoked it on 24 Nov 2026 at 14:12 UTC. It had been opened once.",
    ),
    (
        a_receipt(BURNED, *OPENING, What.DECLINED, What.CLAIMED, What.RECEIVED, What.BURNED, left=0, of=2),
        "Opened",
        "Opened on 24 Nov 2026 at 14:05 UTC, received whole, then destroyed.",
    ),
    (
        a_receipt(BURNED, *OPENING, What.DECLINED, What.BURNED, left=0),
        "Destroyed unopened",
        "Somebody with the link destroyed it on 24 Nov 2026 at 14:12 UTC, "
        "without fetching any of what was inside.",
    ),
    (
        a_receipt(EXPIRED, *MADE, What.EXPIRED, left=0),
        "Expired unopened",
        "It waited until 24 Nov 2026 at 14:12 UTC. Nobody opened it.",
    ),
    (
        a_receipt(EXPIRED, *OPENING, What.EXPIRED, left=0, of=3),
        "Expired",
        "It waited until 24 Nov 2026 at 14:12 UTC. It had been opened once.",
    ),
    (
        a_receipt(EXPIRED, What.CREATED, What.EXPIRED, left=0),
        "Never finished",
        "The upload stopped, and was dropped on 24 Nov 2026 at 14:12 UTC.",
    ),
    (
        a_receipt(State.REVOKED, *MADE, What.REVOKED, left=0),
        "Revoked",
        "You revoked it on 24 Nov 2026 at 14:12 UTC, unopened.",
    ),
    (
        a_receipt(State.REVOKED, *OPENING, What.REVOKED, left=0, of=2),
        "Revoked",
        "You revoked it on 24 Nov 2026 at 14:12 UTC. It had been opened once.",
    ),
    (
        a_receipt(State.REMOVED, *MADE, What.REMOVED, left=0),
        "Taken down",
        "Removed by the people who run this server on 24 Nov 2026 at 14:12 UTC.",
    ),
]


@pytest.mark.parametrize(("receipt", "heading", "sentence"), SAID)
def test_each_state_has_its_own_heading_and_sentence(receipt, heading, sentence):
    told = stub.told(receipt)

    assert (told.heading, str(told.sentence)) == (heading, sentence)
    happened = [happening.what for happening in receipt.happenings]
    assert told.was_opened == (happened.count(What.CLAIMED) > happened.count(What.DECLINED))


def test_every_event_has_a_word_in_the_log():
    receipt = a_receipt(BURNED, *What, left=0)

    whats = [what for _, what in stub.log(receipt)]

    assert len(whats) == len(What) - 1, "an upload that came to its end is not told twice"
    assert all(what and "_" not in what for what in whats)


def test_the_log_counts_tries_down_and_anew_after_an_unlock():
    wrong = What.WRONG_PASSWORD
    receipt = a_receipt(READY, *MADE, wrong, wrong, wrong, wrong, wrong, What.LOCKED, What.UNLOCKED, wrong)

    said = [what.removeprefix("Wrong password, ") for _, what in stub.log(receipt)]

    assert said[1:] == [
        "4 tries left", "3 tries left", "2 tries left", "one try left", "no try left",
        "Locked", "Unlocked by you", "4 tries left",
    ]  # fmt: skip


@pytest.mark.django_db
def test_only_what_can_be_done_is_offered():
    browser = Browser()
    shares = (a_sealed_text(), locked(browser), opened(browser))
    gone = a_sealed_text()
    browser.stub(gone, "revoke")

    offered = [Page(browser.stub(left)).texts("button") for left in (*shares, gone)]

    assert offered == [
        ["Look again", "Revoke"],
        ["Unlock, 3 left", "Look again", "Revoke"],
        ["Look again", "Revoke"],
        [],
    ]


@pytest.mark.django_db
def test_revoking_is_asked_for_once_more_in_place():
    browser = Browser()
    waiting, started = Page(browser.stub(a_sealed_text())), Page(browser.stub(opened(browser)))

    (button,) = (tag for tag in waiting.all("button") if tag.attrs.get("value") == "revoke")

    assert "details" in button.inside
    assert waiting.texts("summary") == ["RevokeKeep it"]
    assert "It is destroyed now, unopened, and nobody can open it." in waiting.words
    assert "It may already be read." in started.words


@pytest.mark.django_db
def test_the_stub_shows_the_tries_of_a_guarded_share_only():
    browser = Browser()

    guarded, open_to_all = Page(browser.stub(locked(browser))), Page(browser.stub(a_sealed_text()))

    assert guarded.texts("dt") == ["Opens left", "Wrong passwords", "Size"]
    assert guarded.texts("dd")[:2] == ["1 of 1", "5 of 5"]
    assert open_to_all.texts("dt") == ["Opens left", "Size"]


@pytest.mark.django_db
def test_the_newest_event_stands_first_and_has_its_second():
    browser = Browser()
    left = a_sealed_text()

    page = Page(browser.stub(left, "revoke"))

    times = [tag.attrs["datetime"] for tag in page.all("time")][-2:]
    assert page.texts("li")[0].endswith("Revoked by you, and destroyed")
    assert page.texts("li")[-1].endswith("Sealed and left")
    assert times == sorted(times, reverse=True)
    assert row_of(left.link).state == State.REVOKED
