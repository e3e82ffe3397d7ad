"""What each step asks of Postgres: a statement too many, or a table read whole, is felt at a million."""

import pytest

from shares.services.claim import claim
from shares.services.deposit import deposit
from tests.builders import a_claim_of, a_waiting_share, an_envelope

pytestmark = pytest.mark.django_db(transaction=True)
BEGIN_AND_COMMIT = 2


def test_leaving_a_small_share_takes_five_statements(django_assert_num_queries):
    left = an_envelope().deposit

    with django_assert_num_queries(5 + BEGIN_AND_COMMIT):
        deposit(left)


def test_a_claim_takes_six_statements(django_assert_num_queries):
    request = a_claim_of(a_waiting_share())

    with django_assert_num_queries(6 + BEGIN_AND_COMMIT):
        claim(request)
