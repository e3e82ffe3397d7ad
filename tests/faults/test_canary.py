"""No log ever holds a password, a secret, a token or a file's name, whatever goes wrong."""

import base64
import os
import secrets
from urllib.parse import quote

import pytest

from tests.faults import client
from tests.faults.client import Ask, send
from tests.faults.envelopes import b64, seal
from tests.faults.twins import assert_red
from tests.faults.wire import comes_true, head, open_line, post_form, put, share_link, talk


def canary():
    return f"canary{secrets.token_hex(12)}"


def spellings(mark):
    """As it is, in an address, in hex, and in base64 at each of its three offsets."""
    raw = mark if isinstance(mark, bytes) else mark.encode()
    yield raw.hex()
    yield b64(raw)
    for skip in range(3):
        yield base64.b64encode(raw[skip:])[:-4].decode()
    if isinstance(mark, str):
        yield from (mark, quote(mark))


def walk_through_every_door(rig):
    """Leave, open, mistake, break off and ask for nonsense; gives back what no log may hold."""
    url, password, name = rig.urls[0], canary(), canary()
    marks: list[str | bytes] = [password, name]
    plain = canary().encode()

    left = [put(f"{name}.txt", plain), post_form((f"{name}.txt", plain), password=password)]
    links = [share_link(send(url, ask)) for ask in left]
    for link in links:
        place, _, secret = link.partition("#")
        marks.append(secret)
        path = "/s/" + place[-16:]
        for given in ({"password": canary()}, {"password": password}, {}):
            marks += given.values()
            send(url, client.form(path, {"link": link} | given))
            send(url, client.form(path, {"link": link, "action": name} | given, Accept="text/html"))
            send(url, client.form(path, {"link": link[:-1] + "!"} | given))
    envelope, lease = seal(plain, password), os.urandom(32)
    marks += [envelope.link_token, envelope.manage_token, envelope.password_token, lease, plain]
    marks += [envelope.link(url).partition("#")[2], envelope.manage_link(url).partition("#")[2]]
    client.leave(url, envelope)
    for ask in (
        client.status(envelope),
        client.claim(envelope, lease, os.urandom(32)),
        client.claim(envelope, lease),
        client.fetch(envelope, lease, Range="bytes=99999-"),
        client.burn(envelope, lease),
        client.receipt(envelope),
        client.unlock(envelope),
        client.manage(envelope, "revoke"),
        client.manage(envelope, name),
    ):
        send(url, ask)
    make_mistakes(rig, name, envelope.link_token)
    return marks


def make_mistakes(rig, name, token):
    """Refusals, broken requests, a worker that dies, a store that is gone."""
    url, bearer = rig.urls[0], f"Bearer {b64(token)}"
    for path in (
        f"/{name}",
        f"/s/{name}",
        f"/api/v1/{name}",
        f"/?{name}={name}",
        f"/static/{name}",
        f"/admin/{name}",
    ):
        for method in ("GET", "POST", "PUT", "DELETE"):
            talk(url, head(method, path, Authorization=bearer, Content_Length=3) + b"abc")
            talk(url, head(method, path, Host=name, X_Forwarded_Host=name, Cookie=f"session={name}"))
    talk(url, f"{name} {name} {name}\r\n{name}\r\n\r\n".encode())
    talk(url, head("PUT", f"/{name}", Transfer_Encoding="chunked") + name.encode())
    send(
        url,
        Ask("POST", "/api/v1/shares", {"Content-Type": "application/json"}, f'{{"id": "{name}"}}'.encode()),
    )
    with open_line(url) as line:
        line.sendall(head("PUT", f"/{name}.bin", Content_Length=3_000_000) + name.encode() * 60_000)
        assert comes_true(5, lambda: rig.incoming() != [])
        for pid in rig.masters[0].worker_pids:
            rig.kill_9(pid)
    assert comes_true(20, rig.masters[0].answers)
    blobs = rig.seen_shares / "blobs"
    blobs.rename(aside := blobs.with_name("aside"))
    send(url, put(f"{name}.bin", b"x" * 100_000))
    blobs.exists() or aside.rename(blobs)
    rig.sweep()


def no_log_holds_any_of_it(rig):
    marks = walk_through_every_door(rig)

    engines = "".join(path.read_text(errors="replace") for path in rig.pair.root.rglob("*.log"))
    logs = rig.logs() + engines
    # The control: what was refused and what died was written down, only without its words.
    assert "not valid HTTP" in logs
    assert "SIGKILL" in logs
    assert [text for mark in marks for text in spellings(mark) if text in logs] == []
    return len(marks)


@pytest.mark.promise("S15")
def test_no_log_holds_a_password_a_secret_a_token_or_a_name(make_rig, figure):
    marks = no_log_holds_any_of_it(make_rig(masters=1))
    figure("S15", f"{marks} secrets and names, in 5 to 7 spellings: 0 in any log")


@pytest.mark.twin("S15")
def test_a_product_that_logs_what_it_was_asked_is_noticed(make_rig):
    assert_red(make_rig(masters=1, twin="talkative"), no_log_holds_any_of_it)
