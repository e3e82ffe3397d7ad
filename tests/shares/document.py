"""The OpenAPI document as a judge: is this answer one that its call may give?"""

import json
import re
from functools import cache

import jsonschema_rs
from ninja.responses import NinjaJSONEncoder

from shares.api import api


@cache
def document():
    """As clients read it."""
    return json.loads(json.dumps(api.get_openapi_schema(), cls=NinjaJSONEncoder))


def calls():
    """(method, path, what is said of it) of every call."""
    return [
        (method.upper(), path, said)
        for path, methods in document()["paths"].items()
        for method, said in methods.items()
    ]


def judge(method, path, answer):
    """Fails where the document knows this call but not this answer: its status, headers, or body."""
    said = _said_of(method, path)
    if said is None:
        return
    assert str(answer.status_code) in said["responses"], (method, path, answer.status_code)
    promised = said["responses"][str(answer.status_code)]
    for name, header in promised["headers"].items():
        assert name in answer.headers or not resolved(header).get("required"), (method, path, name)
    content = promised.get("content", {})
    if not content:
        assert answer.content == b""
        return
    kind = answer["Content-Type"].partition(";")[0]
    assert kind in content, (method, path, kind)
    if kind == "application/json":
        validate(content[kind]["schema"], answer.json())


def validate(schema, value):
    _validator(json.dumps(schema)).validate(value)


def resolved(said):
    """What a reference leads to."""
    if "$ref" not in said:
        return said
    found = document()
    for step in said["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


@cache
def _validator(schema):
    whole = {**json.loads(schema), "components": document()["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def _said_of(method, path):
    path = path.partition("?")[0]
    for known, template, said in calls():
        if known == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            return said
    return None
