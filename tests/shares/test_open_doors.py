"""Opening at the plain doors: at once and once for `curl`; what is damaged never looks whole."""

import os
import tracemalloc
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.test import Client

from sealing import keys
from sealing.encoding import encode
from sealing.envelope import FileEntry, Metadata, seal_metadata
from sealing.links import Link
from sealing.stream import Sealer
from shares.services.deposit import deposit
from shares.storage import share_storage
from shares.values import Deposit, State, Terms
from tests.builders import a_sealed_text, body_of, everything_about, links_in, row_of
from tests.shares.doors import HTML, browser, curl, facts_of, manage, share_of

pytestmark = pytest.mark.django_db


def test_curl_gets_it_once_and_then_hears_when_it_was_opened():
    left = a_sealed_text("the secret")

    first, second = curl(left.link), None
    assert body_of(first) == b"the secret"
    second = curl(left.link)

    assert second.status_code == 410
    assert str(row_of(left.link).opened_at.year) in second.content.decode()
    assert second.content.count(b"\n") == 1


def test_the_share_burns_when_the_answer_to_curl_ends():
    left = a_sealed_text()

    body_of(curl(left.link))

    assert row_of(left.link).state == State.BURNED
    assert list(share_storage().list_names()) == []


@pytest.mark.django_db(transaction=True)
def test_the_share_burns_when_the_answer_to_curl_breaks_off():
    answer = Client().put("/a", os.urandom(3_000_000), content_type="text/plain")
    link, _ = links_in(answer.content.decode())

    broken = curl(link)
    next(iter(broken.streaming_content))
    broken.close()

    assert row_of(link).state == State.BURNED


def test_what_needs_a_password_tells_curl_so_and_spends_nothing():
    left = a_sealed_text(password="geheim")

    assert curl(left.link).status_code == 422
    assert row_of(left.link).attempts == 0
    assert curl(left.link, password="wrong").status_code == 403
    assert body_of(curl(left.link, password="geheim")) == b"the secret\n"


def test_after_five_wrong_passwords_it_is_locked_for_curl_and_browser_alike():
    left = a_sealed_text(password="geheim")
    for _ in range(5):
        assert curl(left.link, password="wrong").status_code == 403

    assert curl(left.link, password="geheim").status_code == 423
    assert browser(left.link, lease=facts_of(left.link)["lease"], password="geheim").status_code == 423

    assert manage(left.manage, "unlock").status_code == 200
    assert body_of(curl(left.link, password="geheim")) == b"the secret\n"


@pytest.mark.parametrize(
    "damage",
    [
        lambda url: "",
        lambda url: "hello",
        lambda url: url.partition("#")[0],
        lambda url: url[:-1],
        lambda url: url + "a",
        lambda url: url.replace("#1", "#2"),
        lambda url: url.replace("/s/", "/m/"),
        lambda url: url.replace("#1", "?1"),
        lambda url: "\ud800",
    ],
)
def test_a_link_that_is_not_whole_opens_nothing(damage):
    left = a_sealed_text()
    before = everything_about(share_of(left.link))

    for headers in ({}, HTML):
        answer = Client().post(
            "/s/aaaqeayeaudaocaj",
            {"link": damage(left.link.url).encode(errors="surrogatepass").decode(errors="replace")},
            headers=headers,
        )
        assert answer.status_code == 422

    assert everything_about(share_of(left.link)) == before


def test_a_link_with_another_secret_is_unknown_like_an_id_that_never_was():
    left = a_sealed_text()
    wrong = Link("http://testserver", "share", left.link.share_id, bytes(16))
    never = Link("http://testserver", "share", bytes(10), bytes(16))

    answers = [post(link) for post in (curl, browser) for link in (wrong, never)]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert answers[0].content == answers[1].content
    assert answers[2].content.replace(b" ", b"") == answers[3].content.replace(b" ", b"")
    assert row_of(left.link).state == State.READY


def test_a_body_that_breaks_off_opens_nothing():
    left = a_sealed_text(password="geheim")
    body = urlencode({"link": left.link.url, "password": "geheim"}).encode()
    answer = Client().generic(
        "POST",
        "/s/aaaqeayeaudaocaj",
        CONTENT_TYPE="application/x-www-form-urlencoded",
        CONTENT_LENGTH=str(len(body)),
        **{"wsgi.input": BytesIO(body[:-3])},
    )

    assert answer.status_code == 400
    assert row_of(left.link).attempts == 0


def sealed_by_a_client(plain, metadata):
    """Left through the exchange by somebody who seals as he likes."""
    share_id, link_secret, file_key = keys.new_id(), keys.new_secret(), keys.new_file_key()
    sealer = Sealer(file_key)
    blob = sealer.feed(plain) + sealer.finish()
    deposit(
        Deposit(
            share_id=encode(share_id),
            kdf=0,
            size_bytes=len(blob),
            link_verifier=keys.verifier(keys.link_token(link_secret, share_id)),
            password_verifier=None,
            manage_verifier=bytes(32),
            wrapped_key=keys.wrap(file_key, link_secret, share_id),
            meta=seal_metadata(metadata, file_key),
            terms=Terms(3600),
            blob=blob,
        )
    )
    return Link("http://testserver", "share", share_id, link_secret)


def text_of(size):
    return Metadata("text", (FileEntry("", "text/plain", size),), "client")


def test_an_end_to_end_share_opens_at_the_plain_door_too():
    link = sealed_by_a_client(b"hello" + bytes(1019), text_of(5))

    assert body_of(curl(link)) == b"hello"


@pytest.mark.parametrize("by_browser", [True, False])
def test_more_than_the_metadata_says_is_refused_unless_it_is_padding(by_browser):
    link = sealed_by_a_client(b"hello" + bytes(100) + b"!", text_of(5))

    if by_browser:
        assert browser(link, **facts_of(link)).status_code >= 400
    else:
        with pytest.raises(ConnectionResetError):
            body_of(curl(link))


def test_a_short_text_with_endless_padding_does_not_fill_the_servers_memory():
    link = sealed_by_a_client(b"hello" + bytes(16 * 1024**2), text_of(5))
    fields = facts_of(link)

    tracemalloc.start()
    page = browser(link, **fields)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert "hello" in page.content.decode()
    assert peak < 8 * 1024**2


def test_less_than_the_metadata_says_never_looks_whole():
    link = sealed_by_a_client(b"hello", text_of(500))

    with pytest.raises(ConnectionResetError):
        body_of(curl(link))


def test_a_damaged_blob_never_looks_whole():
    left = a_sealed_text("x" * 200_000)
    path = share_storage()._final(row_of(left.link).storage_name)
    data = bytearray(path.read_bytes())
    data[150_000] ^= 1
    path.write_bytes(data)

    answer = curl(left.link)

    with pytest.raises(ConnectionResetError):
        body_of(answer)
