"""R25: the product beside the model of `life.py`; after each step both must say the same.

Calls go over the API into the real product with Postgres, Valkey and a folder. Nobody waits: to let time go
by, every moment in Postgres is moved into the past, and what Valkey holds gets less time to live.
"""

import secrets
from datetime import timedelta

from django.db import connection
from hypothesis import strategies
from hypothesis.stateful import Bundle, RuleBasedStateMachine, precondition, rule

from shares import countdown
from shares.models import ServerHalf
from shares.redis_line import cache
from shares.services.moderate import take_down
from shares.services.sweep import sweep
from shares.storage import share_storage
from tests.builders import LARGE_BLOB_BYTES, SMALL_BLOB_BYTES, an_envelope
from tests.shares import life
from tests.shares.exchange import API, b64, call, claim, fields_of, put_part

MOST = 4
SECRETS = {name: secrets.token_bytes(32) for name in "abc"}
secret_names = strategies.sampled_from(sorted(SECRETS))
# One second more than whole minutes, and no run has 60 steps: never so near to an end that a slow machine
# could come to the other side of it.
WAITS = [61, 421, 841, 961, 3_661, 86_461, 31 * 86_400 + 1]
MOMENTS = {
    "share": ["created_at", "touched_at", "ready_at", "expires_at", "opened_at", "ended_at"],
    "lease": ["ends_at", "hard_end", "made_at", "fetched_at", "closed_at"],
    "event": ["at"],
}
SLACK_SECONDS = 30


class Lives(RuleBasedStateMachine):
    shares = Bundle("shares")

    def __init__(self):
        super().__init__()
        self.known = []

    def teardown(self):
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE shares_share CASCADE")
        sweep()
        cache.clear()

    # --- what may happen ----------------------------------------------------------------------------

    @precondition(lambda self: len(self.known) < MOST)
    @rule(
        target=shares,
        is_small=strategies.booleans(),
        guarded=strategies.booleans(),
        claims=strategies.sampled_from([1, 1, 2, 3]),
        lifetime=strategies.sampled_from([300, 3600, 172_800]),
    )
    def leave(self, is_small, guarded, claims, lifetime):
        size = SMALL_BLOB_BYTES if is_small else LARGE_BLOB_BYTES
        sent = an_envelope(claims=claims, guarded=guarded, size=size, inline=is_small)
        both = Both(sent, life.Life(lifetime, claims, guarded, is_small))
        self.known.append(both)
        self.leave_again(both)
        return both

    @rule(both=shares)
    def leave_again(self, both):
        body = fields_of(both.sent, expires_in=both.life.lifetime)
        both.agree(call("POST", API, body=body), both.life.create())

    @rule(both=shares)
    def send_part(self, both):
        both.agree(put_part(both.sent, 0), both.told(both.life.put_part))

    @rule(both=shares)
    def complete(self, both):
        answer = call("POST", f"{both.path}/complete", both.sent.manage_token)
        both.agree(answer, both.told(both.life.complete))

    @rule(both=shares, name=secret_names, proof=strategies.sampled_from(["right", "wrong", "none"]))
    def claim(self, both, name, proof):
        guess = {"right": both.sent.password_token, "wrong": bytes(32), "none": None}[proof]
        fields = {} if guess is None else {"password_token": b64(guess)}
        answer = claim(both.sent, SECRETS[name], **fields)

        both.agree(answer, both.told(both.life.claim, name, proof))

        if answer.status_code == 200:
            left, has_half = both.sent.deposit, both.life.has_half
            wanted = {"wrapped_key": left.wrapped_key, "meta": left.meta, "blob": left.blob}
            given = {field: answer.json()[field] for field in wanted}
            assert given == {f: b64(data) if has_half and data else None for f, data in wanted.items()}

    @rule(both=shares, name=secret_names, is_part=strategies.booleans())
    def fetch(self, both, name, is_part):
        named = {"Range": "bytes=16-"} if is_part else {}
        answer = call("GET", f"{both.path}/blob", SECRETS[name], **named)
        status, code = both.told(both.life.fetch, name)

        both.agree(answer, (206 if is_part and status == 200 else status, code))

        if status == 200:
            assert b"".join(answer.streaming_content) == both.sent.blob[16 * is_part :]

    @rule(both=shares, name=secret_names)
    def burn(self, both, name):
        both.agree(call("POST", f"{both.path}/burn", SECRETS[name]), both.told(both.life.burn, name))

    @rule(both=shares)
    def revoke(self, both):
        answer = call("POST", f"{both.path}/burn", both.sent.manage_token)
        both.agree(answer, both.told(both.life.revoke))

    @rule(both=shares)
    def unlock(self, both):
        answer = call("POST", f"{both.path}/unlock", both.sent.manage_token)
        both.agree(answer, both.told(both.life.unlock))

    @rule(both=shares)
    def guess_on_and_on(self, both):
        """Five at once, or a lock would be rare."""
        for _ in range(5):
            self.claim(both, "a", "wrong")

    @rule(both=shares, name=strategies.sampled_from(["status", "claim", "blob", "burn", "unlock"]))
    def try_without_the_link(self, both, name):
        method, path, body = {
            "status": ("GET", "", None),
            "claim": ("POST", "/claim", {"lease_verifier": b64(bytes(32))}),
            "blob": ("GET", "/blob", None),
        }.get(name, ("POST", f"/{name}", None))
        both.agree(call(method, both.path + path, secrets.token_bytes(32), body), life.UNKNOWN)

    @precondition(lambda self: self.known)
    @rule(both=shares)
    def take_down(self, both):
        if both.life.state != "unknown":
            take_down(both.sent.id, None)
        both.life.take_down()
        both.look()

    @rule(seconds=strategies.sampled_from(WAITS))
    def wait(self, seconds):
        let_pass(seconds, [both.sent.id for both in self.known])
        for both in self.known:
            both.life.now += seconds
        self.look_at_all()

    @rule()
    def sweep(self):
        sweep()
        for both in self.known:
            both.told(both.life.sweep)
        self.look_at_all()

    def look_at_all(self):
        for both in self.known:
            both.look()
        # Bytes lie in storage for what lives, and for nothing else.
        states = [both.life.state for both in self.known]
        assert len(list(share_storage().list_names())) == states.count("ready") + states.count("claimed")
        assert len(list(share_storage().list_unfinished())) == states.count("uploading")


class Both:
    """A share as the product has it, and as the model does."""

    def __init__(self, sent, model):
        self.sent, self.life = sent, model
        self.path = f"{API}/{sent.id}"

    def told(self, step, *words):
        """What the model answers; of a share that nobody knows, nobody knows anything."""
        return life.UNKNOWN if self.life.state == "unknown" else step(*words)

    def agree(self, answer, expected):
        code = "" if answer.status_code < 400 else answer.json()["code"]
        assert (answer.status_code, code) == expected
        self.look()

    def look(self):
        """Both link holders ask, and nothing differs."""
        status = call("GET", self.path, self.sent.link_token)
        receipt = call("GET", f"{self.path}/receipt", self.sent.manage_token)
        assert ServerHalf.objects.filter(pk=self.sent.id).exists() == (
            self.life.state != "unknown" and self.life.has_half
        )
        if self.life.state == "unknown":
            assert (status.status_code, receipt.status_code) == (404, 404)
            return
        seen = self.life.seen()
        said = status.json()
        left = said["seconds_left"]
        expected = {
            "state": seen,
            "attempts_left": 5 - self.life.attempts,
            "claims_left": self.life.claims_left if seen in ("uploading", "ready") else 0,
        }
        assert {name: said[name] for name in expected} == expected
        assert bool(said["opened_at"]) == self.life.is_opened
        assert bool(said["ended_at"]) == (self.life.has_ended() or seen == "expired")
        assert (left is not None) == (seen == "ready")
        if left is not None:
            assert abs(left - (self.life.expires - self.life.now)) < SLACK_SECONDS
        said = receipt.json()
        assert [event["what"] for event in said["events"]] == self.life.events
        assert said["unlocks_left"] == 3 - self.life.unlocks
        assert bool(said["fetching_until"]) == bool(self.life.open_leases())


def let_pass(seconds, share_ids):
    """Every moment that is known of a share lies so much further back."""
    with connection.cursor() as cursor:
        for table, columns in MOMENTS.items():
            moved = ", ".join(f"{name} = {name} - %(by)s" for name in columns)
            cursor.execute(f"UPDATE shares_{table} SET {moved}", {"by": timedelta(seconds=seconds)})  # noqa: S608
    for key in map(countdown._share_key, share_ids):
        left = (cache.ttl(key) or 0) - seconds
        cache.expire(key, left) if left > 0 else cache.delete(key)
