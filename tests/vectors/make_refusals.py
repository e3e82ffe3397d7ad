"""refusals.json: what must be refused, each with the reason in its name, and near misses that must open."""

from collections.abc import Iterator
from typing import Any

from sealing.stream import CHUNK_BYTES, NONCE_BYTES, SEALED_CHUNK_BYTES

Json = dict[str, Any]


def refusals() -> Json:
    return {
        "streams": list(streams()),
        "sizes": INVALID_SIZES,
        "metadata": list(metadata_cases()),
        "links": LINKS,
        "base32": BASE32,
        "base64url": BASE64URL,
        "passwords": [[""], [["a", 1025]], [["ü", 513]], ["\ud800"], ["ok", "\udfff"], [["a", 4097]]],
        "split": [
            {"name": "padding that is not zero", "sizes": [3], "plain": "61626300" + "01"},
            {"name": "a last padding byte that is not zero", "sizes": [0], "plain": "00" * 99 + "80"},
            {"name": "a size above what is there", "sizes": [4], "plain": "616263"},
            {"name": "a second file that is cut", "sizes": [1, 3], "plain": "616263"},
            {"name": "a second file that is missing", "sizes": [3, 1], "plain": "616263"},
        ],
    }


INVALID_SIZES = [
    0, 1, 15, 16, 17, 31, 16 + 65552 + 1, 16 + 65552 + 15, 16 + 65552 + 16, 16 + 3 * 65552 + 16,
]  # fmt: skip


def streams() -> Iterator[Json]:
    """A dishonest sealer: chunks of [counter, bytes of the pattern, last], then a cut, then a tail."""

    def case(name: str, *chunks: list[Any], **more: Any) -> Json:
        return {"name": name, "chunks": list(chunks), **more}

    full, last = CHUNK_BYTES, True
    honest = [[0, full, False], [1, full, False], [2, 100, last]]
    size = NONCE_BYTES + 2 * SEALED_CHUNK_BYTES + 116
    for border in (0, 15, 16, 31):
        yield case(f"cut to {border} bytes", *honest, cut=border)
    for index in (1, 2):
        border = NONCE_BYTES + index * SEALED_CHUNK_BYTES
        for step in (-17, -1, 0, 1, 15, 16):
            yield case(f"cut at border {index} {step:+}", *honest, cut=border + step)
    yield case("cut by one byte", *honest, cut=size - 1)
    yield case("cut inside the last tag", *honest, cut=size - 8)
    yield case("a byte appended", *honest, tail="00")
    yield case("a tag's worth of zeros appended", *honest, tail="00" * 16)
    yield case("a byte appended to a full last chunk", [0, full, last], tail="00")
    yield case("a byte appended to an empty blob", [0, 0, last], tail="00")
    yield case("a whole blob appended", [0, 100, last], again=True)
    yield case("a whole blob of full chunks appended", [0, full, last], again=True)
    yield case("a chunk twice", [0, full, False], [0, full, False], [1, 100, last])
    yield case("a chunk dropped", [0, full, False], [2, 100, last])
    yield case("the first chunk dropped", [1, full, False], [2, 100, last])
    yield case("chunks swapped", [1, full, False], [0, full, False], [2, 100, last])
    yield case("the last chunk not marked", [0, full, False], [1, 100, False])
    yield case("the only chunk not marked", [0, 100, False])
    yield case("an empty only chunk not marked", [0, 0, False])
    yield case("an earlier chunk marked last", [0, full, last], [1, 100, last])
    yield case("a full chunk not marked, and nothing after it", [0, full, False])
    yield case("an empty last chunk after a full one", [0, full, False], [1, 0, last])
    yield case("a short chunk in the middle", [0, 100, False], [1, 100, last])
    yield case("a chunk above 64 KiB", [0, full + 1, last])
    yield case("a counter that starts at one", [1, 100, last])


def metadata_cases() -> Iterator[Json]:
    """JSON as parts ([text, times] or text; {"hex"} for raw bytes), zero-padded unless `pad` says how far."""

    def case(name: str, *parts: Any, expect: str = "refuse", **more: Any) -> Json:
        return {"name": name, "expect": expect, "parts": list(parts), **more}

    def files(entries: str, **more: str) -> str:
        says = {"v": "1", "kind": '"files"', "by": '"client"'} | more
        return "{" + ",".join(f'"{k}":{v}' for k, v in says.items()) + ',"files":[' + entries + "]}"

    one = '{"name":"a","type":"","size":3}'
    good = files(one)
    yield case("plain", good, expect="open")
    yield case("text", '{"v":1,"kind":"text","files":[{"type":"","size":3}],"by":"server"}', expect="open")
    yield case(
        "unknown keys",
        files(one + ',{"name":"b","type":"","size":0,"x":[1.5,null]}', y='{"z":-0}'),
        expect="open",
    )
    yield case("a note", files(one, note='"hé"'), expect="open")
    yield case("1000 files", files("")[:-2], [one + ",", 999], one + "]}", expect="open")
    yield case("the largest size", files(one.replace("3", str(2**53 - 1))), expect="open")
    yield case("32 levels", files(one, x="[" * 31 + "]" * 31), expect="open")
    yield case("65 536 bytes", files(one, note='"')[:-len(',"files":[' + one + "]}")], ["n", 65448],
               '","files":[' + one + "]}", expect="open")  # fmt: skip
    yield case("more padding than needed", good, expect="open", pad=1024)
    yield case("an empty name", files('{"name":"","type":"","size":3}'), expect="open")
    yield case("a surrogate pair", files('{"name":"\\ud83d\\udd11","type":"","size":3}'), expect="open")

    yield case("nothing but padding", pad=256)
    yield case("no bytes at all", pad=0)
    yield case("size not a multiple of 256", good, pad=255)
    yield case("size of 257", good, pad=257)
    yield case("above 65 536 bytes", good, pad=65792)
    yield case("padding of spaces", good + " ", pad=256)
    yield case("padding not zero", good, {"hex": "0001"}, pad=256)
    yield case("something after the padding", good, {"hex": "00007d"}, pad=256)
    yield case("a second object", good + good)
    yield case("leading space", " " + good)
    yield case("a byte order mark", {"hex": "efbbbf"}, good)
    yield case("not UTF-8", good[:-1] + ',"x":"', {"hex": "ff"}, '"}')
    yield case("a surrogate in UTF-8", good[:-1] + ',"x":"', {"hex": "eda080"}, '"}')
    yield case("not JSON", '{"v":1,}')
    yield case("a list", "[" + good + "]")
    yield case("a raw control character", files('{"name":"a\n","type":"","size":3}'))
    yield case("single quotes", good.replace('"', "'"))
    for key in ("v", "kind", "by", "files"):
        yield case(f"no {key}", good.replace(f'"{key}"', '"other"'))
    for key in ("name", "type", "size"):
        yield case(f"no {key} in an entry", good.replace(f'"{key}"', '"other"'))
    for value in ("2", "0", "1.0", "true", '"1"', "null", "[1]", "1e0", "-1"):
        yield case(f"v is {value}", files(one, v=value))
    for value in ('"file"', "null", "1", '["files"]', '"Text"', "{}"):
        yield case(f"kind is {value}", files(one, kind=value))
        yield case(f"by is {value}", files(one, by=value))
    for value in (
        "-1",
        "-0",
        "3.0",
        "3e0",
        "true",
        '"3"',
        "null",
        "NaN",
        "Infinity",
        "1e400",
        str(2**53),
        "9" * 30,
        "03",
        "+3",
    ):
        yield case(f"size is {value}", good.replace(":3}", f":{value}}}"))
    yield case("size of 10 000 digits", files("")[:-2] + '{"name":"a","type":"","size":', ["9", 10000], "}]}")
    for value in ("1", "null", "[]", "{}", "true", '"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"'):
        yield case(f"name is {value}", good.replace('"name":"a"', f'"name":{value}'))
        yield case(f"type is {value}", good.replace('"type":""', f'"type":{value}'))
        yield case(f"note is {value}", files(one, note=value))
    yield case("NaN in an unknown key", files(one, x="NaN"))
    yield case("-Infinity in an unknown key", files(one, x="-Infinity"))
    yield case("half a character in an unknown key", files(one, x='["\\ud800"]'))
    yield case("half a character as a key", files(one, x='{"\\udfff":1}'))
    yield case("a key twice", files(one, v='1,"v":1'))
    yield case("a key twice, once escaped", files(one, v='1,"\\u0076":1'))
    yield case("a key twice in an entry", good.replace('"size":3', '"size":3,"size":3'))
    yield case("a key twice where nobody reads", files(one, x='[{"a":{"b":1,"b":1}}]'))
    yield case("the sum of sizes above 2^53 - 1", files(one.replace("3", str(2**53 - 1)) + "," + one))
    yield case("no files", files(""))
    yield case("1001 files", files("")[:-2], [one + ",", 1000], one + "]}")
    yield case("files is an object", files("").replace("[]", "{}"))
    yield case("files is null", files("").replace("[]", "null"))
    yield case("an entry is not an object", files("3"))
    yield case("an entry is null", files(one + ",null"))
    yield case("a text with a name", files(one, kind='"text"'))
    yield case("a text with an empty name", files('{"name":"","type":"","size":3}', kind='"text"'))
    yield case("two texts", files('{"type":"","size":3},{"type":"","size":3}', kind='"text"'))
    yield case("33 levels", files(one, x="[" * 32 + "]" * 32))
    yield case("33 levels of objects", files(one, x='{"a":' * 31 + "{}" + "}" * 31))
    yield case("30 000 levels", files(one)[:-1] + ',"x":', ["[", 30000], ["]", 30000], "}")
    yield case("30 000 levels left open", files(one)[:-1] + ',"x":', ["[", 60000], "}")


_SHARE = "https://h/s/aaaqeayeaudaocaj#1caireeyuculbogazdinryhi6d4"


def _swapped(*pairs: tuple[str, str]) -> list[str]:
    return [_SHARE.replace(old, new) for old, new in pairs]


_FINE_AS_THEY_ARE = [
    _SHARE,
    *_swapped(
        ("/s/", "/m/"),
        ("https://h", "http://localhost:8000"),
        ("https://h", "https://h/Share/x"),
        ("https://h", "http://[::1]:8000"),
        ("https://h", "https://h/s/aaaqeayeaudaocaj"),
    ),
]

LINKS: Json = {
    "open": [
        *([link, link] for link in _FINE_AS_THEY_ARE),
        [" \t\r\n" + _SHARE + "\n\n", _SHARE],
        [_SHARE.replace("aaaqeay", "AAAQEAY").replace("caireey", "CAIREEY"), _SHARE],
        [_SHARE.replace("https://h", "HTTPS://H"), _SHARE],
    ],
    "refuse": [
        "", " ", "#", "https://h/s/aaaqeayeaudaocaj", "https://h/s/aaaqeayeaudaocaj#",
        "https://h/s/aaaqeayeaudaocaj#1", _SHARE[:-1], _SHARE[:-1] + "5", _SHARE[:-1] + "1",
        _SHARE[:-1] + "8", _SHARE + "a", _SHARE + "=", _SHARE + "\nx", _SHARE + "\0", _SHARE + _SHARE,
        "x" + _SHARE, "\u00a0" + _SHARE, "\0" + _SHARE, "<" + _SHARE + ">",
        *_swapped(
            ("#1", "#0"), ("#1", "#"), ("#1", "#1="), ("#1", "#1 "), ("#", "?"), ("#", "?x=1#"), ("#", "/#"),
            ("#", "##"), ("caj#", "ca#"), ("caj#", "caja#"), ("caj#", "ca1#"), ("cairee", "ca\u0131ree"),
            ("/s/", "/S/"), ("/s/", "/x/"), ("/s/", "/"), ("/s/", "/s//"), ("/s/", "//s/"), ("/s/", "/../s/"),
            ("/s/", "/a/./s/"), ("/s/", "\\s\\"), ("https", "ftp"), ("https", "javascript"), ("https", ""),
            ("https", "http\u017f"), ("https:", ""), ("https://h", ""), ("https://h", "h"),
            ("https://h", "https://"), ("https://h", "https://u:p@h"), ("https://h", "https://h:123456"),
            ("https://h", "https://h:"), ("https://h", "https://h\u0130"),
            ("https://h", "https://h/" + "x" * 2048),
        ),
    ],
    "too_new": [*_swapped(("#1", "#2"), ("#1", "#9")), _SHARE.replace("#1", "#2") + "abcdef",
                "https://h/s/aaaqeayeaudaocaj#3"],
}  # fmt: skip

BASE32 = [
    *([text, 10] for text in (
        "", "aaaqeayeaudaoca", "aaaqeayeaudaocajaa", "aaaqeayeaudaoca1", "aaaqeayeaudaocaj=",
        "aaaqeayeaudaoca=", "aaaqeayeaudaoca ", " aaaqeayeaudaocaj", "aaaqeayeaudaocaj\n",
        "\u212aaaqeayeaudaocaj", "\ud800aaqeayeaudaocaj", "a\0aqeayeaudaocaj",
    )),
    *([text, 16] for text in (
        "aaaqeayeaudaocaj", "caireeyuculbogazdinryhi6d", "caireeyuculbogazdinryhi6d5",
        "caireeyuculbogazdinryhi6d7", "caireeyuculbogazdinryhi6d4======", "ca\u0131reeyuculbogazdinryhi6d4",
    )),
]  # fmt: skip

BASE64URL = [
    *([text, None] for text in (
        "A", "+/8", "A A", "AA\n", " AA", "A\u0410", "\ud800A", "AA\0", "AA!A", "AAAAA", "=", "====",
    )),
    ["AB", 1], ["AAB", 2], ["AA==", 1], ["AA=", 1], ["AAA=", 2], ["AAAA", 2], ["AA", 2],
]  # fmt: skip
