"""Requests that two programs may cut differently: each holds another one, which nobody may act upon.

What is hidden is a PUT, so acting on it leaves a share. Whoever reads these as the law of HTTP has it either
refuses or takes the hidden bytes for a body.
"""

from collections.abc import Iterator

HIDDEN = b"PUT /hidden HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"
PLACE = b"POST /api/v1/shares"
END = b"0\r\n\r\n"

Named = tuple[str, bytes]


def request(*lines: bytes, body: bytes = b"", start: bytes = PLACE, version: bytes = b"HTTP/1.1") -> bytes:
    return b"\r\n".join([start + b" " + version, b"Host: localhost", *lines, b"", b""]) + body


def chunk(data: bytes, size: bytes = b"%x", end: bytes = b"\r\n") -> bytes:
    return (size % len(data) if b"%" in size else size) + b"\r\n" + data + end


# How "the body is chunked" is said, or nearly said.
CODINGS = [
    b"Transfer-Encoding: " + said
    for said in (
        b"chunked",
        b"CHUNKED",
        b"chunKed ",
        b"chunked\t",
        b"\tchunked",
        b"\x0bchunked",
        b"\xa0chunked",
        b"xchunked",
        b"chunked, identity",
        b"identity, chunked",
        b"chunked, chunked",
        b"gzip, chunked",
        b", chunked",
        b'"chunked"',
        b"chunked;q=1",
        b"chunk\0ed",
        b"identity\r\nTransfer-Encoding: chunked",
        b"chunked\r\nTransfer-Encoding: x",
        b"\r\n chunked",
        b"",
    )
] + [
    b"Transfer-Encoding:chunked",
    b"Transfer-Encoding : chunked",
    b"Transfer-Encoding\t: chunked",
    b"Transfer-Encoding\0: chunked",
    b" Transfer-Encoding: chunked",
    b"X: y\r\n Transfer-Encoding: chunked",
    b"X: y\nTransfer-Encoding: chunked",
    b"X: y\rTransfer-Encoding: chunked",
    b"X\r\nTransfer-Encoding: chunked",
]


def codings() -> Iterator[Named]:
    """Beside a length that ends the body elsewhere, in both directions, and alone."""
    ends_early = END + HIDDEN
    ends_late = chunk(HIDDEN) + END
    for said in CODINGS:
        long, short = (b"Content-Length: %d" % n for n in (len(ends_early), len(b"%x\r\n" % len(HIDDEN))))
        yield f"long, {said!r}", request(long, said, body=ends_early)
        yield f"{said!r}, long", request(said, long, body=ends_early)
        yield f"short, {said!r}", request(short, said, body=ends_late)
        yield f"{said!r} alone", request(said, body=ends_late)
    yield "chunked in 1.0", request(CODINGS[0], body=ends_early[5:], version=b"HTTP/1.0")
    yield "chunked and a hop", request(CODINGS[0], b"Connection: Transfer-Encoding", body=ends_late)


def lengths() -> Iterator[Named]:
    n = b"%d" % len(HIDDEN)
    said = [b"+" + n, b"-" + n, b"0" + n, b"0x%x" % len(HIDDEN), n + b";", n + b".0", b"\x0b" + n, n + b"\0"]
    said += [n[:1] + b"_" + n[1:], b"%d" % (2**64 + len(HIDDEN)), b"", b"\r\n " + n, b"\xd9\xa1", b"  " + n]
    said += [b"0, " + n, n + b", " + n, n + b" 0", b"0\r\nContent-Length: " + n]
    said += [n + b"\r\nContent-Length: 0", n + b"\r\ncontent-length: " + n, b"0\nContent-Length: " + n]
    for words in said:
        yield f"length {words!r}", request(b"Content-Length: " + words, body=HIDDEN)
    for name in (b"Content-Length :", b"Content-Length\t:", b" Content-Length:", b"Content-Length\0:"):
        yield f"{name!r}", request(name + b" " + n, body=HIDDEN)
    for line in (b"X: y\nContent-Length: ", b"X: y\rContent-Length: ", b"X: y\r\n Content-Length: "):
        yield f"{line!r}", request(line + n, body=HIDDEN)
    yield "a hop", request(b"Connection: Content-Length", b"Content-Length: " + n, body=HIDDEN)
    yield (
        "1.0, kept",
        request(b"Connection: keep-alive", b"Content-Length: " + n, body=HIDDEN, version=b"HTTP/1.0"),
    )


def chunks() -> Iterator[Named]:
    size = b"%x" % len(HIDDEN)
    sizes = [size + b";x=y", size + b" ;x", size + b';x="\n"', b"0x" + size, b"+" + size, b"-" + size]
    sizes += [
        size + b"\n",
        b" " + size,
        b"\t" + size,
        size.upper(),
        b"0" * 20 + size,
        size[:1] + b"_" + size[1:],
    ]
    sizes += [
        b"1" + b"0" * 16 + size,
        size + b"\0",
        size + b"\r",
        size + b" ",
        b"",
        size + b";" + b"x" * 9000,
    ]
    bodies = {repr(said[:30]): chunk(HIDDEN, said) + END for said in sizes}
    # One reads on after a bare line feed, the other only after a whole end of line.
    hides = chunk(END + HIDDEN) + END
    bodies["a feed ends an extension"] = b"2;\nab\r\n" + hides
    bodies["a feed ends a size"] = b"2\nab\r\n" + hides
    bodies["a return ends a size"] = b"2\rab\r\n" + hides
    bodies["a feed ends data"] = chunk(b"ab", end=b"\n") + hides
    bodies["nothing ends data"] = chunk(b"ab", end=b"") + hides
    bodies["two letters end data"] = chunk(b"ab", end=b"XX") + hides
    bodies["a return within the end"] = b"0\r\n\r\r\n" + HIDDEN
    bodies["a feed is the end"] = b"0\n\n" + HIDDEN
    bodies["trailers"] = b"0\r\nContent-Length: %d\r\nTransfer-Encoding: chunked\r\n" % len(HIDDEN) + HIDDEN
    for name, body in bodies.items():
        yield f"chunks: {name}", request(CODINGS[0], body=body)


def heads() -> Iterator[Named]:
    """A whole request in a strange dress; its body is what is hidden."""
    length = b"Content-Length: %d" % len(HIDDEN)
    for words in (b"Host: other", b"Host: localhost", b"host:", b"Host : other", b"Host:\r\n other"):
        yield f"a second {words!r}", request(words, length, body=HIDDEN)
    for place in (
        b"POST http://other.example/api/v1/shares",
        b"POST //other.example/",
        b"POST /\0",
        b"POST /x#y",
    ):
        yield f"{place!r}", request(length, start=place, body=HIDDEN)
    for place in (
        b"POST  /",
        b"POST\t/",
        b"POST /a b",
        b"\r\n\r\nPOST /",
        b" POST /",
        b"P\0ST /",
        b"POST /\r",
    ):
        yield f"{place!r}", request(length, start=place, body=HIDDEN)
    for version in (
        b"HTTP/1.1 ",
        b"HTTP/1.1\0",
        b"HTTP/9.9",
        b"http/1.1",
        b"HTTP/1.10",
        b"HTTP/1.1\tx",
        b"HTTP/01.1",
    ):
        yield f"{version!r}", request(length, version=version, body=HIDDEN)
    yield "feeds alone", request(length).replace(b"\r\n", b"\n") + HIDDEN
    yield "returns alone", request(length).replace(b"\r\n", b"\r") + HIDDEN
    yield "a feed too early", request(length).replace(b"\r\n\r\n", b"\n\r\n") + HIDDEN
    for line in (b"X: a\0b", b"X\0: a", b"X: \r\n folded", b": x", b"X", b"X Y: a", b"(): a", b"\x7f: a"):
        yield f"{line!r}", request(line, length, body=HIDDEN)
    for line in (
        b"Expect: 100-continue",
        b"Upgrade: h2c\r\nConnection: Upgrade",
        b"Connection: close, keep-alive",
    ):
        yield f"{line!r}", request(line, length, body=HIDDEN)


def unread() -> Iterator[Named]:
    """Bodies that no door reads to their end, if at all."""
    length = b"Content-Length: %d" % len(HIDDEN)
    doors = [b"GET /healthz", b"POST /nowhere/at/all", b"DELETE /api/v1/shares/aaaqeayeaudaocaj"]
    doors += [b"OPTIONS /", b"POST /accounts/login/", b"GET /s/aaaqeayeaudaocaj", b"POST /s/aaaqeayeaudaocaj"]
    for door in doors:
        yield f"{door!r} with a body", request(length, start=door, body=HIDDEN)
        yield f"{door!r} with chunks", request(CODINGS[0], start=door, body=chunk(HIDDEN) + END)
    yield "too large", request(b"Content-Length: 99999999999999", start=b"PUT /large", body=HIDDEN)
    yield "too large to be sealed", request(b"Content-Length: 99999999", body=HIDDEN)


KINDS = (codings, lengths, chunks, heads, unread)
