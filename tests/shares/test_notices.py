"""The outbox: what is written beside an event, for whom, and what it costs those who want nothing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from shares.models import Notice, NoticeChoice, Share
from shares.services.burn import revoke
from shares.services.claim import claim
from shares.services.sweep import sweep
from shares.values import NOTICES, State
from tests.builders import a_claim_of, a_waiting_share, an_upload
from tests.shares.people import BY_MAIL, BY_WEBHOOK, a_member, a_share_of, guess_wrong
from tests.shares.test_sweep import did

pytestmark = pytest.mark.django_db


def outbox():
    return sorted(f"{notice.way}:{notice.what}" for notice in Notice.objects.all())


def expire(*shares):
    for sent in shares:
        sent.move(expires_at=timedelta(seconds=-1))
    sweep()


def live_through_everything(owner, *notices):
    """One share is opened, one locks, one expires."""
    claim(a_claim_of(a_share_of(owner, *notices)))
    guess_wrong(a_share_of(owner, *notices, guarded=True))
    expire(a_share_of(owner, *notices))


def test_notices_are_off_until_somebody_chooses_them():
    live_through_everything(a_member())

    assert outbox() == []


def test_a_share_that_nobody_owns_is_told_to_nobody():
    a_member(*NOTICES)

    live_through_everything(None, *NOTICES)

    assert outbox() == []


def test_the_accounts_choice_counts_for_all_its_shares():
    live_through_everything(a_member("email:opened", "webhook:locked", "webhook:expired"))

    assert outbox() == ["email:opened", "webhook:expired", "webhook:locked"]


def test_a_shares_own_choice_stands_above_its_accounts():
    live_through_everything(a_member(*BY_MAIL), *BY_WEBHOOK)

    assert outbox() == sorted(BY_WEBHOOK)


def test_a_share_may_choose_nothing_although_its_account_chose_all():
    live_through_everything(a_member(*NOTICES), "none")

    assert outbox() == []


def test_a_share_may_choose_although_its_account_never_did():
    live_through_everything(a_member(), *BY_MAIL)

    assert outbox() == sorted(BY_MAIL)


def test_each_opening_is_told_and_a_repeated_claim_is_not():
    sent = a_share_of(a_member("email:opened"), claims=3)
    first = a_claim_of(sent)

    for request in (first, first, a_claim_of(sent)):
        claim(request)

    assert outbox() == ["email:opened"] * 2


def test_only_the_fifth_wrong_password_is_told():
    sent = a_share_of(a_member("email:locked"), guarded=True)

    guess_wrong(sent, times=4)
    before = outbox()
    guess_wrong(sent, times=1)

    assert (before, outbox()) == ([], ["email:locked"])


def test_expired_unopened_is_not_told_of_a_share_that_was_opened_once():
    owner = a_member("email:expired")
    opened, unopened = a_share_of(owner, claims=2), a_share_of(owner, claims=2)
    claim(a_claim_of(opened))
    opened.row.leases.update(ends_at=opened.row.created_at, closed_at=opened.row.created_at)

    expire(opened, unopened)

    assert [notice.share_id for notice in Notice.objects.all()] == [unopened.id]
    assert opened.row.state == unopened.row.state == State.EXPIRED


def test_what_is_revoked_or_was_never_ready_is_not_told_as_expired():
    owner = a_member(*NOTICES)
    revoked, unfinished = a_share_of(owner), an_upload()
    Share.objects.filter(pk=unfinished.id).update(owner=owner)
    unfinished.move(touched_at=timedelta(days=-2))

    revoke(revoked.id, revoked.manage_token)
    sweep()

    assert unfinished.row.state == State.EXPIRED
    assert outbox() == []


def test_a_notice_is_written_with_its_event_or_not_at_all():
    sent = a_share_of(a_member("email:opened"))

    with transaction.atomic():
        claim(a_claim_of(sent))
        transaction.set_rollback(True)

    assert (outbox(), sent.row.state) == ([], State.READY)


def test_the_sweep_asks_no_more_statements_for_notices_however_many_expire():
    sweep()  # its own row is there from then on

    def statements(owner):
        shares = [a_share_of(owner) for _ in range(20)]
        with CaptureQueriesContext(connection) as asked:
            expire(*shares)
        return len(asked)

    assert statements(a_member(*NOTICES)) == statements(None)
    assert outbox() == ["email:expired"] * 20 + ["webhook:expired"] * 20


def test_a_claim_asks_one_statement_more_where_somebody_may_want_to_be_told(django_assert_num_queries):
    of_nobody, of_somebody = a_claim_of(a_waiting_share()), a_claim_of(a_share_of(a_member(*NOTICES)))

    with CaptureQueriesContext(connection) as asked:
        claim(of_nobody)
    with django_assert_num_queries(len(asked) + 1):
        claim(of_somebody)


def test_notices_go_with_their_account_and_outlive_their_share():
    owner, other = a_member(*BY_MAIL), a_member(*BY_MAIL)
    for one in (owner, other):
        sent = a_share_of(one)
        claim(a_claim_of(sent))
        Share.objects.filter(pk=sent.id).delete()

    owner.delete()

    assert [notice.account_id for notice in Notice.objects.all()] == [other.pk]


def test_what_nobody_told_for_a_day_is_erased_by_the_sweep_too():
    owner = a_member(*BY_MAIL)
    for age in (timedelta(hours=23), timedelta(hours=24)):
        sent = a_share_of(owner)
        claim(a_claim_of(sent))
        notice = Notice.objects.get(share_id=sent.id)
        Notice.objects.filter(pk=notice.pk).update(at=notice.at - age)

    counts = sweep()

    assert did(counts)["notices_given_up"] == 1
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"notices": ["email:burned"]}, "notice_choice_known"),
        ({"webhook_url": "http://hook.test/", "webhook_secret": b"s"}, "notice_webhook_is_signed"),
        ({"webhook_url": "https://hook.test/"}, "notice_webhook_is_signed"),
    ],
)
def test_the_database_refuses_a_choice_that_nobody_can_keep(change, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        NoticeChoice.objects.create(account=a_member(), **change)
