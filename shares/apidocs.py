"""The API's readable docs page: the OpenAPI document as plain HTML.

Swagger's own page assigns raw HTML, which Trusted Types forbid; this one needs no script at all.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase
from ninja.responses import NinjaJSONEncoder

Said = dict[str, Any]

_TOKENS = {
    "AccountToken": "an account's API token",
    "LinkToken": "the link token",
    "ManageToken": "the manage token",
    "LeaseSecret": "the lease secret",
}
_KINDS = {"date-time": "time", "binary": "bytes", "integer": "whole number", "string": "text"}


class PlainDocs(DocsBase):
    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        # As clients read it: enumerations have become texts.
        document = json.loads(json.dumps(api.get_openapi_schema(), cls=NinjaJSONEncoder))
        return render(request, "shares/api_docs.html", _Page(document).context())


class _Page:
    def __init__(self, document: Said) -> None:
        self._document = document
        self._schemas: Said = document["components"]["schemas"]
        self._calls = [
            self._call(method, path, said)
            for path, methods in document["paths"].items()
            for method, said in methods.items()
        ]

        # What all calls may answer is said once.
        self._every = _shared(self._calls)
        self._every_token = [
            one
            for one in _shared(c for c in self._calls if c["tokens"] and not c["is_open"])
            if one not in self._every
        ]
        for call in self._calls:
            known = self._every + self._every_token
            call["own_refusals"] = [one for one in call["refusals"] if one not in known]

    def context(self) -> Said:
        refusals = {one["name"]: one for call in self._calls for one in call["refusals"]}
        shown = {name: said for name, said in self._schemas.items() if name not in refusals}
        return {
            "api": self._document["info"],
            "every": self._every,
            "every_token": self._every_token,
            "groups": [self._group(tag) for tag in self._document["tags"]],
            "tokens": self._document["components"]["securitySchemes"].items(),
            "headers": self._document["components"]["headers"].items(),
            "objects": [self._object(name) for name, said in shown.items() if "properties" in said],
            "lists": [_enumeration(name, said) for name, said in shown.items() if "enum" in said],
            "refusals": [
                {**one, **self._object(name)} for name, one in sorted(refusals.items(), key=_by_status)
            ],
        }

    def _group(self, tag: Said) -> Said:
        return {**tag, "calls": [call for call in self._calls if call["tag"] == tag["name"]]}

    def _call(self, method: str, path: str, said: Said) -> Said:
        body = said.get("requestBody", {}).get("content", {})
        answers = [self._answer(status, answer) for status, answer in said["responses"].items()]
        return {
            "id": said["operationId"],
            "tag": said["tags"][0],
            "method": method.upper(),
            "path": path,
            "summary": said["summary"],
            "description": said["description"],
            "parameters": [{**one, "kind": _kind(one["schema"])} for one in said["parameters"]],
            "tokens": [_TOKENS[name] for scheme in said.get("security", []) for name in scheme],
            "is_open": {} in said.get("security", [{}]),
            "body": self._body(body.get("application/json")),
            "takes_bytes": "application/octet-stream" in body,
            "answers": [answer for answer in answers if int(answer["status"]) < 400],
            "refusals": [one for answer in answers for one in answer["refusals"]],
            "next": sorted(
                {name for answer in said["responses"].values() for name in answer.get("links", {})}
            ),
        }

    def _body(self, content: Said | None) -> Said | None:
        return self._object(_name(content["schema"])) if content else None

    def _answer(self, status: str, said: Said) -> Said:
        content = said.get("content", {})
        schema: Said = content.get("application/json", {}).get("schema", {})
        return {
            "status": status,
            "text": said["description"],
            "name": _name(schema),
            "is_bytes": "application/octet-stream" in content,
            "refusals": [self._refusal(status, option) for option in schema.get("oneOf", [schema])]
            if int(status) >= 400
            else [],
        }

    def _refusal(self, status: str, reference: Said) -> Said:
        name = _name(reference)
        said = self._schemas[name]
        code = said["properties"]["code"]["const"]
        return {"status": status, "name": name, "code": code, "text": said["description"]}

    def _object(self, name: str) -> Said:
        said = self._schemas[name]
        fields = [
            {
                "name": field,
                "kind": _kind(one),
                "link": _name(one) or _name(one.get("items", {})),
                "description": one.get("description") or self._schemas[_name(one)]["description"],
                "is_required": field in said.get("required", []),
            }
            for field, one in said["properties"].items()
        ]
        examples = [_shown(one, said["properties"]) for one in said.get("examples", [])]
        return {"name": name, "text": said["description"], "fields": fields, "examples": examples}


def _shared(calls: Iterable[Said]) -> list[Said]:
    """The refusals that all of them have."""
    first, *others = calls
    return [one for one in first["refusals"] if all(one in other["refusals"] for other in others)]


def _by_status(named: tuple[str, Said]) -> tuple[str, str]:
    return named[1]["status"], named[1]["code"]


def _shown(example: Said, fields: Said) -> str:
    """In the order of the fields; the document's own is alphabetical."""
    ordered = {field: example[field] for field in fields if field in example}
    return json.dumps(ordered, indent=2, ensure_ascii=False)


def _enumeration(name: str, said: Said) -> Said:
    values = zip(said["enum"], said["x-enum-descriptions"], strict=True)
    return {"name": name, "text": said["description"], "values": list(values)}


def _kind(said: Said) -> str:
    """A field's type in words."""
    if options := said.get("anyOf"):
        return " or ".join(_kind(option) for option in options)
    if isinstance(said.get("type"), list):
        return " or ".join(_kind({**said, "type": kind}) if kind != "null" else kind for kind in said["type"])
    if "const" in said:
        return f'"{said["const"]}"'
    if "enum" in said:
        return " or ".join(str(value) for value in said["enum"])
    if said.get("type") == "array":
        return f"list of {_kind(said['items'])}" + ("s" if "type" in said["items"] else "")
    if said.get("contentEncoding"):
        return f"{said['contentEncoding']}, {_span(said['minLength'], said['maxLength'])} characters"
    kind = str(said.get("format") or said.get("type") or _name(said))
    return _KINDS.get(kind, kind) + _limits(said)


def _limits(said: Said) -> str:
    if "maximum" in said:
        return f", {_span(said['minimum'], said['maximum'])}"
    return f", from {said['minimum']}" if "minimum" in said else ""


def _span(least: int, most: int) -> str:
    return f"{least}" if least == most else f"{least} to {most}"


def _name(schema: Said) -> str:
    return str(schema.get("$ref", "")).rsplit("/", 1)[-1]
