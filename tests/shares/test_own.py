"""What an account may know of and do with the shares it left, and nobody else."""

import time
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from accounts import tokens
from accounts.values import Scope
from shares.models import Share
from shares.services import own
from shares.services.deposit import deposit
from shares.values import Sender
from tests.builders import an_envelope
from tests.shares.exchange import refused

pytestmark = pytest.mark.django_db(transaction=True)
OWN = "/api/v1/own"
LISTS = ("", "waiting", "locked", "ended")


@pytest.fixture
def ada():
    return get_user_model().objects.create_user("ada@example.org", "correct horse battery")


@pytest.fixture
def eve():
    return get_user_model().objects.create_user("eve@example.org", "correct horse battery")


def left_by(user, **terms):
    sent = an_envelope(**terms)
    deposit(sent.deposit, Sender(owner_id=user.pk))
    return sent


def ask(method, path, user, *scopes):
    _, text = tokens.make(user, "test", scopes or list(Scope))
    return Client().generic(method, OWN + path, headers={"Authorization": f"Bearer {text}"})


def ids(user, kind=""):
    return [share.share_id for share in own.page(user.pk, kind).shares]


def test_each_list_has_what_belongs_to_it(ada):
    waiting, locked, ended = left_by(ada), left_by(ada, guarded=True), left_by(ada)
    left_by(get_user_model().objects.create_user("bob@example.org"))
    Share.objects.filter(pk=locked.id).update(attempts=5)
    own.revoke(ada.pk, ended.id)

    found = {kind: ids(ada, kind) for kind in LISTS}

    assert found == {
        "": [ended.id, locked.id, waiting.id],
        "waiting": [waiting.id],
        "locked": [locked.id],
        "ended": [ended.id],
    }


def test_pages_follow_each_other_without_a_gap_also_between_equal_times(ada, monkeypatch):
    monkeypatch.setattr(own, "A_PAGE", 3)
    for _ in range(8):
        left_by(ada)
    Share.objects.update(created_at=Now())
    seen, place = [], None

    for _ in range(3):
        page = own.page(ada.pk, "", own.read_place(own.write_place(place)) if place else None)
        seen += [share.share_id for share in page.shares]
        place = page.older

    assert place is None
    assert sorted(seen) == sorted(Share.objects.values_list("pk", flat=True))
    assert len(set(seen)) == 8


@pytest.mark.parametrize(
    "place",
    [
        *("x", "_", "2026-11-24_a", "2026-11-24T14:03:00_a", "2026-11-24T14:03:00Z_%00"),
        *("9999-12-31T23:59:59Z_x", "0001-01-01T00:00:00Z_x", "2020-01-01T00:00:00%2B23:59:59_x"),
    ],
)
def test_a_place_that_is_none_is_refused(place, ada):
    refused(ask("GET", f"?before={place}", ada), 422, "invalid")


def test_a_token_reads_lists_and_receipts_and_revokes_and_unlocks(ada):
    sent, guarded = left_by(ada), left_by(ada, guarded=True)
    Share.objects.filter(pk=guarded.id).update(attempts=5)

    listed = ask("GET", "?kind=locked", ada).json()
    assert [share["id"] for share in listed["shares"]] == [guarded.id]
    assert listed["older"] is None
    assert ask("GET", f"/{sent.id}", ada).json()["events"][0]["what"] == "created"
    assert ask("POST", f"/{guarded.id}/unlock", ada).json()["attempts"] == 0
    refused(ask("POST", f"/{guarded.id}/unlock", ada), 409, "not_locked")
    assert ask("POST", f"/{sent.id}/revoke", ada).status_code == 204
    assert ask("POST", f"/{sent.id}/revoke", ada).status_code == 204
    assert sent.row.state == "revoked"


def test_a_token_does_only_what_its_scopes_say(ada):
    sent = left_by(ada)

    refused(ask("GET", "", ada, Scope.SEND, Scope.REVOKE), 403, "scope_missing")
    refused(ask("GET", f"/{sent.id}", ada, Scope.REVOKE), 403, "scope_missing")
    refused(ask("POST", f"/{sent.id}/revoke", ada, Scope.RECEIPTS, Scope.SEND), 403, "scope_missing")
    refused(ask("POST", f"/{sent.id}/unlock", ada, Scope.RECEIPTS), 403, "scope_missing")
    refused(Client().get(OWN), 401, "token_missing")
    refused(Client().get(OWN, headers={"Authorization": "Bearer ots_x"}), 401, "token_invalid")
    assert sent.row.state == "ready"


def test_nobody_reads_or_changes_what_another_left(ada, eve):
    sent = left_by(ada, guarded=True)
    Share.objects.filter(pk=sent.id).update(attempts=5)
    stranger = an_envelope()
    deposit(stranger.deposit)

    for share_id in (sent.id, stranger.id, "aaaaaaaaaaaaaaaa"):
        refused(ask("GET", f"/{share_id}", eve), 404, "unknown")
        refused(ask("POST", f"/{share_id}/revoke", eve), 404, "unknown")
        refused(ask("POST", f"/{share_id}/unlock", eve), 404, "unknown")
    assert ask("GET", "", eve).json() == {"shares": [], "older": None}
    client = Client()
    client.force_login(eve)
    assert client.get(f"/accounts/shares/{sent.id}").status_code == 404
    client.post("/accounts/shares", {"share": [sent.id, stranger.id], "action": "revoke"})
    client.post(f"/accounts/shares/{sent.id}", {"action": "unlock"})
    assert (sent.row.state, sent.row.attempts, stranger.row.state) == ("ready", 5, "ready")


# --- pages -----------------------------------------------------------------------------------------


@pytest.fixture
def client(ada):
    client = Client(headers={"Accept": "text/html"})
    client.force_login(ada)
    return client


def test_many_are_revoked_and_unlocked_at_once(ada, client):
    sent = [left_by(ada, guarded=True) for _ in range(3)]
    Share.objects.filter(pk__in=[sent[0].id, sent[1].id]).update(attempts=5)

    answer = client.post("/accounts/shares", {"share": [one.id for one in sent], "action": "unlock"})

    assert answer.status_code == 302
    assert [one.row.attempts for one in sent] == [0, 0, 0]
    client.post("/accounts/shares?kind=waiting", {"share": [sent[0].id, sent[2].id], "action": "revoke"})
    assert [one.row.state for one in sent] == ["revoked", "ready", "revoked"]


def test_pages_say_where_each_share_stands_and_nothing_secret(ada, client):
    sent = left_by(ada, claims=3)
    Share.objects.filter(pk=sent.id).update(claims_left=1, opened_at=Now())

    page = client.get("/accounts/shares").content.decode()
    one = client.get(f"/accounts/shares/{sent.id}").content.decode()

    assert "Opened 2 of 3 times" in page
    assert sent.id in page
    assert "What happened" in one
    for row in (bytes(sent.row.link_verifier), bytes(sent.row.manage_verifier)):
        assert row.hex() not in page + one


def test_an_empty_list_says_what_will_be_in_it(client):
    assert "What you leave while signed in appears here" in client.get("/accounts/shares").content.decode()
    assert "Nothing here." in client.get("/accounts/shares?kind=locked").content.decode()


def test_who_is_not_signed_in_is_led_to_the_door(ada):
    sent = left_by(ada)

    for path in ("/accounts/shares", f"/accounts/shares/{sent.id}"):
        assert Client().get(path).status_code == 302
        assert Client().post(path, {"share": sent.id, "action": "revoke"}).status_code == 302
    assert sent.row.state == "ready"


def test_a_post_from_elsewhere_changes_nothing(ada):
    sent, client = left_by(ada), Client(enforce_csrf_checks=True)
    client.force_login(ada)

    assert client.post("/accounts/shares", {"share": sent.id, "action": "revoke"}).status_code == 403
    assert sent.row.state == "ready"


# --- a hundred thousand ----------------------------------------------------------------------------

# Every second one waits, the others were opened.
MANY = """
INSERT INTO shares_share (id, state, kdf, size, part_size, closing, lifetime, max_claims, claims_left,
    attempts, unlocks, link_verifier, manage_verifier, owner_id, storage_name, upload_id, created_at,
    touched_at, ready_at, expires_at, ended_at)
SELECT 'm' || lpad(translate((n + %(user)s * 1000000)::text, '0189', 'wxyz'), 15, 'a'),
    (ARRAY['ready', 'burned'])[n %% 2 + 1], 0, 100, 0, false, '1 hour', 1, 1 - n %% 2, 0, 0, '', '', %(user)s,
    '', '', now() - n * interval '1 second', now(), now(), now() + interval '1 hour',
    CASE n %% 2 WHEN 1 THEN now() END
FROM generate_series(1, %(count)s) AS n
"""


def many(user, count):
    with connection.cursor() as cursor:
        cursor.execute(MANY, {"user": user.pk, "count": count})
        cursor.execute("ANALYZE shares_share")


def seconds_of(*clients):
    """Of the first page, for each at its best of thirty, taken in turns: others use this machine too."""
    taken = [[] for _ in clients]
    for _ in range(30):
        for client, times in zip(clients, taken, strict=True):
            begun = time.perf_counter()
            assert client.get("/accounts/shares").status_code == 200
            times.append(time.perf_counter() - begun)
    return [min(times) for times in taken]


def test_a_hundred_thousand_are_listed_like_a_hundred(ada, eve, client, django_assert_max_num_queries):
    many(ada, 100_000)
    many(eve, 100)
    place = (Share.objects.order_by("created_at")[1000].created_at, "m")

    served = {
        "": "share_owned",
        "waiting": "share_owned_by_end",
        "ended": "share_owned_by_end",
        "locked": "share_owned_locked",
    }
    for kind, index in served.items():
        for before in (None, place):
            plan = Share.objects.page_of(ada.pk, kind, before)[:51].explain()
            assert f"using {index} " in plan, plan
            assert "Sort" not in plan, plan
    with django_assert_max_num_queries(3):
        assert client.get("/accounts/shares").status_code == 200
    hers = Client(headers={"Accept": "text/html"})
    hers.force_login(eve)
    many_seconds, few_seconds = seconds_of(client, hers)
    assert many_seconds <= 2 * few_seconds


@pytest.mark.parametrize("lapsed", [1, 40])
def test_shares_past_their_time_are_listed_with_one_question_more(
    ada, client, lapsed, django_assert_num_queries
):
    many(ada, 2 * lapsed)
    Share.objects.filter(owner=ada, state="ready").update(expires_at=Now() - timedelta(minutes=1))

    with django_assert_num_queries(4):
        page = client.get("/accounts/shares")

    assert page.status_code == 200
