"""R25: whatever happens to shares in whatever order, the product says what a small model says."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.counts import count
from tests.faults.twins import loaded
from tests.shares.lives import Lives

pytestmark = pytest.mark.django_db(transaction=True)
RUNS, STEPS = count(15, 500), count(20, 50)


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
@pytest.mark.timeout(3600)
def test_the_product_and_the_model_say_the_same_after_each_step(figure):
    lives(RUNS, STEPS)

    figure("R25", f"{RUNS} runs of {STEPS} steps: 0 differences")


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
