"""What the API's document shows: one envelope, sealed from the inputs of docs/envelope.md, "Vectors".

It holds notes.txt, "Meet me at noon." and a line end; M = `20`…`2f`, LS = `70`…`8f`.
"""

from typing import Any

from shares.values import ATTEMPTS, PART_BYTES, UNLOCKS

Shown = dict[str, Any]

ID = "aaaqeayeaudaocaj"
LINK_VERIFIER = "1CYzP2vTUtPvGZBfkrZhiyhvUENRs4DKoiiDZHSIo7s"
MANAGE_VERIFIER = "R0vNN8PixdpdhdR5QZo4Imn6YdQK1k0hdH_FXzlFKTs"
LEASE_VERIFIER = "7gcLKUABFe4rI-3l5Gp9pxnq4dha-XvXbVXAwwQrEIo"
WRAPPED_KEY = "UFFSU1RVVldYWVpbXF1eX4Re2JN2MaMcfEpgNupXwB3bNxfgGac2QF3uJTyEQ7L_"
META = (
    "YGFiY2RlZmdoaWprbG1ub0PH4Idu7lRMN59cH6u6RHqvE2LIX0Lxxa8dd00l9f8snuOP4ALbH24WwW00fxhl62MkSwCWoF8R"
    "dxLtxc8FjGtgr7EeBJeUssiXixuLiq6do8GzXQlIVH5aR56-AOCSXRzKNqRg3s2sXIiGcGQewmQRCIln72lO1Iq1rNM8dGLN"
    "VOmkqwhjrBqKC5tpqv6aqwS7zh5PUwlaYINxrg6RR9KnphiG_C1lEddN45aaKrxwPn8riArimVwLbIGutJKGj3eb9x_iPC9j"
    "-Bxt5e1K0rTKIy3t9QSIMpNtNLdI1PuH0EIE4R_6HRpjpjjLN2OojQrFsUrvYCmYsk0_L2QiBsP1_SU7cXaD07Rfz-Yy7XjR"
)
BLOB = "QEFCQ0RFRkdISUpLTE1OT1NsjlRyvqV7Rrfdqu54Tg5JidkODZVkjbJo2kbWN62vhw"
BLOB_BYTES = 49
TIME = "2026-11-24T14:03:00.000Z"

DEPOSIT: Shown = {
    "id": ID,
    "kdf": 0,
    "size": BLOB_BYTES,
    "link_verifier": LINK_VERIFIER,
    "manage_verifier": MANAGE_VERIFIER,
    "wrapped_key": WRAPPED_KEY,
    "meta": META,
    "expires_in": 3600,
    "max_claims": 1,
    "blob": BLOB,
}
READY: Shown = {"state": "ready", "expires_at": TIME, "part_size": None, "parts": None, "direct": False}
UPLOADING: Shown = {**READY, "state": "uploading", "expires_at": None, "part_size": PART_BYTES, "parts": 7}
PART: Shown = {"digest": LINK_VERIFIER}
_SIGNED = "https://example-shares.s3.eu-central-1.amazonaws.com/5f2b…?X-Amz-Signature=…"
PART_LEAVE: Shown = {
    "url": _SIGNED,
    "headers": {"x-amz-checksum-sha256": "1CYzP2vTUtPvGZBfkrZhiyhvUENRs4DKoiiDZHSIo7s="},
    "seconds": 60,
}
PART_HERE: Shown = {"url": None, "headers": {}, "seconds": 0}
RANGE: Shown = {"start": PART_BYTES, "stop": 3 * PART_BYTES}
RANGE_LEAVE: Shown = {
    "url": _SIGNED,
    "headers": {"Range": f"bytes={PART_BYTES}-{2 * PART_BYTES - 1}"},
    "seconds": 60,
    "start": PART_BYTES,
    "stop": 2 * PART_BYTES,
}
PARTS: Shown = {"part_size": PART_BYTES, "received": [0, 1, 3], "expires_at": TIME}
STATUS: Shown = {
    "state": "ready",
    "size": BLOB_BYTES,
    "kdf": 0,
    "attempts_left": ATTEMPTS,
    "claims_left": 1,
    "max_claims": 1,
    "expires_at": TIME,
    "opened_at": None,
    "ended_at": None,
    "seconds_left": 3541,
}
CLAIM: Shown = {"lease_verifier": LEASE_VERIFIER}
LEASE: Shown = {
    "wrapped_key": WRAPPED_KEY,
    "meta": META,
    "size": BLOB_BYTES,
    "kdf": 0,
    "lease_expires_at": TIME,
    "blob": BLOB,
    "direct": False,
}
NOTICES: Shown = {"email": ["opened", "expired"], "webhook": []}
RECEIPT: Shown = {
    **STATUS,
    "seconds_left": None,
    "id": ID,
    "created_at": TIME,
    "attempts": 0,
    "unlocks_left": UNLOCKS,
    "fetching_until": None,
    "events": [{"what": "created", "at": TIME}, {"what": "ready", "at": TIME}],
}
OWN: Shown = {**STATUS, "seconds_left": None, "id": ID, "created_at": TIME}
OWN_PAGE: Shown = {"shares": [OWN], "older": f"2026-11-24T14:03:00+00:00_{ID}"}
