"""Bans: who may leave nothing for a while. What was left for them opens as ever."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.test import Client

from accounts.models import User
from sealing.encoding import decode
from sealing.errors import EnvelopeDamaged
from sealing.record import open_origin
from shares import sealkeys
from shares.models import Ban, Share
from shares.models.network import NetworkField
from shares.services import moderate
from shares.services.burn import burn
from shares.services.claim import claim
from shares.services.deposit import deposit
from shares.services.seal import sealing
from shares.services.sweep import sweep
from shares.values import Sender, State
from tests.builders import a_claim_of, a_sealed_text, a_waiting_share, an_envelope, row_of
from tests.shares.doors import HTML, curl
from tests.shares.exchange import API, call, fields_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HERE, V6 = "198.51.100.0/24", "2001:db8:1:2::/64"
ADDRESS = {HERE: "198.51.100.77", V6: "2001:db8:1:2:ffff::1"}


@pytest.fixture
def staff():
    return User.objects.create_superuser("root@example.org", "x" * 20)


def ban(network=None, account=None, ends=DAY):
    return Ban.objects.create(network=network, account=account, until=Now() + ends)


def left_from(network):
    sent = an_envelope()
    deposit(sent.deposit, Sender(network))
    return sent


def leave(door, address="198.51.100.77"):
    """One try at a door that takes shares."""
    visitor = Client(REMOTE_ADDR=address)
    if door == "api":
        return visitor.post(API, fields_of(an_envelope()), "application/json")
    if door == "form":
        return visitor.post("/", {"text": "secret"}, headers=HTML)
    if door == "curl -F":
        return visitor.post("/", {"text": "secret"})
    return visitor.put("/notes.txt" if door == "curl -T" else "/", b"secret")


DOORS = ("api", "form", "curl -F", "curl -T", "curl -T -")


@pytest.mark.parametrize("door", DOORS)
def test_a_banned_network_leaves_nothing_by_any_door_and_is_told_until_when(door):
    made = ban(HERE)

    answer = leave(door)

    assert answer.status_code == 403
    assert not Share.objects.exists()
    if door == "api":
        assert answer.json()["code"] == "banned"
        assert answer.json()["until"][:16] == Ban.objects.get(pk=made.pk).until.isoformat()[:16]
    else:
        assert f"{Ban.objects.get(pk=made.pk).until:%Y}" in answer.content.decode()
    assert leave(door, "203.0.113.5").status_code == 201


@pytest.mark.parametrize(
    ("banned", "address", "is_in"),
    [
        (HERE, "198.51.100.0", True),
        (HERE, "198.51.100.255", True),
        (HERE, "198.51.101.0", False),
        (HERE, "::ffff:198.51.100.9", True),
        ("198.51.0.0/16", "198.51.100.77", True),
        ("198.0.0.0/8", "199.0.0.1", False),
        (V6, "2001:db8:1:2::9", True),
        (V6, "2001:db8:1:3::9", False),
        ("2001:db8::/32", "2001:db8:ffff::1", True),
        ("2001:db8::/32", "198.51.100.77", False),
    ],
)
def test_a_ban_is_of_a_network_and_of_all_inside_it(banned, address, is_in):
    ban(banned)

    assert leave("curl -T", address).status_code == (403 if is_in else 201)


def test_a_ban_ends_by_itself_and_the_sweep_removes_it():
    over, running = ban(HERE, ends=-timedelta(seconds=1)), ban(V6)

    assert leave("api").status_code == 201
    sweep(dry_run=True)
    assert Ban.objects.filter(pk=over.pk).exists()
    counts = sweep()

    assert counts["bans_lifted"] == 1
    assert list(Ban.objects.values_list("pk", flat=True)) == [running.pk]


def test_what_was_left_for_a_banned_network_opens_as_ever():
    sent, text = a_waiting_share(), a_sealed_text()
    ban("127.0.0.0/24")

    claimed = call("POST", f"{API}/{sent.id}/claim", sent.link_token, {"lease_verifier": "A" * 43})

    assert claimed.status_code == 200
    assert curl(text.link).status_code == 200


def test_a_banned_account_leaves_nothing_wherever_it_is():
    ann, ben = User.objects.create_user("ann@example.org"), User.objects.create_user("ben@example.org")
    ban(account=ann)

    assert Ban.objects.against(Sender("203.0.113.0/24", ann.pk)) is not None
    assert Ban.objects.against(Sender("", ann.pk)) is not None
    assert Ban.objects.against(Sender("203.0.113.0/24", ben.pk)) is None
    assert Ban.objects.against(Sender()) is None


def test_the_longest_ban_of_a_sender_is_the_one_that_is_told():
    ann = User.objects.create_user("ann@example.org")
    ban(HERE), ban("198.51.0.0/16", ends=3 * DAY)
    longest = ban(account=ann, ends=9 * DAY)
    longest.refresh_from_db()

    assert Ban.objects.against(Sender(HERE, ann.pk)) == longest.until


def test_asking_for_bans_takes_one_statement_that_an_index_answers(django_assert_num_queries):
    sender = Sender(HERE, 7)
    with django_assert_num_queries(1):
        Ban.objects.against(sender)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Ban.objects.filter(network__around=HERE).explain()

    assert "ban_around" in plan


def test_the_database_refuses_a_ban_of_nobody_and_of_two():
    ann = User.objects.create_user("ann@example.org")

    for network, account in ((None, None), (HERE, ann)):
        with pytest.raises(IntegrityError, match="ban_of_a_network_or_an_account"), transaction.atomic():
            ban(network, account)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 192.0.2.0/24 ", "192.0.2.0/24"),
        ("2001:DB8:0::/48", "2001:db8::/48"),
        ("192.0.2.7", None),
        ("192.0.2.7/24", None),
        ("0.0.0.0/0", None),
        ("::/0", None),
        ("2001:db8::/96", None),
        ("anybody", None),
    ],
)
def test_a_ban_names_a_network_that_can_be_told_apart(typed, kept):
    if kept:
        assert NetworkField().to_python(typed) == kept
        return
    with pytest.raises(ValidationError):
        NetworkField().to_python(typed)


# --- the network that left a share ----------------------------------------------------------------


def sealed_here(network=HERE):
    with sealing(Sender(network)) as sealed:
        from shares.forms import SendForm
        from shares.values import Terms

        return SendForm(Terms(3600), "", "text").finish(sealed, [], "http://testserver")


@pytest.mark.parametrize("network", [HERE, V6])
def test_both_ways_of_leaving_note_the_network_sealed_and_bound_to_the_share(network):
    rows = [left_from(network).row, row_of(sealed_here(network).link)]

    for row in rows:
        sealed = bytes(row.origin)
        assert network.encode()[:8] not in sealed
        assert sealkeys.open_origin(decode(row.pk, 10), sealed) == network
        key = sealkeys._key(row.half.key_no)
        with pytest.raises(EnvelopeDamaged):
            open_origin(key, bytes(10), sealed)
    assert len(rows[0].origin) == len(rows[1].origin) == len(left_from(HERE).row.origin)


def test_a_sender_without_a_network_leaves_no_origin():
    assert a_waiting_share().row.origin is None


def test_the_network_that_left_a_share_is_banned_without_anybody_seeing_it(staff):
    sent = left_from(HERE)

    made = moderate.ban_origin(sent.row, DAY, staff.pk)

    assert leave("api").status_code == 403
    assert HERE not in str(made)
    assert made.made_by == staff
    assert sent.id not in str(Ban.objects.values())
    assert sent.row.state == State.READY


def test_a_second_ban_keeps_the_later_end(staff):
    sent = left_from(HERE)
    moderate.ban_origin(sent.row, 9 * DAY, staff.pk)
    until = Ban.objects.get().until

    moderate.ban_origin(sent.row, DAY, staff.pk)

    assert Ban.objects.get().until == until
    moderate.ban_origin(sent.row, 20 * DAY, staff.pk)
    assert Ban.objects.get().until > until


def test_the_account_that_left_a_share_is_suspended(staff):
    ann = User.objects.create_user("ann@example.org")
    sent = an_envelope()
    deposit(sent.deposit, Sender(HERE, ann.pk))

    moderate.ban_owner(sent.row, DAY, staff.pk)

    assert Ban.objects.against(Sender(V6, ann.pk))
    assert moderate.ban_owner(a_waiting_share().row, DAY, staff.pk) is None


def end_by_burn(sent):
    secret = b"s" * 32
    claim(a_claim_of(sent, secret))
    burn(sent.id, secret)


def end_by_time(sent):
    sent.move(expires_at=-timedelta(seconds=1))
    sweep()


ENDS = {
    "burned": end_by_burn,
    "expired": end_by_time,
    "revoked": lambda sent: burn(sent.id, sent.manage_token),
    "removed": lambda sent: moderate.take_down(sent.id, User.objects.create_superuser("a@b.org").pk),
}


@pytest.mark.parametrize("state", ENDS)
def test_the_origin_is_gone_at_the_end_and_bans_nobody(state, staff):
    sent = left_from(HERE)

    ENDS[state](sent)

    assert (sent.row.state, sent.row.origin) == (state, None)
    assert moderate.ban_origin(sent.row, DAY, staff.pk) is None
    assert not Ban.objects.exists()


def test_after_seven_days_the_sweep_erases_the_origin_and_leaves_the_share():
    old, young = left_from(HERE), left_from(HERE)
    old.move(created_at=-timedelta(days=7, seconds=1))
    young.move(created_at=-timedelta(days=7) + timedelta(minutes=1))

    counts = sweep()

    assert counts["origins_erased"] == 1
    assert (old.row.origin, old.row.state) == (None, State.READY)
    assert young.row.origin is not None
