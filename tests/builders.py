"""What tests build from: envelopes and shares left for real, claims of them, and races."""

import hashlib
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from sealing.encoding import encode
from sealing.keys import verifier
from sealing.links import Link, parse
from shares.forms import SendForm
from shares.models import Event, Share
from shares.services.deposit import deposit
from shares.services.seal import Left, sealing
from shares.services.upload import complete, put_part
from shares.values import PART_BYTES, ClaimRequest, Deposit, Terms

SMALL_BLOB_BYTES = 100
LARGE_BLOB_BYTES = 70_000  # more than travels inside a call, less than one part


@dataclass(frozen=True)
class Sent:
    """A deposit, and the tokens its sender and recipient hold."""

    deposit: Deposit
    link_token: bytes = field(repr=False)
    manage_token: bytes = field(repr=False)
    password_token: bytes | None = field(default=None, repr=False)
    blob: bytes = field(default=b"", repr=False)

    @property
    def id(self) -> str:
        return self.deposit.share_id

    @property
    def row(self) -> Share:
        return Share.objects.get(pk=self.id)

    @property
    def events(self) -> list[str]:
        return list(Event.objects.filter(share=self.id).values_list("what", flat=True))

    def move(self, **times: timedelta) -> None:
        """Set the row's times to so long from now, by Postgres' clock."""
        Share.objects.filter(pk=self.id).update(**{name: Now() + by for name, by in times.items()})


def an_envelope(
    *, claims: int = 1, guarded: bool = False, size: int = SMALL_BLOB_BYTES, inline: bool = True
) -> Sent:
    """A deposit of random bytes; the server never learns more of a real one."""
    link_token, manage_token = secrets.token_bytes(32), secrets.token_bytes(32)
    password_token = secrets.token_bytes(32) if guarded else None
    blob = secrets.token_bytes(size)
    left = Deposit(
        share_id=encode(secrets.token_bytes(10)),
        kdf=int(guarded),
        size_bytes=size,
        link_verifier=verifier(link_token),
        password_verifier=password_token and verifier(password_token),
        manage_verifier=verifier(manage_token),
        wrapped_key=secrets.token_bytes(48),
        meta=secrets.token_bytes(288),
        terms=Terms(3600, claims),
        blob=blob if inline else None,
    )
    return Sent(left, link_token, manage_token, password_token, blob)


def a_waiting_share(**terms: Any) -> Sent:
    """A small share that was left and is ready."""
    sent = an_envelope(**terms)
    deposit(sent.deposit)
    return sent


def an_upload(*, size: int = LARGE_BLOB_BYTES, **terms: Any) -> Sent:
    """A share whose parts are still to come."""
    sent = an_envelope(size=size, inline=False, **terms)
    deposit(sent.deposit)
    return sent


def a_large_share(**terms: Any) -> Sent:
    """A share that came in parts and is ready: its blob is fetched, never inside the claim."""
    sent = an_upload(**terms)
    send_part(sent, 0)
    complete(sent.id, sent.manage_token)
    return sent


def part_of(sent: Sent, n: int) -> bytes:
    return sent.blob[n * PART_BYTES : (n + 1) * PART_BYTES]


def send_part(sent: Sent, n: int, data: bytes | None = None, digest: bytes | None = None) -> None:
    """Part *n* as it is, or other bytes in its place."""
    data = part_of(sent, n) if data is None else data
    digest = hashlib.sha256(data).digest() if digest is None else digest
    put_part(sent.id, sent.manage_token, n, len(data), digest, Bytes(data))


class Bytes:
    """A body that arrives in one piece, or runs *before* first: what happens meanwhile."""

    def __init__(self, data: bytes, before: Callable[[], object] | None = None) -> None:
        self._rest, self._before = data, before

    def read(self, size: int, /) -> bytes:
        if self._before:
            before, self._before = self._before, None
            before()
        data, self._rest = self._rest[:size], self._rest[size:]
        return data

    def readinto(self, room: memoryview, /) -> int:
        data = self.read(len(room))
        room[: len(data)] = data
        return len(data)


def a_claim_of(sent: Sent, lease_secret: bytes | None = None, **changes: Any) -> ClaimRequest:
    """A claim with the right tokens, unless told otherwise."""
    asked = ClaimRequest(
        share_id=sent.id,
        link_token=sent.link_token,
        lease_verifier=verifier(lease_secret or secrets.token_bytes(32)),
        password_token=sent.password_token,
    )
    return replace(asked, **changes)


def race(*calls: Callable[[], Any], times: int = 1) -> list[Any]:
    """Every call at once, *times* times each, in threads of their own; what each returned or raised."""
    todo = [call for call in calls for _ in range(times)]
    outcomes: list[Any] = [None] * len(todo)
    line = threading.Barrier(len(todo))

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            line.wait(timeout=20)
            outcomes[place] = call()
        except Exception as error:  # an outcome like any other
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, call)) for place, call in enumerate(todo)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def names_of(outcomes: list[Any]) -> list[str]:
    """The class names of what a race came to, sorted."""
    return sorted(type(outcome).__name__ for outcome in outcomes)


@contextmanager
def nothing_changes(sent: Sent) -> Iterator[None]:
    """Inside, the share's row, leases, half and events stay exactly what they are."""
    before = everything_about(sent.id)
    yield
    assert everything_about(sent.id) == before


def everything_about(share_id: str) -> dict[str, list[Any]]:
    """All that Postgres knows of one share."""
    share = Share.objects.filter(pk=share_id)
    return {
        "share": list(share.values()),
        "half": list(share.values("half__key_no", "half__sealed", "half__meta")),
        "leases": sorted(share.values_list("leases__id", "leases__ends_at", "leases__closed_at"), key=str),
        "events": sorted(share.values_list("events__id", "events__what"), key=str),
        "parts": sorted(share.values_list("parts__n", "parts__done", "parts__digest"), key=str),
    }


def links_in(text: str) -> tuple[Link, Link]:
    """The share link and the manage link that the answer to `curl -T` holds."""
    lines = [line.strip() for line in text.splitlines() if line.startswith("  http")]
    share, manage = (parse(line) for line in lines)
    return share, manage


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def a_sealed_text(text: str = "the secret\n", *, password: str = "", opens: int = 1) -> Left:
    """A text that the server sealed for someone with a plain form."""
    with sealing() as sealed:
        return SendForm(Terms(3600, opens), password, text).finish(sealed, [], "http://testserver")


def row_of(link: Link) -> Share:
    return Share.objects.get(pk=encode(link.share_id))


class Fields(HTMLParser):
    """The hidden fields of a page's forms."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "input" and told.get("type") == "hidden" and told.get("name"):
            self.found[str(told["name"])] = told.get("value") or ""
