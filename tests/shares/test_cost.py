"""What each step asks of Postgres: a statement too many, or a table read whole, is felt at a million."""

import secrets

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from shares.models import Lease, Share
from shares.services.burn import burn
from shares.services.claim import claim
from shares.services.deposit import deposit
from shares.services.sweep import sweep
from tests.builders import a_claim_of, a_waiting_share, an_envelope

pytestmark = pytest.mark.django_db(transaction=True)
BEGIN_AND_COMMIT = 2


def test_leaving_a_small_share_takes_two_statements(django_assert_num_queries):
    left = an_envelope().deposit

    with django_assert_num_queries(2 + BEGIN_AND_COMMIT):
        deposit(left)


def test_a_claim_takes_five_statements(django_assert_num_queries):
    request = a_claim_of(a_waiting_share())

    with django_assert_num_queries(5 + BEGIN_AND_COMMIT):
        claim(request)


def test_a_burn_takes_six_statements(django_assert_num_queries):
    sent, secret = a_waiting_share(), secrets.token_bytes(32)
    claim(a_claim_of(sent, secret))

    with django_assert_num_queries(6 + BEGIN_AND_COMMIT):
        burn(sent.id, secret)


def test_a_thousand_names_are_looked_up_in_the_index():
    names = [secrets.token_hex(16) for _ in range(1000)]

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Share.objects.named(names).explain()

    assert "share_storage_name" in plan


@pytest.mark.parametrize(
    "due",
    [
        Share.objects.expired().without_open_lease,
        Share.objects.lapsed,
        Share.objects.abandoned,
        Share.objects.with_blob_to_remove,
        Share.objects.old_tombstones,
    ],
)
def test_what_is_due_comes_in_the_order_of_an_index(due):
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL random_page_cost = 1000")
        plan = due()[:1000].explain()

    assert "Index Scan using share_" in plan


UPLOADS = """
INSERT INTO shares_share (id, state, kdf, size, part_size, closing, lifetime, max_claims, claims_left,
    attempts, unlocks, link_verifier, manage_verifier, storage_name, upload_id)
SELECT 'u' || lpad(translate(n::text, '0189', 'wxyz'), 15, 'a'), 'uploading', 0, 100, 8388608, false,
    '1 hour', 1, 1, 0, 0, '', '', '', '' FROM generate_series(1, 3000) AS n
"""


def test_streams_are_found_among_uploads_without_reading_those():
    with connection.cursor() as cursor:
        cursor.execute(UPLOADS)
        cursor.execute("ANALYZE shares_share")

    assert "using share_streamed " in Share.objects.streamed(1).explain()


def test_two_lapsed_leases_of_one_share_do_not_end_a_sweep_early():
    shares = [a_waiting_share(claims=2), a_waiting_share(), a_waiting_share()]
    for sent in (shares[0], *shares):
        claim(a_claim_of(sent))
    Lease.objects.update(ends_at=Now())

    sweep(batch=2)

    assert all("lease_ended" in sent.events for sent in shares)
