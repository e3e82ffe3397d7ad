"""Whatever is asked for: a lifetime and a count are read as they were written, or refused (S2)."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shares import terms
from shares.errors import InvalidInput
from shares.values import Limits, Terms
from tests.examples import TOLD, tried

SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
LIMITS = Limits(share_bytes=10**9, lifetime_seconds=30 * 86400, opens=100)
LEAST = 5 * 60

numbers = st.integers(0, 10) | st.integers(0, 400) | st.integers(0, 10**12)
written = st.text("0123456789smhdw.-+ e_,:٣²\n", max_size=8)


@pytest.mark.promise("S2")
def test_a_lifetime_is_as_long_as_it_says_or_is_refused(figure):
    @tried
    @given(numbers, st.sampled_from([*SECONDS]), numbers)
    def holds(number, unit, opens):
        seconds = number * SECONDS[unit]
        if LEAST <= seconds <= LIMITS.lifetime_seconds and 1 <= opens <= LIMITS.opens:
            assert terms.read_terms(f"{number}{unit}", f"{opens}", LIMITS) == Terms(seconds, opens)
        else:
            with pytest.raises(InvalidInput):
                terms.read_terms(f"{number}{unit}", f"{opens}", LIMITS)

    holds()
    figure("S2", TOLD)


@pytest.mark.promise("S2")
def test_any_text_is_a_lifetime_in_one_spelling_or_refused(figure):
    @tried
    @given(written | st.text(), written | st.text())
    @example("1h\n", "1")
    @example("٣h", "٣")
    def holds(expires, opens):
        try:
            found = terms.read_terms(expires, opens, LIMITS)
        except InvalidInput:
            return
        assert re.fullmatch("|[1-9][0-9]*[smhdw]?", expires)
        assert re.fullmatch("|[1-9][0-9]*", opens)
        assert LEAST <= found.expires_in_seconds <= LIMITS.lifetime_seconds
        assert 1 <= found.max_claims <= LIMITS.opens

    holds()
    figure("S2", TOLD)


@pytest.mark.twin("S2")
def test_a_lifetime_of_another_length_is_noticed(monkeypatch, red):
    monkeypatch.setitem(terms._UNITS, "w", 7 * 86400 + 1)

    with pytest.raises(AssertionError):
        test_a_lifetime_is_as_long_as_it_says_or_is_refused(lambda row, said: None)
    red("a week of another length")
