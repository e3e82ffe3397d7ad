"""Where the bytes go past the server: a browser and S3, and the one policy that lets it speak with that."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from onetimeshare.strict import PUBLIC_CSP, WORKER_CSP
from tests.browser.people import Recipient, Sender, a_line, by, put
from tests.browser.site import Site, a_site
from tests.faults.proxy import Proxy
from tests.s3 import S3

MIB = 1024**2
CONTENT = os.urandom(20 * MIB)
# What pages, scripts and calls weigh.
TALK_BYTES = 2 * MIB


@pytest.fixture(scope="module")
def site(gate: S3, past: Proxy) -> Iterator[Site]:
    with a_site(**replace(gate.apart(), direct_url=past.url).environ) as made:
        yield made


@pytest.fixture
def line(site, watch, gate, past) -> Iterator[Proxy]:
    """A line to the site that counts; the bucket lets its pages in."""
    gate.passes(0)
    with a_line(site, watch) as line:
        gate.let_in(line.url)
        yield line
    past.heal()


def sealed(page, line, tmp_path):
    """The link of the large file."""
    return Sender(page, line.url).choose(*put(tmp_path, {"a.bin": CONTENT})).seal().link


def to_store(watch, past):
    """Requests that went there; they are meant to."""
    watch.forgive(rf"^elsewhere: (GET|PUT|OPTIONS) {past.url}/")
    return [asked for asked in watch.requests if asked.url.startswith(past.url)]


def test_the_server_carries_no_bytes(page, line, watch, past, gate, tmp_path):
    link = sealed(page, line, tmp_path)
    sent = line.request_bytes
    recipient = Recipient(page, by(line, link)).open()

    assert recipient.saved() == {"a.bin": CONTENT}
    recipient.destroyed()
    assert sent < TALK_BYTES
    assert line.longest_reply < TALK_BYTES
    told = gate.told()
    assert told["answers"]["PUT 200"] == 3
    assert len(CONTENT) < told["bytes"]["in"] < told["bytes"]["out"] + MIB
    for asked in to_store(watch, past):
        assert {"referer", "cookie", "authorization"}.isdisjoint(asked.all_headers())


def test_only_the_worker_may_speak_with_it(page, line, site, past):
    answer = page.goto(line.url)
    worker = re.search(r'"worker": "(.*?)"', page.content())[1].replace("\\u0026", "&")

    assert answer.headers["content-security-policy"] == PUBLIC_CSP
    policy = page.request.get(line.url + worker).headers["content-security-policy"]
    assert policy == WORKER_CSP.replace("connect-src 'self'", f"connect-src 'self' {past.url}")


def test_what_breaks_in_the_middle_goes_on_there(page, line, watch, past, tmp_path):
    past.delay_seconds = 0.02
    sender = Sender(page, line.url).choose(*put(tmp_path, {"a.bin": CONTENT}))
    sender.press_strip()
    sender.waits_for_percent(20)
    past.drop()
    past.heal()
    link = sender.sealed().link

    past.bytes_per_second = 3 * MIB
    recipient = Recipient(page, by(line, link))
    recipient.press_strip()
    recipient.waits_for_percent(20)
    past.drop()
    past.heal()

    assert recipient.has_it().saved() == {"a.bin": CONTENT}
    assert line.longest_reply < TALK_BYTES
    to_store(watch, past)


def test_a_bucket_that_lets_no_page_in_is_gone_round(page, line, watch, past, gate, tmp_path):
    gate.let_in()
    link = sealed(page, line, tmp_path)

    assert Recipient(page, by(line, link)).open().saved() == {"a.bin": CONTENT}

    assert line.longest_reply > len(CONTENT)
    assert gate.told()["bytes"].get("in", 0) == 0
    to_store(watch, past)
