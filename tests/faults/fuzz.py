"""Requests made from our own OpenAPI document, right and wrong, alone and in chains that go to the end.

A machine that only knows the document gets no further than 404: tokens are derived, not handed out. So the
`Exchange` plays the client: what it leaves are real envelopes, and mostly it brings the token that fits.
"""

import base64
import random
from collections import Counter
from contextlib import suppress
from hashlib import sha256
from itertools import product

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings, strategies
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis import GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from tests.faults.envelopes import Envelope, b64, seal

# Hypothesis winds the common one back before every case.
DICE = random.Random()
INLINE, PART = 65536, 8 * 1024**2
STEPS, SCENARIOS = 12, 20
# The HTTP server refuses a longer request line before there is a call (docs/api.md); host and method apart.
MOST_OF_AN_ADDRESS = 4000
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
# Not whether what fits the schema is taken: a token that is 32 random bytes fits it, too.
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
]
REFUSING = ["400", "401", "403", "404", "405", "409", "410", "411", "413", "416", "422", "423", "429"]
ALONE_CHECKS = [*CHECKS, checks.ignored_auth]
# Where chains must have been: a fuzzer that is always refused at the door has shown nothing.
DEPTHS = {
    ("create_share", 201),
    ("put_part", 204),
    ("list_parts", 200),
    ("complete_share", 200),
    ("complete_share", 409),
    ("get_status", 200),
    ("claim_share", 200),
    ("claim_share", 409),
    ("claim_share", 410),
    ("burn_share", 204),
    ("get_receipt", 200),
    ("unlock_share", 409),
    # What a stranger left belongs to nobody.
    ("get_notices", 409),
    ("put_notices", 409),
    ("get_notices", 200),
    ("put_notices", 200),
    ("get_own", 200),
    ("get_own", 404),
    ("revoke_own", 204),
    ("unlock_own", 409),
    ("claim_share", 403),
    ("claim_share", 422),
    ("claim_share", 423),
    ("get_blob", 200),
    ("get_blob", 206),
    ("get_blob", 410),
    ("get_blob", 416),
    ("unlock_share", 200),
}
# By chance a run may need more cases than it was asked for to get everywhere.
PATIENCE = 5


def sealed(least, most):
    return strategies.binary(min_size=least, max_size=most).map(b64)


schemathesis.openapi.format("sealed-meta", sealed(288, 288))
schemathesis.openapi.format("sealed-blob", sealed(32, 100))


def schema_of(url):
    """The server's document. Two fields get a strategy: from their patterns, a case takes half a second."""
    document = requests.get(f"{url}/api/v1/openapi.json", timeout=30).json()
    fields = document["components"]["schemas"]["DepositIn"]["properties"]
    fields["meta"] = {"type": "string", "format": "sealed-meta"}
    fields["blob"]["anyOf"][0] = {"type": "string", "format": "sealed-blob"}
    schema = schemathesis.openapi.from_dict(document)
    # The library's own list takes a 500 for a refusal, and no 413.
    schema.config.checks.negative_data_rejection.expected_statuses = REFUSING
    return schema


def quietly(examples, **more):
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
        **more,
    )


# --- each call alone -------------------------------------------------------------------------------


def each_alone(url, cases):
    """So many requests, half of them right; what was asked and answered. Fails with what the checks find."""
    seen, found = Counter(), []
    operations = [found.ok() for found in schema_of(url).get_all_operations()]
    each = -(-cases // (len(operations) * len(MODES)))
    with requests.Session() as session:
        call = {"session": session, "base_url": url}
        for operation, mode in product(operations, MODES):
            if not found:
                _ask(operation, mode, each, call, seen, found)
    assert found == [], found[0]
    return seen


def _ask(operation, mode, examples, call, seen, found):
    @given(case=operation.as_strategy(generation_mode=mode))
    @quietly(examples)
    def ask(case):
        answer = case.call(**call)
        seen[_name(case), answer.status_code] += 1
        _judge(case, answer, ALONE_CHECKS, call, found)

    ask()


def _judge(case, answer, wanted, call, found):
    """Noted and not raised: what depends on a server would not fail the same way when it is tried again."""
    if answer.status_code == 414 and len(answer.request.url) > MOST_OF_AN_ADDRESS:
        return
    try:
        case.validate_response(answer, checks=wanted, transport_kwargs=call)
    except FailureGroup as failures:
        found.append(str(failures))


def _name(case):
    return case.operation.definition.raw["operationId"]


# --- the whole exchange ----------------------------------------------------------------------------


class Known:
    """An envelope that was left, and the lease secrets that its claimants chose."""

    def __init__(self, envelope: Envelope, max_claims: int, is_locked: bool, is_owned: bool) -> None:
        self.envelope, self.max_claims = envelope, max_claims
        self.is_locked, self.is_owned = is_locked, is_owned
        self.leases = [DICE.randbytes(32)] * 4 + [DICE.randbytes(32)]
        self.is_claimed = False


def in_chains(url, account, cases):
    """So many requests in scenarios of some steps; what was asked and answered. account: a token of one.

    Fails with what the checks find, and where the chains did not get everywhere.
    """
    seen, found, session = Counter(), [], requests.Session()

    class Exchange(schema_of(url).as_state_machine()):
        def setup(self):
            # Not every scenario begins with the call that leaves something.
            self.known: dict[str, Known] = {}
            left = _left(self.known, is_owned=False)
            session.post(f"{url}/api/v1/shares", json=left, timeout=30).raise_for_status()
            _lock(url, session, *self.known.values())

        def before_call(self, case):
            if case.meta.generation.mode.is_positive:
                _prepare(case, self.known, account)

        def after_call(self, response, case):
            super().after_call(response, case)
            seen[_name(case), response.status_code] += 1
            if _name(case) == "create_share" and response.status_code == 201:
                _lock(url, session, self.known.get(case.body["id"]))
            if _name(case) == "claim_share" and response.status_code == 200:
                self.known[case.path_parameters["share_id"]].is_claimed = True

        def get_call_kwargs(self, case):
            return {"session": session, "base_url": url}

        def validate_response(self, response, case, additional_checks=None, **kwargs):
            _judge(case, response, CHECKS, kwargs, found)

    with session:
        while not found and _goes_on(seen, cases):
            with suppress(FlakyStrategyDefinition):
                Exchange.run(settings=quietly(SCENARIOS, stateful_step_count=STEPS))
    assert found == [], found[0]
    assert set(seen) >= DEPTHS, DEPTHS - set(seen)
    return seen


def _goes_on(seen, cases):
    return seen.total() < cases or (seen.total() < PATIENCE * cases and not set(seen) >= DEPTHS)


def _prepare(case, known, account):
    """Make of a case that fits the schema one that fits what was left; now and then leave it as it is."""
    if DICE.random() < 0.05:
        return
    name = _name(case)
    if name == "create_share":
        case.headers.pop("Authorization", None)
        is_owned = DICE.random() < 0.5
        case.body = _left(known, is_owned)
        if is_owned:
            case.headers["Authorization"] = f"Bearer {account}"
        return
    if name.endswith("_own"):
        case.headers["Authorization"] = f"Bearer {account}"
    if name == "list_own":
        case.query = {"kind": DICE.choice(["all", "waiting", "locked", "ended"])}
        return
    share = known.get(case.path_parameters["share_id"]) or DICE.choice(list(known.values()))
    if name == "get_blob":  # whoever is refused here has seen nothing of it
        share = next((one for one in known.values() if one.is_claimed), share)
    if name.endswith("_own") and DICE.random() < 0.9:
        share = next((one for one in known.values() if one.is_owned), share)
    case.path_parameters["share_id"] = share.envelope.id
    if name.endswith("_own"):
        return
    case.headers["Authorization"] = f"Bearer {b64(_token(name, share))}"
    if name == "put_part":
        _fill_part(case, share.envelope)
    if name == "claim_share":
        case.body = _claim(share)
    if name == "get_blob":
        case.headers["Range"] = DICE.choice(["all", "bytes=-10", "bytes=5-40", "bytes=99999999-"])


def _left(known, is_owned):
    plain = DICE.randbytes(DICE.choice([0, 17, 1000, INLINE, 70_000, 70_000]))
    envelope = seal(plain, guarded=DICE.random() < 0.5)
    max_claims = DICE.choice([1, 1, 3])
    known[envelope.id] = Known(envelope, max_claims, bool(envelope.kdf) and DICE.random() < 0.4, is_owned)
    return envelope.deposit(expires_in=DICE.choice([300, 3600]), max_claims=max_claims)


def _token(name, share):
    envelope, lease = share.envelope, DICE.choice(share.leases)
    if name in ("get_status", "claim_share"):
        return envelope.link_token
    if name == "get_blob":
        return lease
    return (
        DICE.choice([lease, lease, envelope.manage_token]) if name == "burn_share" else envelope.manage_token
    )


def _fill_part(case, envelope):
    data = envelope.blob[:PART] if DICE.random() < 0.9 else bytes(len(envelope.blob))
    digest = sha256(data if DICE.random() < 0.9 else b"").digest()
    case.path_parameters["n"], case.body = 0, data
    case.headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(digest).decode()}:"


def _claim(share):
    said = {"lease_verifier": b64(sha256(DICE.choice(share.leases)).digest())}
    right, wrong = share.envelope.password_token if share.envelope.kdf else None, DICE.randbytes(32)
    password = DICE.choice([right, right, right, wrong, None])
    return said | ({"password_token": b64(password)} if password else {})


def _lock(url, session, share):
    """Five wrong passwords, for some of the shares that are guarded and ready."""
    if share is None or not share.is_locked or len(share.envelope.blob) > INLINE:
        return
    said = {"lease_verifier": b64(bytes(32)), "password_token": b64(bytes(32))}
    for _ in range(5):
        session.post(
            f"{url}/api/v1/shares/{share.envelope.id}/claim",
            json=said,
            headers={"Authorization": f"Bearer {b64(share.envelope.link_token)}"},
            timeout=30,
        )
