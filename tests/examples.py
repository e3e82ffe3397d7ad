"""How many inputs Hypothesis makes up for each property (S2)."""

from hypothesis import settings

from tests.faults.counts import count

_EXAMPLES = count(300, 10_000)
TOLD = f"{_EXAMPLES} examples of each property"
# One fault at a time, so that a twin's test sees the assertion itself.
tried = settings(max_examples=_EXAMPLES, deadline=None, report_multiple_bugs=False)
