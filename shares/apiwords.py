"""What the OpenAPI document says in words: headers, parameters, tags, states."""

from collections.abc import Mapping
from typing import Any

from shares import examples
from shares.values import Occasion, State, What

Said = dict[str, Any]


def _header(example: str, description: str, *, required: bool = False) -> Said:
    return {
        "description": description,
        "required": required,
        "schema": {"type": "string"},
        "example": example,
    }


HEADERS = {
    "RateLimit": _header(
        '"read";r=599;t=42', "`r` requests are left of this limit, `t` seconds before it is full again."
    ),
    "RateLimit-Policy": _header(
        '"read";q=600;w=60', "The limit that counted this request: `q` requests in `w` seconds."
    ),
    "Retry-After": _header("42", "Seconds to wait before the same request again."),
    "Content-Range": _header(
        "bytes 70000-100031/100032", "Which bytes these are, of how many.", required=True
    ),
    "Content-Length": _header("49", "Bytes of this answer.", required=True),
    "Accept-Ranges": _header("bytes", "`Range` is honoured.", required=True),
    "WWW-Authenticate": _header("Bearer", "The token goes into `Authorization: Bearer`.", required=True),
}

BYTES: Said = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
REPR_DIGEST: Said = {
    "name": "Repr-Digest",
    "in": "header",
    "required": True,
    "description": "SHA-256 of this part's bytes, in ordinary base64 with padding (RFC 9530).",
    "schema": {"type": "string", "pattern": "^sha-256=:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=:$"},
    "example": "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
}
RANGE: Said = {
    "name": "Range",
    "in": "header",
    "required": False,
    "description": "`bytes=70000-` goes on behind the first 70 000 bytes. Of several ranges: the whole blob.",
    "schema": {"type": "string"},
    "example": "bytes=70000-",
}
PARAMETERS: dict[str, Said] = {
    "share_id": {
        "description": "The share's id, 16 characters of base32 in either case.",
        "schema": {"type": "string", "pattern": "^[A-Za-z2-7]{16}$"},
        "example": examples.ID,
    },
    "n": {
        "description": "The part's number, counted from 0.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 0,
    },
}

DESCRIPTION = """\
Leave a sealed envelope; whoever holds its link claims it, as often as its sender allowed, and then it is
gone. What the values are and how they are sealed is in `docs/envelope.md`; the order of the calls, what to
keep, what to repeat and what this version promises is in `docs/api.md`.

Bodies are JSON in UTF-8, binary values base64url without padding, times UTC (RFC 3339). A token goes into
`Authorization: Bearer`, and nowhere else. No answer may be stored (`Cache-Control: no-store`).

Every refusal is an object with a stable `code` and a `message` in English. Ignore fields you do not know."""

TAGS = [
    {"name": "leave", "description": "The sender: create, send the parts, complete."},
    {"name": "open", "description": "The recipient: look, claim, fetch, burn."},
    {"name": "manage", "description": "The sender afterwards: look at the receipt, unlock, revoke."},
    {"name": "own", "description": "An account and the shares it left, by its API token."},
]

STATES = {
    State.UPLOADING: "parts are still to come",
    State.READY: "it waits to be claimed",
    State.CLAIMED: "every opening is taken, and a lease is still open",
    State.BURNED: "every opening is taken and over",
    State.EXPIRED: "its time was over, or its upload was abandoned",
    State.REVOKED: "its sender took it back",
    State.REMOVED: "the site's moderators took it down",
}
WHATS = {
    What.CREATED: "the envelope was left",
    What.READY: "all of it is here, and its time runs",
    What.CLAIMED: "someone took an opening",
    What.CLOSED: "its time was over while someone was still fetching",
    What.WRONG_PASSWORD: "a password did not fit",
    What.LOCKED: "that was the fifth",
    What.UNLOCKED: "its sender gave five tries again",
    What.RECEIVED: "a claimant has it whole",
    What.DECLINED: "its claimant ended it, and had fetched nothing of it",
    What.LEASE_ENDED: "a claimant's time to fetch was over",
    What.BURNED: "the last opening was over",
    What.EXPIRED: "its time was over",
    What.REVOKED: "its sender took it back",
    What.REMOVED: "the site's moderators took it down",
}
OCCASIONS = {
    Occasion.OPENED: "each time somebody opens it",
    Occasion.LOCKED: "the fifth wrong password",
    Occasion.EXPIRED: "its time is over, and nobody ever opened it",
}
ENUMS: dict[str, tuple[str, Mapping[Any, str]]] = {
    "State": ("Where a share stands. Treat one you do not know as ended.", STATES),
    "Occasion": ("What an owner may be told of.", OCCASIONS),
    "What": ("What an event says happened. Show one you do not know as it is.", WHATS),
}
