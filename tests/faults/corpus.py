"""Requests that nobody should send: each as the bytes that go into a socket."""

import base64
import json
import os
from collections.abc import Iterator
from typing import Any

from tests.faults.wire import form, head

ID = "aaaqeayeaudaocaj"
TOKEN = "A" * 43
AUTH = f"Bearer {TOKEN}"
SHARE = f"/api/v1/shares/{ID}"
HUGE = b"9" * 5000
METHODS = ["GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND"]
LINK = f"http://localhost/s/{ID}%231{'a' * 26}"
WRONG: list[Any] = [None, 0, -1, 2**31, 2**63, 2**64, 10**400, 1.5, True, "", "\0", "\ud800", [], {}, "１６"]
WRONG += ["a" * 70_000, [[]], "9" * 20, "1e400", [1e308] * 3]


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def ask(method: str, path: bytes | str, body: bytes = b"", *more: bytes, **named: object) -> bytes:
    """Built by hand, since a path and a header may hold any byte."""
    place = path.encode() if isinstance(path, str) else path
    start, _, rest = head(method, "/", **{"Content_Length": len(body), **named}).partition(b"\r\n")
    lines = b"".join(line + b"\r\n" for line in more)
    return start.replace(b" / ", b" " + place + b" ") + b"\r\n" + lines + rest + body


def deposit() -> dict[str, Any]:
    return {
        "id": base64.b32encode(os.urandom(10)).decode().lower(),
        "kdf": 0,
        "size": 32,
        "link_verifier": b64(os.urandom(32)),
        "password_verifier": None,
        "manage_verifier": b64(os.urandom(32)),
        "wrapped_key": b64(bytes(48)),
        "meta": b64(bytes(288)),
        "expires_in": 3600,
        "max_claims": 1,
        "blob": b64(bytes(32)),
    }


def bodies() -> Iterator[bytes]:
    raw = [b"", b"{", b"[]", b"null", b"1", b'"x"', b"\0", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 20_000]
    raw += [b"{}{}", b'{"size":1e400}', b'{"size":NaN}', b'{"size":' + HUGE + b"}", b"\xef\xbb\xbf{}"]
    raw += ['{"id":1}'.encode("utf-16"), b'{"id":"\\ud800"}', b'{"id":"x","id":"y"}', HUGE * 20]
    for name in deposit():
        raw += [json.dumps(deposit() | {name: value}).encode() for value in WRONG]
        raw.append(json.dumps({key: value for key, value in deposit().items() if key != name}).encode())
    for name, value in (("size", b"1e400"), ("size", b"1e2"), ("expires_in", b"-Infinity"), ("kdf", HUGE)):
        given = {key: value for key, value in deposit().items() if key != name}
        raw.append(json.dumps(given).encode()[:-1] + b',"' + name.encode() + b'":' + value + b"}")
    whole = json.dumps(deposit()).encode()
    raw += [whole[:-1] + b"," + whole[1:], json.dumps(deposit() | {"more\0": "\ud800"}).encode()]
    for body in raw:
        yield ask("POST", "/api/v1/shares", body, Content_Type="application/json")
        yield ask("POST", f"{SHARE}/claim", body, Content_Type="application/json", Authorization=AUTH)
    for kind in ("text/plain", "application/json; charset=nonsense", "application/json; charset=utf-16"):
        yield ask("POST", "/api/v1/shares", json.dumps(deposit()).encode(), Content_Type=kind)


def tokens() -> Iterator[bytes]:
    said = [b"", b"Bearer", b"Bearer ", b"Basic QQ==", b"Bearer \xff\xfe", b"Bearer " + b"A" * 7000]
    said += [b"Bearer A B", b"Bearer \xe2\x82\xac" * 3, b"bearer " + TOKEN.encode(), b"Bearer \0"]
    for token in said:
        for method, path in (("GET", ""), ("POST", "/burn"), ("GET", "/blob"), ("PUT", "/parts/0")):
            yield ask(method, SHARE + path, b"{}", b"Authorization: " + token)


def parts() -> Iterator[bytes]:
    digests = [b"sha-256=:x:", b"sha-256=:" + b"A" * 43 + b"=:", b"\xff", b"md5=:AAAA:", b""]
    for n in (
        b"0",
        b"-1",
        b"2147483648",
        b"9223372036854775808",
        HUGE[:300],
        b"1e5",
        b"%00",
        b"%D9%A1",
        b"1.5",
    ):
        for digest in digests:
            place = SHARE.encode() + b"/parts/" + n
            yield ask("PUT", place, b"abc", b"Repr-Digest: " + digest, Authorization=AUTH)


def ranges() -> Iterator[bytes]:
    wanted = [b"bytes=", b"bytes=-", b"bytes=-0", b"bytes=5-1", b"bytes=0-0,1-1", b"bytes=\xff", b"items=0-1"]
    for said in [*wanted, b"bytes=" + HUGE[:20] + b"-", b"bytes=0-" + HUGE, b"bytes=\xd9\xa1-"]:
        yield ask("GET", f"{SHARE}/blob", b"", b"Range: " + said, Authorization=AUTH)


def paths() -> Iterator[bytes]:
    places = [b"/", b"//", b"/%", b"/%zz", b"/%00", b"/%ff%fe", b"/s/", b"/..", b"*", b"/\xff\xfe", b"/\x7f"]
    places += [b"/%2e%2e/%2e%2e/etc/passwd", b"/static/%2e%2e/%2e%2e/secret_key", b"/static/..%2f..%2f"]
    places += [f"/s/{ID}".encode(), f"/m/{ID}%00".encode(), b"/s/" + b"\xff" * 16, b"/%ED%A0%80", b"/a%0Ab"]
    places += [
        b"/api/v1/shares/%ff",
        b"/api/v1/shares/" + b"A" * 3000,
        b"/?" + b"a=1&" * 900,
        b"/?opens=99999",
    ]
    places += [b"/?expires=%ff&opens=%00", b"/?expires=99999999999w", b"/?expires=1e400", b"/?opens=\xd9\xa1"]
    places += [b"/?expires=0", b"/?expires=-1", b"/?password=x", b"http://other/x", b"/api/v1/openapi.json"]
    places += [b"/api/v1/docs", b"/admin/", b"/admin/login/?next=//evil", "/тест".encode(), b"/readyz/"]
    for place in places:
        for method in METHODS:
            yield ask(method, place, b"abc" if method in ("PUT", "POST") else b"")


def _piece(words: bytes, data: bytes = b"x", more: bytes = b"") -> bytes:
    return b"--line\r\nContent-Disposition: form-data; " + words + more + b"\r\n\r\n" + data + b"\r\n"


def forms() -> Iterator[bytes]:
    end, file = b"--line--\r\n", b'name="file"; filename="a"'
    good, kind = form(text="x")
    said = [b"", b"--line", b"--line--", good[:-20], _piece(b'name="text"', b"\xff\xfe\0") + end]
    said += [_piece(b'name="text"') * 2 + end, _piece(b'name="expires"', b"1e400") + good]
    said += [_piece(b'name="opens"', HUGE) + good, _piece(b'name="password"', HUGE) + good]
    said += [_piece(b'name="password"', b"\xed\xa0\x80") + good, _piece(b'name="password"', b"\0") + good]
    names = [
        b'"a\0b"',
        b'"\xff\xfe"',
        b'""',
        b'"' + b"n" * 9000 + b'"',
        b'"../../etc/passwd"',
        b'"\xe2\x80\xaegpj"',
    ]
    said += [_piece(b'name="file"; filename=' + name) + end for name in names]
    stars = [b"utf-8''%ff%fe", b"nonsense''abc", b"UTF-8'en'%ED%A0%80", b"x"]
    said += [_piece(b'name="file"; filename*=' + name) + end for name in stars]
    more = [b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable"]
    more += [b"Content-Type: \xed\xa0\x80", b"Content-Type: " + b"x" * 1000, b"Content-Length: " + HUGE[:20]]
    said += [_piece(file, data, b"\r\n" + line) + end for line in more for data in (b"x", b"!!!!", b"QQ=")]
    said += [_piece(b'name="x"') * 60 + end]
    said += [_piece(file) * 1001 + end, _piece(b'name=""') + end, _piece(b'name="\xff"') + end]
    said += [
        _piece(b'name="text"', b"x" * 1_200_000) + end,
        _piece(file) + _piece(b'name="text"', b"n" * 2001) + end,
    ]
    said += [
        b"--line\r\nX: " + b"y" * 20_000 + b"\r\n\r\nx\r\n" + end,
        b"\r\n" * 5000 + end,
        _piece(file) + b"--line\r\n",
    ]
    for body in said:
        yield ask("POST", "/", body, Content_Type=kind)
        yield ask("POST", "/", body, Content_Type=kind, Accept="text/html")


def content_types() -> Iterator[bytes]:
    body, kind = form(text="x")
    kinds = [b"multipart/form-data", b"multipart/form-data; boundary=", b"multipart/form-data; boundary=\xff"]
    kinds += [
        kind.encode() + b"; charset=" + name for name in (b"nonsense", b"utf-7", b"idna", b"rot13", b"a\0")
    ]
    kinds += [b"multipart/form-data; boundary*=utf-8''line", b"multipart/mixed; boundary=line", b"\xff/\xff"]
    kinds += [
        b"application/x-www-form-urlencoded; charset=" + name for name in (b"nonsense", b"utf-16", b"idna")
    ]
    kinds += [b"multipart/form-data; boundary=" + b"x" * 300, b"x" * 5000]
    for said in kinds:
        for place in ("/", f"/s/{ID}", f"/m/{ID}"):
            yield ask("POST", place, body, b"Content-Type: " + said)
            yield ask("POST", place, b"text=x&link=y", b"Content-Type: " + said)


def opens() -> Iterator[bytes]:
    said = [
        b"",
        b"link=",
        b"link=%00",
        b"link=%ff",
        b"link=%ED%A0%80",
        b"link=" + b"a" * 9000,
        b"link=a&link=b",
    ]
    said += [b"&" * 60, b"a=1&" * 60, b"%" * 100, LINK.encode(), b"link=" + LINK.encode()]
    more = [
        "lease=x",
        "password=%ED%A0%80",
        "password=" + "%cc%81" * 3000,
        "action=%00",
        "password=x&action=destroy",
    ]
    said += [f"link={LINK}&{words}".encode() for words in more]
    said.append(f"link={LINK}&password=x&lease={TOKEN}&action=destroy".encode())
    for body in said:
        for place in (f"/s/{ID}", f"/m/{ID}", "/"):
            for accept in ("*/*", "text/html"):
                kind = "application/x-www-form-urlencoded"
                yield ask("POST", place, body, Content_Type=kind, Accept=accept)


def headers() -> Iterator[bytes]:
    said = [
        b"Host: \xff",
        b"Host: a b",
        b"Host:",
        b"Host: a\r\nHost: localhost",
        b"X-Forwarded-For: \xff\xfe",
    ]
    said += [
        b"X-Forwarded-For: " + b"1," * 3000,
        b"Cookie: " + b"a=b;" * 1500,
        b"Cookie: \xff=\xfe",
        b"Accept: \xff",
    ]
    said += [
        b"Accept-Language: " + b"en-" * 1000,
        b"Accept-Encoding: \xff",
        b"If-None-Match: \xff",
        b"Range: \xff",
    ]
    said += [
        b"If-Modified-Since: x",
        b"Expect: 100-continue",
        b"Expect: nonsense",
        b"Transfer-Encoding: nonsense",
    ]
    said += [
        b"Content-Length: " + n
        for n in (b"-1", b"+1", b"1_0", b"\xd9\xa1", HUGE[:23], b"1\r\nContent-Length: 2")
    ]
    said += [
        b"X-A: " + b"x" * 9000,
        b"\0: x",
        b"X Y: x",
        b": x",
        b" folded: x",
        b"Upgrade: websocket",
        b"Origin: null",
    ]
    said += [
        b"Script_Name: /x",
        b"Path_Info: /x",
        b"Content_Length: 5",
        b"Sec-Fetch-Site: cross-site",
        b"TE: x",
    ]
    for line in said:
        host = b"" if line.lower().startswith(b"host") else b"Host: localhost\r\n"
        for start in (b"GET /", b"POST /", b"PUT /n", b"POST /api/v1/shares", b"GET /admin/login/"):
            yield start + b" HTTP/1.1\r\n" + host + line + b"\r\nConnection: close\r\n\r\nabc"


def lines() -> Iterator[bytes]:
    yield from (b"\0\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n")
    yield from (
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GE\0T / HTTP/1.1\r\n\r\n",
    )
    yield from (
        b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET //[x HTTP/1.1\r\nHost: localhost\r\n\r\n",
    )
    yield from (b"GET / HTTP/1.1\nHost: x\n\n", b"\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n")


def chunks() -> Iterator[bytes]:
    said = [
        b"zz\r\nabc\r\n0\r\n\r\n",
        b"-1\r\n",
        b"f" * 20 + b"\r\nabc",
        b"3\r\nabcX0\r\n\r\n",
        b"3;e=\xff\r\nabc\r\n0\r\n\r\n",
    ]
    said += [
        b"3\r\nabc\r\n0\r\nTrailer: x\r\n\r\n",
        b"3\nabc\n0\n\n",
        b"",
        b"0\r\n\r\n",
        b"3\r\nab",
        b"3 \r\nabc\r\n0\r\n\r\n",
    ]
    for body in said:
        for method, path in (
            ("PUT", "/c"),
            ("POST", "/"),
            ("POST", "/api/v1/shares"),
            ("PUT", f"{SHARE}/parts/0"),
        ):
            yield head(method, path, Transfer_Encoding="chunked", Authorization=AUTH) + body


KINDS = (bodies, tokens, parts, ranges, paths, forms, content_types, opens, headers, lines, chunks)
