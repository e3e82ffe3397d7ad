"""S13: no request is one to a proxy and two to the server behind it, nor two where it was sent as one."""

import http.client
import io
import os
import socket
from contextlib import suppress

import pytest

from tests.faults import client, smuggling
from tests.faults.caddy import Caddy
from tests.faults.counts import count
from tests.faults.envelopes import seal
from tests.faults.nginx import SHIPPED, Nginx, without_tls
from tests.faults.processes import free_port
from tests.faults.twins import assert_red
from tests.faults.wire import head, open_line

EVERY, EVERY_THROUGH_NGINX = count(3, 1), count(6, 1)
# Some wait for bytes that never come: then it is we who end. A proxy gives up whom it takes for gone.
QUIET_SECONDS, QUIET_BEHIND_A_PROXY = 0.5, 4
PATIENCE_SECONDS = 10
UNREAD_BY_CADDY = 502  # what it says of a body that it could not read
DOCUMENTED = (501, 505)  # what HTTP wants for a coding or a version that nobody knows


class Told(io.BytesIO):
    """What came on a line, for http.client to cut."""

    def makefile(self, *_):
        return self

    def close(self):
        """Each answer would close it; the next one is still in it."""


def answers(said):
    """[(status, body)] as a client cuts them who asked for GET and POST alone; the last may break off."""
    line, found = Told(said), []
    while line.tell() < len(said):
        answer = http.client.HTTPResponse(line)
        answer.begin()
        try:
            found.append((answer.status, answer.read()))
        except http.client.IncompleteRead as broken:
            found.append((answer.status, broken.partial))
            break
    return found


def said_to(url, asked, quiet_seconds=PATIENCE_SECONDS):
    """All that comes back until the line ends; after a silence we end our side, and listen on."""
    said = b""
    with open_line(url, quiet_seconds) as line:
        line.sendall(asked)
        for patience in (quiet_seconds, PATIENCE_SECONDS):
            line.settimeout(patience)
            with suppress(TimeoutError, ConnectionError):
                while piece := line.recv(65536):
                    said += piece
                return said
            with suppress(OSError):
                line.shutdown(socket.SHUT_WR)
    return said


def status(envelope):
    asked = client.status(envelope)
    return head(asked.method, asked.path, **{"Authorization": asked.headers["Authorization"]})


def shares(rig):
    return rig.sql("SELECT count(*) FROM shares_share WHERE state = 'ready'")[0][0]


def is_about(envelope, answer):
    return answer[0] == 200 and b'"size":%d,' % len(envelope.blob) in answer[1].replace(b" ", b"")


def cut_as_sent(rig, url, cases, documented=DOCUMENTED):
    """(statuses that were seen, names of those that a proxy took for two, and so did who stands behind it).

    Each request was one, refused or answered, and the next got its own answer.
    """
    known = [client.leave(rig.urls[0], seal(os.urandom(size))) for size in (300, 500)]
    pids, before, wrong, statuses, twos = rig.masters[0].worker_pids, shares(rig), {}, set(), []
    quiet = QUIET_SECONDS if url in rig.urls else QUIET_BEHIND_A_PROXY
    for name, asked in cases:
        given = answers(said_to(url, asked + status(known[0]), quiet))
        afterwards = answers(said_to(url, status(known[1])))
        codes = [code for code, _ in given]
        statuses |= set(codes)
        if (now := shares(rig)) != before and url not in rig.urls and are_three(given, known[0]):
            twos.append(name)
        elif now != before:
            wrong[name] = f"the hidden one was acted upon: {codes}"
        elif any(code >= 500 and code not in documented for code in codes):
            wrong[name] = f"a fault: {codes}"
        elif not are_fair(given, known[0]):
            wrong[name] = f"other answers than were asked for: {codes}"
        if len(afterwards) != 1 or not is_about(known[1], afterwards[0]):
            wrong[name] = "another's answer on a new line"
        before = now
    assert wrong == {}, wrong
    assert rig.masters[0].worker_pids == pids
    return statuses, twos


def are_fair(given, known):
    """An answer, then that of the next request, or a refusal to cut what was said any further."""
    if len(given) == 2:
        return not is_about(known, given[0]) and (is_about(known, given[1]) or given[1][0] == 400)
    return len(given) < 2 and not any(is_about(known, each) for each in given)


def are_three(given, known):
    """The proxy itself read two requests, and each got its answer: both cut at the same place."""
    return len(given) == 3 and given[1][0] == 201 and (is_about(known, given[2]) or given[2][0] == 400)


def all_cases(every=1):
    return [case for kind in smuggling.KINDS for case in kind()][::every]


@pytest.fixture(scope="module")
def rig(rigs):
    """One of our own: what was begun and refused stays in it until a sweep."""
    made = rigs.make(masters=1)
    yield made
    rigs.drop(made)


@pytest.fixture(scope="module")
def nginx(rig):
    port = free_port()
    text = without_tls(SHIPPED.read_text(), port, rig.masters[0].port)
    made = Nginx(rig.folder / "nginx", text, port).start()
    yield made.url
    made.stop()


def test_what_is_hidden_leaves_a_share_where_it_is_sent_for_itself(rig, nginx):
    """The control: what the others count is there to be counted, and two answers on one line are seen."""
    envelope = client.leave(rig.urls[0], seal(b"x"))
    for url in (rig.urls[0], nginx):
        before = shares(rig)

        given = answers(said_to(url, smuggling.HIDDEN + status(envelope)))

        assert [code for code, _ in given] == [201, 200]
        assert is_about(envelope, given[1])
        assert shares(rig) == before + 1


@pytest.mark.promise("S13")
def test_no_request_is_two_to_the_server(rig, figure):
    cases = all_cases(EVERY)

    seen, _ = cut_as_sent(rig, rig.urls[0], cases)

    assert {400, 411} <= seen
    figure("S13", f"{len(cases)} requests with another one hidden in them, to gunicorn: 0 acted upon")


@pytest.mark.promise("S13")
def test_no_request_is_one_to_nginx_and_two_behind_it(rig, nginx, figure):
    cases = all_cases(EVERY_THROUGH_NGINX)

    seen, twos = cut_as_sent(rig, nginx, cases)

    assert 400 in seen
    # A line feed alone ends chunks for it.
    assert set(twos) <= {"chunks: a feed is the end"}
    figure("S13", f"{len(cases)} such requests through the shipped nginx: 0 desyncs, 0 answers swapped")


@pytest.mark.promise("S13")
@pytest.mark.full
def test_no_request_is_one_to_caddy_and_two_behind_it(rig, figure):
    cases, caddy = all_cases(), Caddy(rig.masters[0].port, rig.folder / "caddy").start()
    try:
        seen, twos = cut_as_sent(rig, caddy.url, cases, (*DOCUMENTED, UNREAD_BY_CADDY))
    finally:
        caddy.stop()

    assert 400 in seen
    # Where chunks are said it does not look at a length, and a folded line belongs to the one before.
    assert [name for name in twos if "chunk" not in name.lower() and "X: y" not in name] == []
    figure("S13", f"{len(cases)} such requests through the shipped Caddy: 0 desyncs, 0 answers swapped")


@pytest.mark.twin("S13")
@pytest.mark.full
def test_a_server_that_believes_the_length_beside_chunks_is_noticed(make_rig):
    twin = make_rig(masters=1, twin="believes_the_length")

    said = assert_red(twin, lambda rig: cut_as_sent(rig, rig.urls[0], all_cases()))

    assert "the hidden one was acted upon" in said
