"""Webhooks reach what is public and nothing else: 0 connections to anything of the corpus, by any path."""

import socket
import sys
import time
from contextlib import contextmanager

import pytest

from onetimeshare import outward
from onetimeshare.env import networks
from tests.shares.corpus_outward import ANSWERS, LITERALS, SPELLINGS
from tests.shares.hooks import NAME, HookSink, answers, drips, floods
from tests.shares.sinks import serving

PUBLIC = "93.184.215.14"
_connects: list[list[object]] = []


def _hear(event, details):
    """Nothing of these tests leaves this machine, whatever they find."""
    if event == "socket.connect" and _connects and details[0].family in (socket.AF_INET, socket.AF_INET6):
        _connects[-1].append(details[1])
        if details[1][0] not in ("127.0.0.1", "::1"):
            raise ConnectionRefusedError


@pytest.fixture(scope="module", autouse=True)
def _recorder():
    sys.addaudithook(_hear)  # for the life of the process; it is silent outside `connects`


@contextmanager
def connects():
    """Every connection that this process begins inside, as Python itself reports them."""
    _connects.append([])
    try:
        yield _connects[-1]
    finally:
        _connects.pop()


@pytest.fixture
def sink(tmp_path, monkeypatch):
    with serving(HookSink(tmp_path)) as sink:
        monkeypatch.setenv("SSL_CERT_FILE", str(sink.ca))
        yield sink


@pytest.fixture
def names(monkeypatch):
    """What the resolver says: names → answers, one list for each time it is asked, the last for ever."""
    known = {}
    ask = socket.getaddrinfo

    def resolver(host, port, *args, **kwargs):
        if host not in known:
            return ask(host, port, *args, flags=socket.AI_NUMERICHOST) if host.strip("[]") else []
        said = known[host]
        now = said.pop(0) if len(said) > 1 else said[0]
        if not now:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [found for address in now for found in ask(address, port, type=socket.SOCK_STREAM)]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    known["localhost"] = known["localhost."] = known["ip6-localhost"] = [["127.0.0.1", "::1"]]
    return known


@pytest.fixture
def allowed(settings, monkeypatch):
    monkeypatch.setenv("WEBHOOK_ALLOWED_NETWORKS", "127.0.0.0/8, ::1")
    settings.WEBHOOK_ALLOWED_NETWORKS = networks("WEBHOOK_ALLOWED_NETWORKS")


def tries(url):
    """How a post to it ended: a status or a word."""
    try:
        return outward.post(url, b"{}", {})
    except (outward.Refused, outward.NoAnswer) as error:
        return str(error)


# --- nothing of this ------------------------------------------------------------------------------------


def test_the_corpus_is_as_large_as_was_promised():
    assert len({*LITERALS, *SPELLINGS}) + len(ANSWERS) >= 60 + 40


@pytest.mark.parametrize("url", [*LITERALS, *SPELLINGS])
def test_no_address_of_the_corpus_is_connected_to(names, url):
    names["public.test"] = [[PUBLIC]]

    with connects() as seen:
        outcome = tries(url)

    assert seen == []
    assert outcome in ("not_public", "unreadable", "not_https", "credentials", "port", "unknown_host")
    if url in LITERALS:
        assert outcome in ("not_public", "unknown_host")  # some systems do not know such a spelling


@pytest.mark.parametrize("answer", ANSWERS)
def test_no_name_that_answers_with_one_of_these_is_connected_to(names, answer):
    names["hook.test"] = [answer]

    with connects() as seen:
        outcome = tries("https://hook.test/")

    assert (seen, outcome) == ([], "not_public" if answer else "unknown_host")


def everything_that_must_not_connect(names, sink):
    """All of the corpus on the port of a listener, and a name that turns to it at the second look."""
    names["public.test"] = [[PUBLIC]]
    for url in LITERALS:
        scheme, rest = url.split("://")
        host, slash, path = rest.partition("/")
        yield f"{scheme}://{host}:{sink.port}{slash}{path}"
        yield url
    for _ in range(3):
        names["turning.test"] = [[PUBLIC], ["127.0.0.1"]]
        yield "https://turning.test/"


def connections_made(names, sink):
    """What a listener and the process saw, apart from the one address that is public."""
    with connects() as seen:
        for url in everything_that_must_not_connect(names, sink):
            tries(url)
    return [peer for peer in seen if peer[0] != PUBLIC], sink.connections


def test_a_listener_on_this_machine_hears_nothing(names, sink):
    assert connections_made(names, sink) == ([], 0)


def _asks_again(target, until):
    """Twin: trusts the name a second time, when it connects."""
    return socket.create_connection((target.host, target.port), 0.2)


def _believes_all(address):
    """Twin: everything is public."""
    return True


@pytest.mark.parametrize("twin", [("_plain_line", _asks_again), ("_is_public", _believes_all)])
def test_twin_a_careless_one_is_heard(monkeypatch, names, sink, twin):
    monkeypatch.setattr(outward, *twin)
    monkeypatch.setattr(outward, "HTTPS_PORT", sink.port)  # what it is led to may listen

    peers, heard = connections_made(names, sink)

    assert peers
    assert heard


def test_a_name_that_turns_is_connected_to_as_it_was_found(names, allowed, sink):
    names[NAME] = [["127.0.0.1"], ["10.0.0.1"]]

    with connects() as seen:
        assert tries(sink.url) == 204

    assert seen == [("127.0.0.1", sink.port)]


def test_a_redirect_is_not_followed(names, allowed, sink):
    names[NAME] = [["127.0.0.1"]]
    sink.answer = answers(307, Location=f"https://127.0.0.1:{sink.port}/other")

    assert (tries(sink.url), sink.connections, len(sink.taken)) == (307, 1, 1)


def test_no_proxy_of_the_environment_is_asked(names, allowed, sink, monkeypatch):
    names[NAME] = [["127.0.0.1"]]
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://10.0.0.1:3128")

    with connects() as seen:
        assert tries(sink.url) == 204

    assert seen == [("127.0.0.1", sink.port)]


# --- and this is reached ----------------------------------------------------------------------------------


def test_what_the_operator_lists_is_reached_by_name_and_certificate(names, allowed, sink):
    names[NAME] = [["127.0.0.1"]]

    status = outward.post(sink.url + "?a=b", b'{"x": 1}', {"webhook-id": "7"})

    taken = sink.taken[0]
    assert (status, taken.path, taken.json) == (204, "/in?a=b", {"x": 1})
    assert (taken.headers["host"], taken.headers["webhook-id"]) == (f"{NAME}:{sink.port}", "7")


def test_an_address_that_does_not_answer_gives_way_to_the_next(names, allowed, sink):
    names[NAME] = [["::1", "127.0.0.1"]]

    assert tries(sink.url) == 204


def test_a_certificate_for_another_name_is_refused(names, allowed, sink):
    names["other.test"] = [["127.0.0.1"]]

    assert tries(f"https://other.test:{sink.port}/") == "certificate"
    assert sink.taken == []


def test_a_certificate_of_nobody_we_know_is_refused(names, allowed, sink, monkeypatch):
    names[NAME] = [["127.0.0.1"]]
    monkeypatch.delenv("SSL_CERT_FILE")

    assert tries(sink.url) == "certificate"


@pytest.mark.parametrize(
    "public", [PUBLIC, "2606:2800:21f:cb07::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"]
)
def test_public_addresses_are_found_in_each_of_their_forms(names, public):
    names["public.test"] = [[public]]

    assert outward.find("https://public.test/in", 1).addresses == (public,)


# --- five seconds, whatever the other end does --------------------------------------------------------------


@pytest.mark.parametrize("answer", [drips, lambda talk: talk.server.over.wait()])
def test_it_takes_no_longer_than_it_may(names, allowed, sink, answer, monkeypatch):
    monkeypatch.setattr(outward, "PATIENCE_SECONDS", 1.0)
    names[NAME], sink.answer = [["127.0.0.1"]], answer
    began = time.monotonic()

    assert tries(sink.url) == "no_answer"
    assert time.monotonic() - began < 2


def test_a_handshake_that_never_ends_takes_no_longer_either(names, allowed, monkeypatch):
    monkeypatch.setattr(outward, "PATIENCE_SECONDS", 1.0)
    names[NAME] = [["127.0.0.1"]]
    began = time.monotonic()

    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert tries(f"https://{NAME}:{silent.getsockname()[1]}/") == "no_answer"

    assert time.monotonic() - began < 2


def test_a_resolver_that_is_silent_takes_no_longer_either(monkeypatch):
    monkeypatch.setattr(outward, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: time.sleep(3) or [])
    began = time.monotonic()

    assert tries("https://hook.test/") == "unknown_host"
    assert time.monotonic() - began < 1.5


def test_the_body_of_an_answer_is_not_waited_for(names, allowed, sink):
    names[NAME], sink.answer = [["127.0.0.1"]], floods
    began = time.monotonic()

    assert tries(sink.url) == 200
    assert time.monotonic() - began < 2
