"""How many inputs Hypothesis makes up for each property (S2)."""

from tests.faults.counts import count

EXAMPLES = count(300, 10_000)
TOLD = f"{EXAMPLES} examples of each property"
