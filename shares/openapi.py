"""The OpenAPI document beside the fields: what each call answers, how it is refused, what may follow."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from shares import errors, refusals
from shares.apiwords import BYTES, ENUMS, HEADERS, PARAMETERS, RANGE
from shares.errors import ShareError
from shares.responses import API_PATH, STATUS

Said = dict[str, Any]
_SCHEMA_NAME = re.compile(r"#/components/schemas/(\w+)")

# --- which refusals a call has ---------------------------------------------------------------------

ALWAYS = (errors.Malformed, errors.TooMany, errors.Broken, errors.DatabaseAway)
OF_A_SHARE = (errors.TokenMissing, errors.ShareUnknown)
OF_AN_ACCOUNT = (errors.TokenMissing, errors.TokenInvalid, errors.ScopeMissing)
OF_A_SENDER = (
    errors.TokenInvalid,
    errors.ScopeMissing,
    errors.CrossSite,
    errors.SignInNeeded,
    errors.Banned,
    errors.DayUsedUp,
    errors.NoRoom,
)
WITH_JSON = (errors.LengthMissing, errors.TooLarge, errors.InvalidInput)

_LIMIT_HEADERS = ("RateLimit", "RateLimit-Policy")
_REFUSAL_HEADERS = {
    401: ("WWW-Authenticate",),
    416: ("Content-Range",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}


def _headers(names: Iterable[str]) -> Said:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*_LIMIT_HEADERS, *names)}


# --- one call --------------------------------------------------------------------------------------


def call(
    answers: Mapping[int, str],
    *kinds: type[ShareError],
    headers: Iterable[str] = (),
    links: Iterable[str] = (),
    share_id: str = "$request.path.share_id",
    **more: Any,
) -> Said:
    """The `openapi_extra` of a call: what it answers, in words by status, and each way it is refused.

    links: names of calls that may follow a success, for the share that *share_id* finds.
    """
    succeeded = {
        status: {"description": text, "headers": _headers(headers), **_links(links, share_id)}
        for status, text in answers.items()
    }
    refused: dict[int, list[type[ShareError]]] = {}
    for kind in (*ALWAYS, *kinds):
        refused.setdefault(STATUS[kind], []).append(kind)
    return {
        "responses": succeeded | {status: _refused(status, refused[status]) for status in refused},
        **more,
    }


def _links(names: Iterable[str], share_id: str) -> Said:
    found = {name: {"operationId": name, "parameters": {"share_id": share_id}} for name in names}
    return {"links": found} if found else {}


def _refused(status: int, kinds: list[type[ShareError]]) -> Said:
    refs = [{"$ref": f"#/components/schemas/{kind.__name__}"} for kind in kinds]
    return {
        "description": "\n".join(f"- `{kind.code}`: {refusals.sentence(kind)}" for kind in kinds),
        "headers": _headers(_REFUSAL_HEADERS.get(status, ())),
        "content": {
            "application/json": {
                "schema": refs[0] if len(refs) == 1 else {"oneOf": refs},
                "examples": {kind.code: {"value": refusals.example(kind)} for kind in kinds},
            }
        },
    }


def blob(*kinds: type[ShareError]) -> Said:
    """The one call that answers with bytes."""
    said = call(
        {200: "The whole blob.", 206: "The bytes that `Range` asked for."},
        *kinds,
        headers=["Content-Length", "Accept-Ranges"],
        links=["burn_share"],
        parameters=[RANGE],
    )
    for status in (200, 206):
        said["responses"][status]["content"] = BYTES
    said["responses"][206]["headers"] |= _headers(["Content-Range"])
    return said


# Below the server that the document names, which may have a path of its own.
PREFIX = f"{API_PATH}v1/"


class DocumentedAPI(NinjaAPI):
    """Ninja's document, completed; made once, for it takes as long as a claim."""

    _document: OpenAPISchema | None = None

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        if self._document is None:
            self._document = self._completed(super().get_openapi_schema(path_prefix=PREFIX, **options))
        return self._document

    def _completed(self, document: OpenAPISchema) -> OpenAPISchema:
        document["components"]["headers"] = HEADERS
        schemas = document["components"]["schemas"]
        schemas |= {name: _enum(name, said, meanings) for name, (said, meanings) in ENUMS.items()}
        for said in (said for methods in document["paths"].values() for said in methods.values()):
            said["parameters"] = [_parameter(parameter) for parameter in said["parameters"]]
            said["responses"] = {str(status): answer for status, answer in sorted(said["responses"].items())}
        named = set(_SCHEMA_NAME.findall(str(document["paths"])))
        schemas |= {kind.__name__: refusals.schema(kind) for kind in STATUS if kind.__name__ in named}
        return document


def _enum(name: str, description: str, meanings: Mapping[Any, str]) -> Said:
    return {
        "title": name,
        "description": description,
        "type": "string",
        "enum": [value.value for value in meanings],
        "x-enum-descriptions": list(meanings.values()),
    }


def _parameter(said: Said) -> Said:
    return said | PARAMETERS.get(said["name"], {})
