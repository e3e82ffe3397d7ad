"""Webhooks from the event to the receiver: signed, told again, verified as docs/notices.md says."""

import re
import time
from pathlib import Path

import pytest

from onetimeshare import outward
from shares import webhooks
from shares.models import Notice, NoticeChoice
from shares.services.claim import claim
from shares.services.notices import tell
from shares.values import Way
from tests.builders import a_claim_of
from tests.shares.hooks import HookSink, answers
from tests.shares.people import BY_WEBHOOK, a_member, a_share_of
from tests.shares.sinks import a_worker, kill_once, serving
from tests.shares.test_worker import let_pass, told

pytestmark = pytest.mark.django_db
LOOPBACK = "127.0.0.0/8"


@pytest.fixture
def sink(tmp_path, monkeypatch, settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = [outward.ip_network(LOOPBACK)]
    with serving(HookSink(tmp_path)) as sink:
        monkeypatch.setenv("SSL_CERT_FILE", str(sink.ca))
        yield sink


def a_member_with_webhook(url, *notices):
    """The member, and the secret as they were shown it."""
    member = a_member()
    choice = NoticeChoice(account=member, notices=list(notices or BY_WEBHOOK), webhook_url=url)
    secret = webhooks.give_secret(choice)
    choice.save()
    return member, secret


def an_opened_share_of(owner):
    sent = a_share_of(owner)
    claim(a_claim_of(sent))
    return sent


def by_webhook():
    return told(tell(Way.WEBHOOK, webhooks.send))


def outcome_of(member):
    return NoticeChoice.objects.get(pk=member.pk).outcome


@pytest.fixture(scope="module")
def is_ours():
    """The verifier that the document shows."""
    document = Path(__file__).resolve().parents[2] / "docs" / "notices.md"
    code = re.search(r"^```python\n(.*?)^```", document.read_text(), re.MULTILINE | re.DOTALL)[1]
    known = {}
    exec(code, known)  # noqa: S102 - our own document
    assert code[code.index("def ") :].count("\n") <= 10
    return known["is_ours"]


def test_a_webhook_says_what_happened_and_where_to_look_and_nothing_else(sink, settings):
    settings.PUBLIC_URL = "https://share.test"
    member, _ = a_member_with_webhook(sink.local_url)
    sent = an_opened_share_of(member)
    at = Notice.objects.get().at

    counts = by_webhook()

    assert counts == {"told": 1}
    assert [taken.json for taken in sink.taken] == [
        {
            "type": "share.opened",
            "timestamp": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z",
            "data": {"share": sent.id, "manage_page": f"https://share.test/m/{sent.id}"},
        }
    ]
    assert set(sink.taken[0].headers) == {
        "host", "connection", "accept-encoding", "content-length", "content-type", "user-agent",
        "webhook-id", "webhook-timestamp", "webhook-signature",
    }  # fmt: skip
    assert (outcome_of(member), Notice.objects.count()) == ("told", 0)


def test_the_documents_verifier_takes_it_once_and_refuses_what_was_changed(sink, is_ours):
    member, secret = a_member_with_webhook(sink.local_url)
    an_opened_share_of(member)
    by_webhook()
    headers, body = sink.taken[0].headers, sink.taken[0].body
    seen = set()
    other = webhooks.give_secret(NoticeChoice(account=member))
    old = str(int(time.time()) - 301)

    assert is_ours(secret, headers, body, seen)
    assert is_ours(
        secret, headers | {"webhook-signature": f"v1,old {headers['webhook-signature']}"}, body, seen
    )
    assert not is_ours(secret, headers, body.replace(b"opened", b"locked"), seen)
    assert not is_ours(secret, headers | {"webhook-id": headers["webhook-id"] + "1"}, body, seen)
    assert not is_ours(secret, headers | {"webhook-timestamp": old}, body, seen)
    assert not is_ours(secret, headers | {"webhook-signature": "v1,"}, body, seen)
    assert not is_ours(other, headers, body, seen)
    assert not is_ours(secret, headers, body, {headers["webhook-id"]})


def test_the_verifier_refuses_an_old_one_even_if_it_is_rightly_signed(is_ours):
    secret, then = bytes(32), int(time.time()) - 301
    headers = {
        "webhook-id": "notice_1_1",
        "webhook-timestamp": str(then),
        "webhook-signature": webhooks.webhook.signature(secret, "notice_1_1", then, b"{}"),
    }

    assert not is_ours(webhooks.webhook.secret_text(secret), headers, b"{}", set())


@pytest.mark.parametrize("status", [301, 400, 404, 410, 500])
def test_what_was_not_taken_is_told_again_under_the_same_name(sink, status):
    member, _ = a_member_with_webhook(sink.local_url)
    an_opened_share_of(member)
    sink.answer = answers(status, Location=sink.local_url)

    first = by_webhook()
    outcome = outcome_of(member)
    sink.answer = answers(200)
    let_pass(minutes=1)
    second = by_webhook()

    assert (first, outcome, second) == ({"put_off": 1}, f"status_{status}", {"told": 1})
    assert len(sink.taken) == 2
    assert len({taken.headers["webhook-id"] for taken in sink.taken}) == 1


def test_each_notice_has_a_name_of_its_own(sink):
    member, _ = a_member_with_webhook(sink.local_url)
    for _ in range(3):
        an_opened_share_of(member)

    by_webhook()

    assert len({taken.headers["webhook-id"] for taken in sink.taken}) == 3


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_a_webhook_hesitates_loses_nothing(sink):
    member, _ = a_member_with_webhook(sink.local_url)
    an_opened_share_of(member)
    sink.answer = lambda talk: sink.over.wait()

    assert kill_once(lambda: bool(sink.taken), a_worker(WEBHOOK_ALLOWED_NETWORKS=LOOPBACK))
    sink.answer = answers(204)
    let_pass(minutes=1)

    assert by_webhook() == {"told": 1}
    assert len({taken.headers["webhook-id"] for taken in sink.taken}) == 1


def test_an_address_that_became_private_after_it_was_saved_is_not_spoken_to(sink, settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    member, _ = a_member_with_webhook(sink.local_url)
    an_opened_share_of(member)

    assert by_webhook() == {"put_off": 1}
    assert (sink.connections, outcome_of(member)) == (0, "not_public")


def test_a_webhook_that_was_taken_away_is_not_told(sink):
    member, _ = a_member_with_webhook(sink.local_url)
    an_opened_share_of(member)
    NoticeChoice.objects.filter(pk=member.pk).update(webhook_url="")

    assert by_webhook() == {"dropped": 1}
    assert sink.connections == 0


def test_a_secret_rests_sealed_and_opens_for_its_account_alone(settings):
    member, secret = a_member_with_webhook("https://hook.test/")
    choice = NoticeChoice.objects.get(pk=member.pk)
    raw = webhooks.secret_of(choice)

    assert webhooks.webhook.secret_text(raw) == secret
    assert raw not in bytes(choice.webhook_secret)
    choice.account_id += 1
    with pytest.raises(webhooks.EnvelopeDamaged):
        webhooks.secret_of(choice)


def test_under_another_secret_key_nothing_is_signed_and_the_page_can_say_so(sink, settings):
    member, _ = a_member_with_webhook(sink.local_url)
    an_opened_share_of(member)
    settings.SECRET_KEY = "another"

    assert by_webhook() == {"put_off": 1}
    assert (sink.connections, outcome_of(member)) == (0, "secret")
