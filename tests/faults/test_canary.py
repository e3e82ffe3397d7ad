"""S15: nothing a server keeps holds a password, a secret, a token, a name or a content, whatever goes wrong.

Looked through are the logs, Postgres' files, its WAL and a dump of it, what Valkey holds and writes, blobs,
temporary folders, and files that are open and have no name. Letters are printed, so they are in a log.
"""

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from tests.browser import members
from tests.faults import client
from tests.faults.caddy import Caddy
from tests.faults.canaries import Marks, Places, canary, hits
from tests.faults.client import Ask, send
from tests.faults.counts import IS_FULL
from tests.faults.envelopes import b64, seal
from tests.faults.nginx import SHIPPED, Nginx, without_tls
from tests.faults.processes import free_port
from tests.faults.twins import assert_red
from tests.faults.wire import comes_true, head, open_line, post_form, put, share_link, talk

MAY_BE_KEPT = "what may be kept"


def walk_through_every_door(rig, url):
    """Leave, open, mistake, break off and ask for nonsense; gives back what nobody may keep."""
    password, name = canary(), canary()
    marks = Marks()
    plain = canary().encode()
    marks.add("a password", password)
    marks.add("a name", name)
    marks.add("a content", plain)

    left = [put(f"{name}.txt", plain), post_form((f"{name}.txt", plain), password=password)]
    links = [share_link(send(url, ask)) for ask in left]
    for link in links:
        place, _, secret = link.partition("#")
        marks.add("a link's secret", secret)
        path = "/s/" + place[-16:]
        wrong = canary()
        marks.add("a wrong password", wrong)
        for given in ({"password": wrong}, {"password": password}, {}):
            send(url, client.form(path, {"link": link} | given))
            send(url, client.form(path, {"link": link, "action": name} | given, Accept="text/html"))
            send(url, client.form(path, {"link": link[:-1] + "!"} | given))
    envelope, lease = seal(plain, password, name=name), os.urandom(32)
    marks.add("a token", envelope.link_token, envelope.manage_token, envelope.password_token)
    marks.add("a lease's secret", lease)
    marks.add("a link's secret", envelope.link(url).partition("#")[2], envelope.link_secret)
    marks.add("a sender's secret", envelope.manage_link(url).partition("#")[2], envelope.manage_secret)
    member = members.a_member(rig)
    token = members.a_token(rig, member, "send", "receipts", "revoke")
    marks.add("an API token", token)
    bearer, asked = {"Authorization": f"Bearer {token}"}, client.create(envelope)
    made = send(url, Ask("POST", asked.path, asked.headers | bearer, asked.body))
    assert made.status == 201, made
    for ask in (
        client.api(
            "PUT", f"/{envelope.id}/notices", envelope.manage_token, {"email": ["opened"], "webhook": []}
        ),
        client.status(envelope),
        client.claim(envelope, lease, os.urandom(32)),
        client.claim(envelope, lease),
        client.fetch(envelope, lease, Range="bytes=99999-"),
        client.burn(envelope, lease),
        client.receipt(envelope),
        client.unlock(envelope),
        client.manage(envelope, "revoke"),
        client.manage(envelope, name),
        Ask("GET", "/api/v1/own", bearer),
        Ask("POST", asked.path, bearer, name.encode()),
    ):
        send(url, ask)
    make_mistakes(rig, url, name, envelope.link_token)
    for ask in left:  # and once more, to the processes that came instead of the killed
        assert send(url, ask).status == 201
    return marks


def make_mistakes(rig, url, name, token):
    """Refusals, broken requests, a worker that dies, a store that is gone."""
    bearer = f"Bearer {b64(token)}"
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
    for place in {url, rig.urls[0]}:  # a proxy keeps the first of them to itself
        talk(place, f"{name} {name} {name}\r\n{name}\r\n\r\n".encode())
        talk(place, head("PUT", f"/{name}", Transfer_Encoding="chunked") + name.encode())
    send(
        url,
        Ask("POST", "/api/v1/shares", {"Content-Type": "application/json"}, f'{{"id": "{name}"}}'.encode()),
    )
    with open_line(url) as line:
        line.sendall(head("PUT", f"/{name}.bin", Content_Length=3_000_000) + name.encode() * 60_000)
        assert comes_true(5, lambda: rig.incoming() != [])
        for pid in rig.masters[0].worker_pids:
            rig.kill_9(pid)
        with suppress(OSError):  # a proxy says so, and writes down why, to somebody who is still there
            line.recv(1)
    assert comes_true(20, rig.masters[0].answers)
    blobs = rig.seen_shares / "blobs"
    blobs.rename(aside := blobs.with_name("aside"))
    send(url, put(f"{name}.bin", b"x" * 100_000))
    blobs.exists() or aside.rename(blobs)
    rig.sweep()


def nothing_holds_any_of_it(rig, *others, url=""):
    """How many marks there were, and how many bytes were looked through. url: of a proxy before the rig."""
    places = Places(rig, *others)
    marks = walk_through_every_door(rig, url or rig.urls[0])
    assert "Subject: " in rig.manage("worker", "--once"), "no letter was written"
    engines = "".join(path.read_text(errors="replace") for path in rig.pair.root.rglob("*.log"))
    logs = rig.logs() + engines
    # The controls: what was refused and what died was written down, only without its words …
    assert "not valid HTTP" in logs
    assert "SIGKILL" in logs
    # … and what may be kept is found where it is.
    number = marks.number
    [(kept,)] = rig.sql("SELECT link_verifier FROM shares_share ORDER BY created_at LIMIT 1")
    marks.add(MAY_BE_KEPT, bytes(kept))

    found, looked = hits(marks, places.all(is_whole=IS_FULL))

    assert {"pg_dump", "WAL"} < {where for what, where in found if what == MAY_BE_KEPT}
    found = [each for each in found if each[0] != MAY_BE_KEPT]
    assert found == [], found
    return number, looked


def no_crash_is_written_to_a_disk(rig):
    """What we ask of the kernel for our own; where it puts what others leave is the machine's choice."""
    for pid in (rig.masters[0].pid, *rig.masters[0].worker_pids):
        limits = Path(f"/proc/{pid}/limits").read_text()
        assert re.search(r"^Max core file size +0 +0 ", limits, re.MULTILINE)


@pytest.fixture
def temporary():
    """Where the processes put temporary files, and nobody else does."""
    with tempfile.TemporaryDirectory(prefix="onetimeshare-temporary-") as folder:
        Path(folder).chmod(0o1777)
        yield Path(folder)


@pytest.mark.promise("S15")
def test_nothing_that_a_server_keeps_holds_a_secret_a_name_or_a_content(make_rig, temporary, figure):
    rig = make_rig(masters=1, environ={"TMPDIR": str(temporary)})
    no_crash_is_written_to_a_disk(rig)

    marks, looked = nothing_holds_any_of_it(rig, temporary)

    figure("S15", f"{marks} secrets, names and contents in up to 15 spellings: 0 in {looked >> 20} MiB")


def nginx(upstream, folder):
    """With what it logs where we look."""
    port = free_port()
    text = SHIPPED.read_text().replace("/var/log/nginx/", f"{folder}/its-")
    text = without_tls(text, port, upstream)
    assert f"{folder}/its-onetimeshare.log crit;" in text
    return Nginx(folder, text, port)


@pytest.mark.promise("S15")
@pytest.mark.full
@pytest.mark.parametrize("proxy", [nginx, Caddy])
def test_no_proxy_that_we_ship_keeps_any_of_it(make_rig, proxy, figure):
    rig = make_rig(masters=1, environ={"TRUSTED_PROXY_COUNT": "1"})
    before = proxy(rig.masters[0].port, folder=rig.folder / "proxy").start()
    try:
        nothing_holds_any_of_it(rig, url=before.url)
    finally:
        before.stop()
    if proxy is Caddy:  # the control: that a server died was written down
        assert '"http.log.error"' in (before.folder / "said.log").read_text()
    figure("S15", f"{proxy.__name__.title()} as we ship it, logs included: 0")


@pytest.mark.twin("S15")
def test_a_product_that_logs_what_it_was_asked_is_noticed(make_rig):
    said = assert_red(make_rig(masters=1, twin="talkative"), nothing_holds_any_of_it)

    assert ".log" in said


@pytest.mark.twin("S15")
@pytest.mark.full
def test_a_product_that_writes_down_who_claims_is_noticed(make_rig):
    said = assert_red(make_rig(masters=1, twin="notes_who_claims"), nothing_holds_any_of_it)

    assert "('a token', 'pg_dump')" in said
    assert "('a token', 'WAL')" in said


@pytest.mark.twin("S15")
@pytest.mark.full
def test_a_product_that_forgets_its_temporary_files_is_noticed(make_rig, temporary):
    rig = make_rig(masters=1, twin="forgets_its_temporary_files", environ={"TMPDIR": str(temporary)})

    said = assert_red(rig, lambda rig: nothing_holds_any_of_it(rig, temporary))

    assert f"('a content', '{temporary}/" in said
    assert "('a content', 'a file without a name" in said
