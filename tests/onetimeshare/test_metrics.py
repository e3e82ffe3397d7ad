"""What is counted: each thing once, under labels that nobody outside can choose, for named readers only."""

import secrets
from ipaddress import ip_network

import pytest
from django.test import Client, RequestFactory

from onetimeshare import metrics
from onetimeshare.handler import Handler
from onetimeshare.watched import Watched
from sealing.encoding import b64
from shares.errors import ShareError
from shares.models import Notice, Sweep
from shares.services.burn import burn, revoke
from shares.services.claim import claim
from shares.services.deposit import deposit
from shares.services.fetch import fetch, sealed_bytes
from shares.services.status import unlock
from tests.builders import (
    LARGE_BLOB_BYTES,
    SMALL_BLOB_BYTES,
    a_claim_of,
    a_large_share,
    a_sealed_text,
    a_waiting_share,
)
from tests.scraped import TOKEN, risen
from tests.shares.people import a_member

pytestmark = pytest.mark.django_db
EVENTS, REFUSALS, BYTES = "events_total", "refusals_total", "bytes_total"


# --- who may read it --------------------------------------------------------------------------------------


def test_there_is_no_such_page_unless_somebody_was_named():
    answer = Client().get("/metrics", headers={"Authorization": "Bearer "})

    assert answer.status_code == 404
    assert b"onetimeshare_" not in answer.content


@pytest.mark.parametrize("said", [None, "", "Bearer", f"Bearer {TOKEN}t", f"Basic {TOKEN}", "Bearer é"])
def test_a_token_that_does_not_fit_reads_nothing(settings, said):
    settings.METRICS_TOKEN = TOKEN

    answer = Client().get("/metrics", headers={} if said is None else {"Authorization": said})

    assert answer.status_code == 401
    assert b"onetimeshare_" not in answer.content


@pytest.mark.parametrize(("network", "status"), [("127.0.0.0/8", 200), ("10.0.0.0/8", 403), ("::1/128", 403)])
def test_a_network_reads_it_or_not(settings, network, status):
    settings.METRICS_NETWORKS = [ip_network(network)]

    assert Client().get("/metrics").status_code == status


def test_where_both_are_set_both_must_hold(settings):
    settings.METRICS_TOKEN, settings.METRICS_NETWORKS = TOKEN, [ip_network("10.0.0.0/8")]
    right = {"Authorization": f"Bearer {TOKEN}"}

    assert Client().get("/metrics", headers=right).status_code == 403
    settings.METRICS_NETWORKS = [ip_network("127.0.0.0/8")]
    assert Client().get("/metrics").status_code == 401
    assert Client().get("/metrics", headers=right).status_code == 200


def test_prometheus_may_ask_by_address(settings):
    settings.METRICS_TOKEN = TOKEN

    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}", "Host": "10.0.0.7:8000"})

    assert answer.status_code == 200


def test_prometheus_asks_the_server_itself_also_where_the_site_lies_below_a_path(settings):
    settings.METRICS_TOKEN, settings.PUBLIC_PATH = TOKEN, "/secrets"
    asked, statuses = RequestFactory().get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}").environ, []

    Handler()(asked, lambda status, *_: statuses.append(status))

    assert statuses == ["200 OK"]


# --- what is counted --------------------------------------------------------------------------------------


def test_a_share_that_is_left_claimed_and_burned_counts_once_each(told):
    before, lease = told(), secrets.token_bytes(32)

    sent = a_waiting_share()
    for _ in range(3):  # a repeat is the same claim
        claim(a_claim_of(sent, lease))
    burn(sent.id, lease)
    burn(sent.id, lease)

    after = told()
    assert risen(before, after, EVENTS) == {
        "created": 1,
        "ready": 1,
        "claimed": 1,
        "received": 1,
        "burned": 1,
    }
    assert risen(before, after, BYTES) == {"in": SMALL_BLOB_BYTES, "out": 3 * SMALL_BLOB_BYTES}


def test_a_large_share_counts_its_parts_and_what_is_fetched(told):
    before, lease = told(), secrets.token_bytes(32)

    sent = a_large_share()
    claim(a_claim_of(sent, lease))
    b"".join(sealed_bytes(fetch(sent.id, lease), 100, LARGE_BLOB_BYTES))

    after = told()
    assert risen(before, after, EVENTS) == {"created": 1, "ready": 1, "claimed": 1}
    assert risen(before, after, BYTES) == {"in": LARGE_BLOB_BYTES, "out": LARGE_BLOB_BYTES - 100}


def test_wrong_passwords_a_lock_and_an_unlock_count(told):
    sent = a_waiting_share(guarded=True)
    before = told()

    for _ in range(7):
        with pytest.raises(ShareError):
            claim(a_claim_of(sent, password_token=b"x" * 32))
    unlock(sent.id, sent.manage_token)
    revoke(sent.id, sent.manage_token)

    assert risen(before, told(), EVENTS) == {"wrong_password": 5, "locked": 1, "unlocked": 1, "revoked": 1}


def test_what_the_server_seals_counts_as_well(told):
    before = told()

    a_sealed_text()

    after = told()
    assert risen(before, after, EVENTS) == {"created": 1, "ready": 1}
    assert risen(before, after, BYTES)["in"] > 0


def test_a_deposit_that_is_rolled_back_or_repeated_did_not_happen(told):
    sent = a_waiting_share()
    before = told()

    deposit(sent.deposit)

    assert risen(before, told(), EVENTS) == {}


def test_refusals_count_by_their_code(told):
    sent, before = a_waiting_share(), told()
    wrong = {"Authorization": f"Bearer {b64(bytes(32))}"}

    Client().get(f"/api/v1/shares/{sent.id}", headers=wrong)
    Client().get("/nowhere")
    Client().post("/s/aaaqeayeaudaocaj", {"link": "nonsense"})

    assert risen(before, told(), REFUSALS) == {"unknown": 1, "no_page": 1, "invalid": 1}


def test_steps_are_timed_also_those_that_fail(told):
    sent, before = a_waiting_share(), told()

    with pytest.raises(ShareError):
        claim(a_claim_of(sent, link_token=b"x" * 32))
    claim(a_claim_of(sent))

    after = told()
    assert risen(before, after, "stage_seconds_count") == {"claim": 2}
    assert 0 < risen(before, after, "stage_seconds_sum")["claim"] < 60
    buckets = [
        after[key] for key in after if key[0] == "stage_seconds_bucket" and key[1].startswith("claim,")
    ]
    assert buckets == sorted(buckets)
    assert buckets[-1] == after["stage_seconds_count", "claim"]


@pytest.mark.parametrize(
    ("status", "label"), [("200 OK", "2xx"), ("503 Service Unavailable", "5xx"), ("999 ?", None), ("", None)]
)
def test_answers_count_by_the_class_of_their_status(told, status, label):
    def application(environ, start_response):
        start_response(status, [])
        return []

    before = told()

    Watched(application)({}, lambda *_: None)

    assert risen(before, told(), "answers_total") == ({label: 1} if label else {})


def test_nothing_that_is_sent_becomes_a_label(told):
    before = told()
    sent, member = a_waiting_share(), a_member()
    visitor = Client(REMOTE_ADDR="203.0.113.99", raise_request_exception=False)

    for method in ("GET", "POST", "CANARY", "canary"):
        for path in (
            "/canary",
            f"/s/{sent.id}",
            f"/api/v1/shares/{sent.id}/canary",
            "/metrics?canary=canary",
        ):
            visitor.generic(method, path, b"canary", headers={"X-Canary": "canary", "Host": "testserver"})
    metrics.refused("canary")
    Notice.objects.create(account=member, share_id=sent.id, what="opened", way="webhook")
    Sweep.objects.add({"canary": 1})

    after = told()
    assert after.keys() == before.keys()
    labels = {label for _, label in after}
    assert not any(canary in label for label in labels for canary in ("canary", sent.id, "203.0", "@"))
