"""Shares left for a browser to open, sealed as its own sender would, and what else may happen to them."""

import os
from collections.abc import Mapping
from dataclasses import replace

from sealing.envelope import FileEntry, Metadata, seal_metadata, text_padding
from tests.browser.site import Site
from tests.faults import client
from tests.faults.client import Ask, Reply, send
from tests.faults.envelopes import Envelope, seal

TEXT = "The key is under the third stone.\nAsk for Nora.\n"
REMOVE = "from shares.services.burn import end; from shares.values import State; end({!r}, State.REMOVED)"


def a_text(site: Site, text: str = TEXT, password: str = "", **terms: int) -> Envelope:
    """terms: `expires_in`, `max_claims`."""
    data = text.encode()
    entry = FileEntry("", "text/plain", len(data))
    padded = data.ljust(text_padding(len(data)), b"\0")
    return _left(site, seal(padded, password), Metadata("text", (entry,), "client"), **terms)


def some_files(
    site: Site, files: Mapping[str, bytes], note: str | None = None, password: str = "", **terms: int
) -> Envelope:
    """files: their bytes, by name."""
    entries = tuple(FileEntry(name, "", len(data)) for name, data in files.items())
    sealed = seal(b"".join(files.values()), password)
    return _left(site, sealed, Metadata("files", entries, "client", note=note), **terms)


def _left(site: Site, sealed: Envelope, metadata: Metadata, **terms: int) -> Envelope:
    whole = replace(sealed, meta=seal_metadata(metadata, sealed.file_key))
    return client.leave(site.url, whole, **terms)


def half_left(site: Site) -> Envelope:
    """Created, and its parts are still to come."""
    envelope = seal(bytes(100_000))
    assert send(site.url, client.create(envelope)).status == 201
    return envelope


def nowhere(site: Site) -> Envelope:
    """Sealed, and never left."""
    return seal(b"nowhere")


def claimed(site: Site, envelope: Envelope) -> bytes:
    """Opened by somebody else, who fetches it still; their lease secret."""
    lease = os.urandom(32)
    asked(site, client.claim(envelope, lease))
    return lease


def burned(site: Site, envelope: Envelope) -> None:
    asked(site, client.burn(envelope, claimed(site, envelope)))


def locked(site: Site, envelope: Envelope) -> None:
    """As after five wrong passwords."""
    site.sql("UPDATE shares_share SET attempts = 5 WHERE id = %s", envelope.id)


def expired(site: Site, envelope: Envelope) -> None:
    site.sql("UPDATE shares_share SET expires_at = now() - interval '1 minute' WHERE id = %s", envelope.id)


def removed(site: Site, envelope: Envelope) -> None:
    """Taken down, as the moderators' page does it."""
    site.manage("shell", "-c", REMOVE.format(envelope.id))


def asked(site: Site, ask: Ask) -> Reply:
    """Its answer, which is no refusal."""
    reply = send(site.url, ask)
    assert reply.status < 300, reply
    return reply
