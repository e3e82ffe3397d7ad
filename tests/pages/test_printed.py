"""What a terminal of 80 columns shows."""

import pytest

from shares import printed
from shares.values import State, What
from tests.builders import a_sealed_text
from tests.pages.test_stub_page import MADE, a_receipt

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("password", ["", "right"])
def test_the_prose_of_an_answer_fits_into_eighty_columns(password):
    text = printed.Answer(a_sealed_text(password=password), ["notes.pdf"]).text()

    prose = [line for line in text.splitlines() if not line.startswith("  ")]

    assert max(map(len, prose)) <= 80
    assert len(text.splitlines()) - len(prose) == 4, "two links, two lines to paste"


def test_an_answer_says_who_sealed_and_what_breaking_off_costs():
    text = printed.Answer(a_sealed_text(), []).text()

    assert "The server sealed it: it saw the content, and keeps only sealed bytes." in text
    assert "If that breaks off, it is gone." in text
    assert "The line waits for the password" not in text


def test_a_guarded_share_says_how_its_line_takes_the_password():
    text = printed.Answer(a_sealed_text(password="right"), []).text()

    assert "The line waits for the password: type it, Enter, Ctrl-D." in text
    assert "--data-urlencode password@- " in text


def test_a_receipt_is_a_sentence_figures_and_what_happened():
    text = printed.receipt(a_receipt(State.READY, *MADE, What.WRONG_PASSWORD, tries=4))

    assert text.splitlines() == [
        "Nobody has opened it yet. It waits until 25 Nov 2026 at 14:03 UTC.",
        "",
        "state: ready",
        "opens left: 1 of 1",
        "wrong passwords: 1 of 5",
        "unlocks left: 3 of 3",
        "",
        "2026-11-24 14:03:01 UTC  Sealed and left",
        "2026-11-24 14:03:02 UTC  Wrong password, 4 tries left",
    ]


def test_a_locked_share_says_how_to_unlock_it_while_that_is_possible():
    again, never = (a_receipt(State.READY, *MADE, tries=0, unlocks=unlocks) for unlocks in (1, 0))

    assert "state: locked" in printed.receipt(again)
    assert "action=unlock" in printed.receipt(again)
    assert "action=unlock" not in printed.receipt(never)
