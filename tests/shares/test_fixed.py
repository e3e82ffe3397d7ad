"""Questions that are translated once ask, and answer, as the querysets they were written as."""

import pytest
from django.db import connection
from django.db.models.functions import Now

from shares.models import Lease, ServerHalf, Share
from shares.querysets.asked import HALF_COLUMNS, SHARE_COLUMNS, WITH_HALF
from shares.querysets.fixed import Fixed, FixedUpdate, Slot
from shares.querysets.lease import ADDED as LEASE_COLUMNS
from tests.builders import a_waiting_share

pytestmark = pytest.mark.django_db


def columns(model):
    return {field.attname: getattr(model, field.attname) for field in model._meta.concrete_fields}


def test_a_share_comes_out_as_from_its_queryset_with_its_half_and_the_moment():
    sent = a_waiting_share()
    usual = Share.objects.dated().select_related("half").get(pk=sent.id)

    found = WITH_HALF.first(share_id=sent.id)

    assert columns(found) == columns(usual)
    assert columns(found.half) == columns(usual.half)
    assert found.now >= found.created_at
    assert not found._state.adding


def test_where_nothing_is_found_there_is_no_model_and_no_row():
    assert WITH_HALF.first(share_id="aaaqeayeaudaocaj") is None
    assert WITH_HALF.row(share_id="aaaqeayeaudaocaj") is None


def test_each_asking_has_values_of_its_own():
    one, other = a_waiting_share(), a_waiting_share()
    by_id = Fixed(lambda: Share.objects.filter(pk=Slot("share_id")))

    assert [by_id.first(share_id=sent.id).pk for sent in (one, other, one)] == [one.id, other.id, one.id]


def test_an_update_changes_only_what_its_condition_meets_and_says_how_many():
    sent = a_waiting_share()
    spend = FixedUpdate(lambda: Share.objects.filter(pk=Slot("share_id"), attempts=Slot("seen")), attempts=1)

    assert [spend.run(share_id=sent.id, seen=0), spend.run(share_id=sent.id, seen=0)] == [1, 0]


def test_a_question_is_built_once(django_assert_num_queries):
    built = []

    def build():
        built.append(1)
        return Share.objects.filter(pk=Slot("share_id"))

    question = Fixed(build)
    with django_assert_num_queries(3):
        for _ in range(3):
            question.first(share_id="aaaqeayeaudaocaj")

    assert built == [1]


def test_postgres_keeps_the_plan():
    question = Fixed(lambda: Share.objects.filter(pk=Slot("share_id"), size=123454321))
    for _ in range(4):
        question.row(share_id="aaaqeayeaudaocaj")

    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [text for (text,) in cursor.fetchall() if "shares_share" in text and text.count("$") == 2]
    assert kept


@pytest.mark.parametrize(
    ("model", "named"), [(Share, SHARE_COLUMNS), (ServerHalf, HALF_COLUMNS), (Lease, LEASE_COLUMNS)]
)
def test_a_new_row_names_every_column_that_the_database_does_not_fill_in(model, named):
    """A column added to a model and forgotten here would be left empty without a word."""

    def fills_in(field):
        return (
            (field.primary_key and field.db_returning) or field.generated or isinstance(field.db_default, Now)
        )

    def may_stay_empty(field):
        return field.null and field.attname in EMPTY_AT_FIRST.get(model, ())

    wanted = {
        field.attname
        for field in model._meta.concrete_fields
        if not fills_in(field) and not may_stay_empty(field)
    }
    assert set(named) == wanted


EMPTY_AT_FIRST = {Share: ("opened_at", "ended_at", "notices"), Lease: ("fetched_at", "closed_at")}
