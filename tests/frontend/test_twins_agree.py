"""What one twin of sealing refuses, the other refuses: with the same code, for inputs made at random."""

import random
import re
from collections.abc import Callable
from typing import Any

import pytest

from sealing import links
from sealing.encoding import b64, decode, encode, unb64
from sealing.envelope import open_metadata, padme, text_padding
from sealing.errors import SealingError
from sealing.keys import check_password, derive, new_file_key, seal_once
from sealing.names import safe_name
from sealing.stream import is_valid_size, plain_size, sealed_size
from tests.faults.counts import count
from tests.frontend.conftest import Ask, Json
from tests.frontend.shares import as_json, digest, make, some_files, take

MANY = count(300, 5000)
# Whole envelopes are asked about in one string, and half a gigabyte is the longest that Node has.
AT_ONCE = 500


def answer(work: Callable[[], Any]) -> Json:
    """What the Python twin gives or refuses, in the words of the other."""
    try:
        return {"gives": work()}
    except SealingError as refusal:
        return {"refuses": refusal.code}


def meddled(text: str, letters: list[str]) -> str:
    """*text* with one to three places changed."""
    for _ in range(random.randint(1, 3)):
        at = random.randint(0, len(text))
        kind, put = random.randrange(4), random.choice(letters)
        there = text[at : at + random.randint(1, 4)]
        changed = {0: put, 1: put + there, 2: "", 3: there + there}[kind]
        text = text[:at] + changed + text[at + len(there) :]
    return text


def agree(ask: Ask, orders: list[Json], ours: Callable[[Json], Any]) -> list[Json]:
    """Both answer each order alike; gives the answers."""
    theirs = ask(orders)
    mine = [answer(lambda order=order: ours(order)) for order in orders]
    differ = [found for found in zip(orders, mine, theirs, strict=True) if found[1] != found[2]]
    assert differ == []
    return mine


def both_kinds(answers: list[Json]) -> bool:
    """A comparison in which everything is refused, or nothing, shows little."""
    return {key for given in answers for key in given} == {"gives", "refuses"}


JSON_LETTERS = [
    *'"\\{}[]:,-+.eE0129 \t\n\r\v\f/u\0\x01\x1f\x7f\xa0\ufeff\u2028é🔑',
    *("\\u0000", "\\ud800", "\\ud83d\\udd11", "\\/", "\\x", "\\u00e", "[[[[[["),
    *('"v":1,', '"x":{},', '"size":3,', '"\\u0076":1,', '"note":null,', '"__proto__":1,', '"name":"",'),
]
JSON_VALUES = [
    "null", "true", "NaN", "-Infinity", "0", "-0", "-1", "1e3", "3.0", "00", "+1", "1.", ".5", "1e400", "{}",
    "9007199254740991", "9007199254740992", "9007199254740993", "1" * 17, "1" * 5000,
    '""', '"x"', '"y"', '"size"', '"name"', '"text"', '"files"', '"a\\u0000"', '"\\ud800"', '"\\t"', '"\t"',
    *("[" * depth + "]" * depth for depth in (1, 28, 29, 30, 31, 32)), '{"x":' * 40 + "1" + "}" * 40,
]  # fmt: skip
SOME_METADATA = [
    '{"v":1,"kind":"files","files":[{"name":"a.txt","type":"text/plain","size":3},'
    '{"x":0,"name":"b/ü.bin","y":"","type":"","size":0}],"x":0,"y":[0],"by":"client",'
    '"note":"\\ud83d\\udd11 n"}',
    '{"v":1,"y":0,"kind":"text","files":[{"type":"","size":12}],"by":"server","x":[1.5,null,{"y":-0.5e-7}]}',
]


def with_another_value(text: str) -> str:
    """One string or number of *text* replaced."""
    found = random.choice([*re.finditer(r'"[^"]*"|\d+', text)])
    return text[: found.start()] + random.choice(JSON_VALUES) + text[found.end() :]


def test_metadata_that_was_meddled_with_is_refused_by_both_or_reads_the_same(ask):
    file_key, salt = new_file_key(), bytes(16)

    def sealed(text: str) -> str:
        data = text.encode("utf-8", "surrogatepass" if random.random() < 0.1 else "replace")
        if random.random() < 0.05:
            data = data.replace(b"a", random.choice([b"\xff", b"\xc0\x80", b"\xed\xa0\x80"]), 1)
        data += bytes(-len(data) % 256)
        return b64(salt + seal_once(derive(file_key, salt, b"ots1/meta"), data))

    orders = [
        {
            "do": "open_metadata",
            "sealed": sealed(change(random.choice(SOME_METADATA))),
            "file_key": b64(file_key),
        }
        for _ in range(2 * MANY)
        for change in (with_another_value, lambda text: meddled(text, JSON_LETTERS))
    ]

    answers = agree(ask, orders, lambda order: as_json(open_metadata(unb64(order["sealed"]), file_key)))

    assert both_kinds(answers)


LINK = "https://h.example:8000/Path/s/aaaqeayeaudaocaj#1caireeyuculbogazdinryhi6d4"
LINK_LETTERS = [
    *"/#?%@:. \t\n\v\x1c\xa0\u2003[]smSM1230aAzZé\u212a\u0131=",
    "//",
    "/../",
    "[::1]",
    "#1",
    "#2",
]


def test_a_link_that_was_meddled_with_is_refused_by_both_or_means_the_same(ask):
    orders = [{"do": "parse", "text": meddled(LINK, LINK_LETTERS)} for _ in range(4 * MANY)]

    answers = agree(ask, orders, lambda order: links.parse(order["text"]).url)

    assert both_kinds(answers)


def test_text_that_was_meddled_with_is_refused_by_both_or_the_same_bytes(ask):
    letters = [*"aAzZ2701+/-_=é \n\u212a"]
    orders = []
    for _ in range(MANY):
        data = random.randbytes(random.choice([10, 16]))
        changes = random.random() < 0.8
        for name, text in (("decode", encode(data)), ("unb64", b64(data))):
            orders.append(
                {"do": name, "text": meddled(text, letters) if changes else text, "length": len(data)}
            )
        orders.append({"do": "encode", "data": b64(random.randbytes(random.randrange(40)))})

    def ours(order: Json) -> str:
        if order["do"] == "encode":
            return encode(unb64(order["data"]))
        return b64((decode if order["do"] == "decode" else unb64)(order["text"], order["length"]))

    assert both_kinds(agree(ask, orders, ours))


@pytest.mark.promise("S4")
def test_an_envelope_that_was_meddled_with_is_refused_by_both(ask):
    whole = make(*some_files(70_000, 0, 66_000, pads=True))
    orders = []
    for _ in range(MANY):
        name = random.choice(["wrapped_key", "meta", "blob", "blob"])
        data = bytearray(unb64(whole[name]))
        at = random.randrange(1, len(data))
        if random.random() < 0.5:
            data[at] ^= 1 << random.randrange(8)
        else:
            data = random.choice(
                [data[:at], data[at:], data + bytes(at % 40 + 1), data[:at] + data[at // 2 :]]
            )
        orders.append({"do": "take"} | whole | {name: b64(data)})

    for some in range(0, len(orders), AT_ONCE):
        answers = agree(ask, orders[some : some + AT_ONCE], lambda order: digest(take(order)[1]))

        assert all("refuses" in given for given in answers)


def test_passwords_are_refused_by_both_or_by_none(ask):
    marks = [
        "a",
        "é",
        "e\u0301",
        "ü",
        "🔑",
        "\ud800",
        "\udc00",
        "\u0344",
        "가",
        "\u1112\u1161\u11ab",
        "\0",
        " ",
    ]
    passwords = ["", *marks] + [
        "".join(random.choices(marks[:5] + marks[7:], k=random.choice([1, 200, 300, 400, 1000, 5000])))
        for _ in range(MANY // 3)
    ]

    answers = agree(
        ask,
        [{"do": "check_password", "password": password} for password in passwords],
        lambda order: check_password(order["password"]),
    )

    assert both_kinds(answers)


def as_it_travels(text: str) -> str:
    """Two halves of a character that have met are one."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def test_names_come_out_the_same(ask):
    letters = [
        *"ab./\\ .\t\0\x7f\x85\u200e\u202e\u2066\u2028\u200b\ufeffé🔑\ud800\udfff",
        "x" * 120,
        "ü" * 70,
        "🔑" * 33,
    ]
    orders = [{"do": "safe_name", "name": "".join(random.choices(letters, k=8))} for _ in range(MANY)]

    agree(
        ask,
        orders,
        lambda order: safe_name(
            order["name"].encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        ),
    )


def test_sizes_come_out_the_same(ask):
    sizes = [0, 1, 2, 3, 2**31 - 1, 2**31, 2**32 + 1, 2**45, 2**52 + 1]
    sizes += [random.randrange(2 ** random.randint(1, 52)) for _ in range(MANY)]
    sizes += [n * 65552 + 16 + off for n in (1, 2, 81920) for off in (-1, 0, 1, 16, 17)]
    orders = [{"do": name, "size": size} for size in sizes for name in ("sizes", "plain_size")]

    def ours(order: Json) -> Any:
        size = order["size"]
        if order["do"] == "plain_size":
            return plain_size(size)
        return [sealed_size(size), padme(size), text_padding(size), is_valid_size(size)]

    assert both_kinds(agree(ask, orders, ours))
