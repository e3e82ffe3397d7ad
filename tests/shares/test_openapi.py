"""The OpenAPI document is complete, valid, and says what the code does."""

import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from sealing import keys, stream
from sealing.encoding import unb64
from sealing.envelope import open_metadata
from shares import errors, examples
from shares.responses import STATUS
from shares.values import Occasion, State, What
from tests.shares.document import calls, document, resolved, validate
from tests.shares.exchange import API, call

# What pages, moderators and addresses that are none answer; no call of the API does.
NOT_OF_A_CALL = {
    errors.PageUnknown,
    errors.NotAllowed,
    errors.MethodWrong,
    errors.LinkInvalid,
    errors.Busy,
    errors.TooSlow,
}
IN_ORDER = [
    "create_share",
    "put_part",
    "list_parts",
    "complete_share",
    "get_status",
    "claim_share",
    "get_blob",
    "burn_share",
    "get_receipt",
    "unlock_share",
    "sign_part",
    "sign_range",
    "get_notices",
    "put_notices",
    "list_own",
    "get_own",
    "revoke_own",
    "unlock_own",
]


def answers():
    """(call's name, status, what is said of that answer) of every answer."""
    return [
        (said["operationId"], status, answer)
        for _, _, said in calls()
        for status, answer in said["responses"].items()
    ]


def refusals():
    """(call's name, status, refusal's name) of every refusal."""
    for name, status, answer in answers():
        for kind in answer.get("content", {}).values():
            for option in kind["schema"].get("oneOf", [kind["schema"]]):
                if int(status) >= 400:
                    yield name, int(status), option["$ref"].rsplit("/", 1)[-1]


def test_it_is_an_openapi_document():
    OPENAPI_31_VALIDATOR.validate(document())


def test_the_calls_stand_in_the_order_of_an_exchange_under_known_tags():
    assert [said["operationId"] for _, _, said in calls()] == IN_ORDER
    assert {tag for _, _, said in calls() for tag in said["tags"]} == {t["name"] for t in document()["tags"]}
    assert all(tag["description"] for tag in document()["tags"])


def test_every_refusal_of_the_code_is_in_a_call_or_named_as_none_of_the_api():
    told = {name for _, _, name in refusals()}

    assert told == {kind.__name__ for kind in STATUS if kind not in NOT_OF_A_CALL}


def test_every_refusal_stands_under_the_status_it_is_answered_with():
    by_name = {kind.__name__: (kind, status) for kind, status in STATUS.items()}

    for name, status, refusal in refusals():
        assert status == by_name[refusal][1], name
        assert resolved({"$ref": f"#/components/schemas/{refusal}"})["properties"]["code"] == {
            "const": by_name[refusal][0].code,
            "description": "stable: what programs go by",
        }


def test_every_call_may_be_too_often_broken_or_without_its_database():
    for name in IN_ORDER:
        told = {refusal for call_name, _, refusal in refusals() if call_name == name}

        assert told >= {"Malformed", "TooMany", "Broken", "DatabaseAway"}


def test_each_call_says_whose_token_it_wants():
    wanted = {said["operationId"]: [[*one] for one in said.get("security", [])] for _, _, said in calls()}

    assert wanted == {
        "create_share": [["AccountToken"], []],
        "put_part": [["ManageToken"]],
        "list_parts": [["ManageToken"]],
        "complete_share": [["ManageToken"]],
        "get_status": [["LinkToken"]],
        "claim_share": [["LinkToken"]],
        "get_blob": [["LeaseSecret"]],
        "burn_share": [["LeaseSecret"], ["ManageToken"]],
        "get_receipt": [["ManageToken"]],
        "unlock_share": [["ManageToken"]],
        "list_own": [["AccountToken"]],
        "get_own": [["AccountToken"]],
        "revoke_own": [["AccountToken"]],
        "unlock_own": [["AccountToken"]],
        "sign_part": [["ManageToken"]],
        "sign_range": [["LeaseSecret"]],
        "get_notices": [["ManageToken"]],
        "put_notices": [["ManageToken"]],
    }
    assert all(scheme["description"] for scheme in document()["components"]["securitySchemes"].values())


def test_every_answer_tells_the_limits_and_each_refusal_its_headers():
    for name, status, answer in answers():
        wanted = {"RateLimit", "RateLimit-Policy"}
        wanted |= {"401": {"WWW-Authenticate"}, "416": {"Content-Range"}}.get(status, set())
        wanted |= {"Retry-After"} if status in ("429", "503") else set()
        wanted |= {"Content-Length", "Accept-Ranges"} if (name, status[0]) == ("get_blob", "2") else set()
        wanted |= {"Content-Range"} if (name, status) == ("get_blob", "206") else set()

        assert set(answer["headers"]) == wanted, (name, status)
        assert all(resolved(header)["description"] for header in answer["headers"].values())


def test_everything_has_a_description():
    for _, _, said in calls():
        assert said["summary"]
        assert said["description"]
        assert all(parameter["description"] for parameter in said["parameters"])
    assert all(answer["description"] for _, _, answer in answers())
    for name, schema in document()["components"]["schemas"].items():
        assert schema["description"], name
        for field, said in schema.get("properties", {}).items():
            assert said.get("description") or "$ref" in said, (name, field)


def test_every_object_and_every_refusal_has_an_example_that_fits():
    for name, schema in document()["components"]["schemas"].items():
        if schema.get("type") == "object" and name != "EventOut":
            assert schema["examples"], name
        for example in schema.get("examples", []):
            validate({"$ref": f"#/components/schemas/{name}"}, example)
    for _, _, answer in answers():
        for kind in answer.get("content", {}).values():
            for example in kind.get("examples", {}).values():
                validate(kind["schema"], example["value"])


def test_every_state_and_event_has_its_meaning():
    for name, values in (("State", State), ("Occasion", Occasion), ("What", What)):
        schema = document()["components"]["schemas"][name]

        assert schema["enum"] == [value.value for value in values]
        assert len(schema["x-enum-descriptions"]) == len(values)


@pytest.mark.django_db
def test_the_example_of_the_create_call_can_be_left_and_opened():
    assert call("POST", API, body=examples.DEPOSIT).status_code == 201

    share_id, link_secret = bytes(range(10)), bytes(range(0x10, 0x20))
    token, lease = keys.link_token(link_secret, share_id), bytes(range(0x70, 0x90))
    taken = call("POST", f"{API}/{examples.ID}/claim", token, examples.CLAIM).json()
    file_key = keys.unwrap(unb64(taken["wrapped_key"]), link_secret, share_id, 0)
    opener = stream.Opener(file_key)
    fetched = call("GET", f"{API}/{examples.ID}/blob", lease).getvalue()

    assert {name: taken[name] for name in ("wrapped_key", "meta", "blob")} == {
        name: examples.LEASE[name] for name in ("wrapped_key", "meta", "blob")
    }
    assert open_metadata(unb64(taken["meta"]), file_key).files[0].name == "notes.txt"
    assert opener.feed(fetched) + opener.finish() == b"Meet me at noon.\n"
