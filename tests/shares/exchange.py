"""What tests of the exchange share: calls as a client makes them, and the shape of a refusal."""

import hashlib
import json
from base64 import b64encode

from django.test import Client

from sealing.encoding import b64
from sealing.keys import verifier
from tests.builders import part_of
from tests.shares.document import judge

API = "/api/v1/shares"
SECRET = bytes(range(32))

# Every call that names a share: its method, its path behind the id, and its body.
CALLS = {
    "status": ("GET", "", None),
    "claim": ("POST", "/claim", {"lease_verifier": b64(bytes(32))}),
    "blob": ("GET", "/blob", None),
    "burn": ("POST", "/burn", None),
    "receipt": ("GET", "/receipt", None),
    "unlock": ("POST", "/unlock", None),
    "notices": ("GET", "/notices", None),
    "choose": ("PUT", "/notices", {"email": [], "webhook": []}),
    "parts": ("GET", "/parts", None),
    "complete": ("POST", "/complete", None),
    "sign_part": ("POST", "/parts/0/direct", {"digest": b64(bytes(32))}),
    "sign_range": ("POST", "/blob/direct", {"start": 0, "stop": 1}),
}


def call(method, path, token=None, body=None, **headers):
    """One call with Django's client, judged by the document; a body that is no bytes goes as JSON."""
    if token is not None:
        headers["Authorization"] = f"Bearer {b64(token)}"
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    answer = Client().generic(method, path, data, "application/json", headers=headers)
    judge(method, path, answer)
    return answer


def fields_of(sent, **changes):
    """The create call's body for a deposit."""
    left = sent.deposit
    body = {
        "id": left.share_id,
        "kdf": left.kdf,
        "size": left.size_bytes,
        "link_verifier": b64(left.link_verifier),
        "manage_verifier": b64(left.manage_verifier),
        "wrapped_key": b64(left.wrapped_key),
        "meta": b64(left.meta),
        "expires_in": left.terms.expires_in_seconds,
        "max_claims": left.terms.max_claims,
    }
    if left.password_verifier is not None:
        body["password_verifier"] = b64(left.password_verifier)
    if left.blob is not None:
        body["blob"] = b64(left.blob)
    return body | changes


def put_part(sent, n, data=None, digest=None):
    data = part_of(sent, n) if data is None else data
    digest = digest or hashlib.sha256(data).digest()
    named = {"Repr-Digest": f"sha-256=:{b64encode(digest).decode()}:"}
    return call("PUT", f"{API}/{sent.id}/parts/{n}", sent.manage_token, data, **named)


def claim(sent, secret, **fields):
    body = {"lease_verifier": b64(verifier(secret))} | fields
    return call("POST", f"{API}/{sent.id}/claim", sent.link_token, body)


def refused(answer, status, code):
    """The answer's body, after looking at its status, its code and its shape."""
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert answer["Content-Type"] == "application/json"
    assert isinstance(answer.json()["message"], str)
    assert answer.json()["message"]
    return answer.json()


def ask(name, share_id, token):
    method, path, body = CALLS[name]
    return call(method, f"{API}/{share_id}{path}", token, body)


def put_to(share_id, token):
    named = {"Repr-Digest": f"sha-256=:{'A' * 43}=:"}
    return call("PUT", f"{API}/{share_id}/parts/0", token, b"x", **named)


def told(answer):
    """What a stranger could compare: status, headers, body."""
    return answer.status_code, sorted(answer.headers.items()), answer.content


def fetch(sent, **headers):
    """As the claimant whose lease secret is SECRET."""
    return call("GET", f"{API}/{sent.id}/blob", SECRET, **headers)


def burn(sent, token):
    return call("POST", f"{API}/{sent.id}/burn", token)
