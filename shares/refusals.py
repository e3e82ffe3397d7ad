"""How a refusal stands in the OpenAPI document: its schema and its example, made from its class.

A new one needs its place in a call of `api.py` and nothing here, unless it tells a further field.
"""

import json
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from shares import errors, examples
from shares.errors import ShareError
from shares.limits import MAX_JSON_BYTES
from shares.values import State

Said = dict[str, Any]

_AT = datetime(2026, 11, 24, 14, 3, tzinfo=UTC)
# Those that say nothing by themselves.
_SAID: dict[type[ShareError], ShareError] = {
    errors.ShareGone: errors.ShareGone(State.BURNED, _AT, _AT),
    errors.WrongPassword: errors.WrongPassword(4),
    errors.Banned: errors.Banned(_AT),
    errors.Incomplete: errors.Incomplete([2, 5]),
    errors.TooLarge: errors.TooLarge(MAX_JSON_BYTES),
    errors.RangeOutside: errors.RangeOutside(examples.BLOB_BYTES),
    errors.InvalidInput: errors.InvalidInput("expires_in: Field required"),
    errors.Malformed: errors.Malformed("The body is not the JSON this call takes."),
    errors.BadPart: errors.BadPart("The part's bytes do not match its Repr-Digest."),
}
_TIME_OR_NULL = {"type": ["string", "null"], "format": "date-time", "examples": [examples.TIME]}
_FURTHER: dict[str, Said] = {
    "state": {"$ref": "#/components/schemas/State"},
    "ended_at": {**_TIME_OR_NULL, "description": "when it ended; null if it is only claimed"},
    "opened_at": {**_TIME_OR_NULL, "description": "when it was claimed first; null if never"},
    "attempts_left": {"type": "integer", "description": "passwords that may still be tried"},
    "until": {"type": "string", "format": "date-time", "description": "when the ban ends"},
    "missing": {
        "type": "array",
        "items": {"type": "integer"},
        "description": "the numbers of the parts that are not here, at most 1000 of them",
    },
    "max_bytes": {"type": "integer", "description": "as many bytes as are taken"},
    "retry_after": {"type": "integer", "description": "seconds to wait, as in the header Retry-After"},
}


def example(kind: type[ShareError]) -> Said:
    error = _SAID.get(kind) or kind()
    said = {"code": error.code, "message": str(error), **error.details()}
    plain: Said = json.loads(json.dumps(said, cls=DjangoJSONEncoder))
    return plain


def schema(kind: type[ShareError]) -> Said:
    shown = example(kind)
    further = {name: _FURTHER[name] for name in shown if name not in ("code", "message")}
    return {
        "title": kind.__name__,
        "description": sentence(kind),
        "type": "object",
        "properties": {
            "code": {"const": kind.code, "description": "stable: what programs go by"},
            "message": {"type": "string", "description": "English, for people; it may change"},
            **further,
        },
        "required": list(shown),
        "examples": [shown],
    }


def sentence(kind: type[ShareError]) -> str:
    return " ".join((kind.__doc__ or "").split())
