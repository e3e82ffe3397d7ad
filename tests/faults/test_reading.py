"""R4: looking is not claiming. Whatever reads, previews or probes, no row and no blob changes."""

from hashlib import sha256

import pytest

from tests.faults import client
from tests.faults.client import Ask, race
from tests.faults.counts import count
from tests.faults.envelopes import seal
from tests.faults.twins import assert_red

ROUNDS = count(5, 25)
TABLES = ("share", "serverhalf", "part", "lease", "event")
AGENTS = (
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "WhatsApp/2.23.20.0",
    "TelegramBot (like TwitterBot)",
    "facebookexternalhit/1.1",
    "Mozilla/5.0 (compatible; Googlebot/2.1)",
    "Mozilla/5.0 (compatible; bingbot/2.0)",
    "Mozilla/5.0 (compatible; YandexBot/3.0)",
    "Mozilla/5.0 (compatible; Discordbot/2.0)",
    "Mozilla/5.0 (compatible; Applebot/0.1)",
    "Mozilla/5.0 (compatible; GPTBot/1.2)",
    "Twitterbot/1.0",
    "LinkedInBot/1.0 (compatible; Apache-HttpClient)",
    "Pinterestbot/1.0",
    "SkypeUriPreview Preview/0.5",
    "Mattermost-Bot/1.1",
    "Synapse (bot; +https://github.com/matrix-org/synapse)",
    "Iframely/1.3.1",
    "Google-Safety",
    "Barracuda Sentinel (EE)",
    "Microsoft Office/16.0 (Windows NT 10.0; SafeLinks)",
)


def rows_and_blobs(rig):
    query = "SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM shares_{} t"
    rows = [rig.sql(query.format(table)) for table in TABLES]
    return rows, [(path.name, sha256(path.read_bytes()).hexdigest()) for path in rig.blobs()]


def looks_at(envelope):
    """Every way to look, with everything a looker may know."""
    page, api, stub = f"/s/{envelope.id}", f"{client.API}/{envelope.id}", f"/m/{envelope.id}"
    for agent in AGENTS:
        yield Ask("GET", page, {"User-Agent": agent, "Accept": "text/html"})
    for path in (page, stub, "/", api, f"{api}/blob", f"{api}/receipt", f"{api}/parts", f"{api}/claim"):
        for method in ("GET", "HEAD", "OPTIONS"):
            yield Ask(method, path)
            yield Ask(
                method,
                path,
                {
                    "Range": "bytes=0-99",
                    "Authorization": client.api("GET", "", envelope.link_token).headers["Authorization"],
                },
            )
    yield client.status(envelope)
    yield client.receipt(envelope)
    yield client.form(page, {"link": envelope.link(client.ORIGIN)}, Accept="text/html")
    yield client.manage(envelope, "status")
    # Without the proof nothing moves either: not the attempts, not the lease.
    for token in (b"?" * 32, envelope.manage_token):
        yield client.api("POST", f"/{envelope.id}/claim", token, {"lease_verifier": "A" * 43})
    yield client.api("POST", f"/{envelope.id}/unlock", envelope.link_token)
    yield client.api("POST", f"/{envelope.id}/burn", envelope.link_token)


def looking_changes_nothing(rig):
    envelopes = [seal(b"look at me"), seal(b"guarded", guarded=True)]
    for envelope in envelopes:
        client.leave(rig.urls[0], envelope)
    before = rows_and_blobs(rig)
    asked = [(rig.urls[n % 2], ask) for e in envelopes for n, ask in enumerate([*looks_at(e)] * ROUNDS)]

    replies = race(asked)

    assert not [reply for reply in replies if reply.status >= 500]
    assert {200, 404} <= {reply.status for reply in replies}
    assert rows_and_blobs(rig) == before, "something changed"
    return len(replies)


@pytest.mark.promise("R4")
def test_looking_in_every_way_changes_no_row_and_no_blob(make_rig, figure):
    looks = looking_changes_nothing(make_rig(masters=2))

    figure("R4", f"{looks} looks and probes, as {len(AGENTS)} robots too: 0 rows and 0 blobs changed")


@pytest.mark.twin("R4")
def test_a_state_that_notes_who_asked_is_noticed(make_rig):
    said = assert_red(make_rig(masters=2, twin="status_touches"), looking_changes_nothing)

    assert "something changed" in said


@pytest.mark.twin("R4")
def test_a_page_that_claims_is_noticed(make_rig):
    said = assert_red(make_rig(masters=2, twin="claiming_get"), looking_changes_nothing)

    assert "something changed" in said
