"""A million shares, made by the database itself: most of them alive, a tenth of them due."""

import os
from pathlib import Path

import psycopg

# What is due, by the reason for which a sweep takes it.
EXPIRED, LAPSED, ABANDONED, TOMBSTONES = 80_000, 10_000, 5_000, 5_000
DUE = EXPIRED + LAPSED + ABANDONED + TOMBSTONES
# What is alive, or a tombstone still young.
OPEN_LEASES, UPLOADING, BURNED, READY = 10_000, 10_000, 20_000, 860_000
ALL = DUE + OPEN_LEASES + UPLOADING + BURNED + READY

# kind, how many, state, when it expires, when an upload was last touched, when it ended
KINDS = (
    ("expired", EXPIRED, "ready", "-1 hour", "-1 day", None),
    ("lapsed", LAPSED, "claimed", "1 day", "-1 hour", None),
    ("abandoned", ABANDONED, "uploading", None, "-2 days", None),
    ("tombstone", TOMBSTONES, "burned", "-40 days", "-41 days", "-40 days"),
    ("leased", OPEN_LEASES, "claimed", "1 day", "-1 hour", None),
    ("uploading", UPLOADING, "uploading", None, "-1 hour", None),
    ("burned", BURNED, "burned", "1 day", "-1 day", "-1 hour"),
    ("ready", READY, "ready", "1 day", "-1 hour", None),
)
SHARES = """
INSERT INTO shares_share (id, state, kdf, size, part_size, closing, lifetime, max_claims, claims_left,
    attempts, unlocks, link_verifier, manage_verifier, storage_name, upload_id, created_at, touched_at,
    ready_at, expires_at, opened_at, ended_at)
SELECT %(tag)s || translate(lpad(to_hex(i), 12, '0'), '0189', 'wxyz'), %(state)s, 0, 1072, 8388608, false,
    '1 day', 1, CASE WHEN %(state)s IN ('claimed', 'burned') THEN 0 ELSE 1 END, 0, 0,
    sha256(i::text::bytea), sha256(('m' || i)::bytea),
    CASE WHEN %(state)s = 'burned' THEN '' ELSE md5(%(tag)s || i) END, '', now() + %(touched)s::interval,
    now() + %(touched)s::interval,
    CASE WHEN %(state)s <> 'uploading' THEN now() + %(touched)s::interval END,
    now() + %(expires)s::interval + i * interval '1 millisecond',
    CASE WHEN %(state)s IN ('claimed', 'burned') THEN now() - interval '30 minutes' END,
    now() + %(ended)s::interval
FROM generate_series(1, %(count)s) AS i
"""
HALVES = """
INSERT INTO shares_serverhalf (share_id, key_no, sealed, meta, ended)
SELECT id, 30000, decode(repeat('00', 80), 'hex'), decode(repeat('00', 288), 'hex'), false
FROM shares_share WHERE NOT ended AND state <> 'uploading'
"""
EVENTS = (
    "INSERT INTO shares_event (share_id, what, at, network) SELECT id, 'created', now(), '' FROM shares_share"
)
LEASES = """
INSERT INTO shares_lease (share_id, verifier, ends_at, hard_end, keeps_half, made_at)
SELECT id, sha256(id::bytea), now() + CASE WHEN id LIKE %(lapsed)s THEN interval '-5 minutes'
    ELSE interval '10 minutes' END, now() + interval '1 hour', false, now() - interval '20 minutes'
FROM shares_share WHERE state = 'claimed'
"""
PARTS = """
INSERT INTO shares_part (share_id, n, size, digest, etag, writer, written_since, done)
SELECT id, 0, 1072, sha256(id::bytea), '', '', now(), true FROM shares_share WHERE state = 'uploading'
"""


def _tag(kind: str) -> str:
    """Four characters, the beginning of every id of this kind."""
    return f"{kind[:4]:a<4}"


def fill(database_url: str, blobs: Path, one_of: int = 1) -> None:
    """Rows for all of them, or for one of so many; an empty file for each blob that is due."""
    with psycopg.connect(database_url, autocommit=True, cursor_factory=psycopg.ClientCursor) as line:
        for kind, count, state, expires, touched, ended in KINDS:
            terms = {"state": state, "expires": expires, "touched": touched, "ended": ended}
            line.execute(SHARES, {"tag": _tag(kind), "count": count // one_of, **terms})
        for statement in (HALVES, EVENTS, PARTS):
            line.execute(statement)
        line.execute(LEASES, {"lapsed": _tag("lapsed") + "%"})
        # As after a quiet night: the planner knows the tables, their pages are clean.
        line.execute("VACUUM (ANALYZE)")
        for kind, folder in (("expired", "blobs"), ("lapsed", "blobs"), ("abandoned", "incoming")):
            where = "SELECT storage_name FROM shares_share WHERE id LIKE %s"
            names = [name for (name,) in line.execute(where, [_tag(kind) + "%"])]
            touch(blobs, folder, names)


def touch(blobs: Path, folder: str, names: list[str]) -> None:
    """An empty file for each name."""
    for name in names:
        path = blobs / folder / (f"{name[0]}/{name[1]}/{name}" if folder == "blobs" else name)
        try:
            handle = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
        os.close(handle)
