"""Who is told next: nobody waits for what somebody else has in the outbox, or for their slow receiver."""

import re
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from accounts.models import User
from shares.models import Notice, NoticeTurn
from shares.querysets import notice as outbox
from shares.services.claim import claim
from shares.services.notices import tell
from shares.values import Way
from tests.builders import a_claim_of
from tests.shares.hooks import HookSink
from tests.shares.people import a_member, a_share_of
from tests.shares.sinks import MailSink, a_worker, kill_once, serving
from tests.shares.test_webhooks import LOOPBACK, a_member_with_webhook

pytestmark = pytest.mark.django_db


def waiting(member, count, way=Way.WEBHOOK):
    Notice.objects.bulk_create(
        Notice(account=member, share_id="aaaaaaaaaaaaaaaa", what="opened", way=way.value)
        for _ in range(count)
    )


def test_somebodys_many_notices_come_after_anothers_one():
    busy, other = a_member(), a_member()
    waiting(busy, 30)
    waiting(other, 1)
    order = []

    tell(Way.WEBHOOK, lambda notice: order.append(notice.account_id))

    assert len(order) == 31
    assert order.index(other.pk) == 1


def test_who_comes_while_others_are_told_is_lined_up_too(monkeypatch):
    monkeypatch.setattr("shares.services.notices.ROUND_SECONDS", 0.01)
    members = [a_member() for _ in range(3)]
    late = a_member()
    for member in members:
        waiting(member, 10)
    order = []

    def send(notice):
        if not order:
            waiting(late, 1)
        order.append(notice.account_id)
        time.sleep(0.01)

    tell(Way.WEBHOOK, send)

    assert order.index(late.pk) <= len(members) + 1


def test_after_a_slow_call_its_account_rests_as_long_as_it_took():
    member = a_member()
    waiting(member, 2)
    began = []

    def send(notice):
        began.append(time.monotonic())
        time.sleep(0.2)

    assert tell(Way.WEBHOOK, send)["told"] == 2
    assert began[1] - began[0] >= 0.4


def test_no_more_than_a_thousand_of_an_account_wait_in_one_way():
    member, other = (a_member("email:opened", "webhook:opened") for _ in range(2))
    waiting(member, outbox.MAX_WAITING - 1)

    for owner in (member, member, other):
        claim(a_claim_of(a_share_of(owner)))

    assert Notice.objects.filter(account=member, way="webhook").count() == outbox.MAX_WAITING == 1000
    assert Notice.objects.filter(account=member, way="email").count() == 2
    assert Notice.objects.filter(account=other).count() == 2


@pytest.mark.parametrize("accounts", [1, 400])
def test_a_backlog_of_twenty_thousand_makes_the_next_no_dearer(accounts):
    members = User.objects.bulk_create(User(email=f"{n}@example.org") for n in range(accounts))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO shares_notice (account_id, share_id, what, way, tries)"
            " SELECT account_id, '', 'opened', 'webhook', 0"
            " FROM unnest(%s) AS account_id, generate_series(1, 20000 / %s)",
            [[member.pk for member in members], accounts],
        )
    NoticeTurn.objects.line_up(Way.WEBHOOK)
    resting = [member.pk for member in members[: accounts // 2]]
    NoticeTurn.objects.filter(account__in=resting).update(at=F("at") + timedelta(hours=1))

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + outbox._TAKE, {"way": "webhook"})
        plan = "\n".join(line for (line,) in cursor.fetchall())

    pages = int(re.search(r"Buffers: shared hit=(\d+)", plan)[1])
    assert pages < 100, plan


@pytest.mark.django_db(transaction=True)
def test_mail_goes_while_webhooks_hesitate(tmp_path, monkeypatch):
    with serving(HookSink(tmp_path)) as hooks, serving(MailSink()) as mails:
        monkeypatch.setenv("SSL_CERT_FILE", str(hooks.ca))
        hooks.answer = lambda talk: hooks.over.wait()
        for _ in range(3):
            waiting(a_member_with_webhook(hooks.local_url)[0], 1)
        waiting(a_member(), 1, Way.EMAIL)

        worker = a_worker("--once", EMAIL_URL=mails.url, WEBHOOK_ALLOWED_NETWORKS=LOOPBACK)

        assert kill_once(lambda: bool(mails.mails), worker)
        assert len(hooks.taken) <= 1
