"""The API's readable docs page: the OpenAPI document as plain HTML.

Swagger's own page assigns raw HTML, which Trusted Types forbid; this one needs no script at all.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

Schema = dict[str, Any]


class PlainDocs(DocsBase):
    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        document = api.get_openapi_schema()
        schemas: Schema = document["components"]["schemas"]
        context = {
            "api": document["info"],
            "operations": [
                _operation(method, path, said, schemas)
                for path, methods in document["paths"].items()
                for method, said in methods.items()
            ],
            "schemas": [(name, _fields(schema, schemas)) for name, schema in schemas.items()],
        }
        return render(request, "shares/api_docs.html", context)


def _operation(method: str, path: str, said: Schema, schemas: Schema) -> Schema:
    body = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    answers = [(status, _schema_name(_json_schema(answer))) for status, answer in said["responses"].items()]
    return {
        "id": said["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": said["summary"],
        "description": said.get("description", ""),
        "parameters": said.get("parameters", []),
        "needs_token": bool(said.get("security")),
        "fields": _fields(schemas[_schema_name(body)], schemas) if body else [],
        "answers": [(status, name) for status, name in answers if int(status) < 400],
        "refusals": [status for status, _ in answers if int(status) >= 400],
    }


def _json_schema(answer: Schema) -> Schema:
    found: Schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return found


def _fields(schema: Schema, schemas: Schema) -> list[Schema]:
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "type": _type(said),
            "description": _description(said),
            "is_required": name in required,
        }
        for name, said in schema.get("properties", {}).items()
    ]


def _description(said: Schema) -> str:
    """A field that may be null carries its description inside."""
    found = (option.get("description") for option in [said, *said.get("anyOf", [])])
    return next(filter(None, found), "")


def _type(said: Schema) -> str:
    if options := said.get("anyOf"):
        return " or ".join(_type(option) for option in options)
    if "enum" in said:
        return " or ".join(str(value) for value in said["enum"])
    if said.get("type") == "array":
        return f"list of {_type(said['items'])}"
    name = said.get("format") or said.get("type") or _schema_name(said)
    return {"date-time": "time", "null": "null"}.get(name, name)


def _schema_name(schema: Schema | None) -> str:
    return str((schema or {}).get("$ref", "")).rsplit("/", 1)[-1]
