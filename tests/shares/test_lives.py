"""R25: whatever happens to shares in whatever order, the product says what a small model says."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.counts import count
from tests.faults.twins import loaded
from tests.shares.lives import Lives

pytestmark = pytest.mark.django_db(transaction=True)
# In parts, because all runs in one test would keep one process busy long after the others are done.
PARTS = count(1, 5)
RUNS, STEPS = count(15, 500) // PARTS, count(20, 50)


def lives(runs, steps):
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            report_multiple_bugs=False,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )


@pytest.mark.promise("R25")
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("part", range(PARTS))
def test_the_product_and_the_model_say_the_same_after_each_step(part, figure):
    lives(RUNS, STEPS)

    figure("R25", f"{RUNS * PARTS} runs of {STEPS} steps: 0 differences")


@pytest.mark.twin("R25")
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    "twin",
    [
        "opens_again",
        *(
            pytest.param(twin, marks=pytest.mark.full)
            for twin in ("lock_of_paper", "servers_lease", "time_by_sweep", "blob_stays")
        ),
    ],
)
def test_a_product_that_strays_from_the_model_is_noticed(twin, red):
    red(twin)
    with loaded(twin), pytest.raises(AssertionError):
        lives(count(100, 500), 30)  # it ends with the first difference
