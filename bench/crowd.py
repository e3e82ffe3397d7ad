"""Rows as a busy site has them after three weeks, made by the database itself, slice by slice.

Of a hundred shares seventy wait, two are claimed, one is on its way in, and the others have ended; each
with its half, events, lease and parts. One account left a tenth of all, and a hundred of its shares are
locked; one left a twentieth, and none of those has ended; some left about thirty each; the rest is nobody's.
"""

import psycopg

MANY, NONE_ENDED, FEW = 1, 2, 3  # accounts
LOCKED = 100
PEOPLE = """
INSERT INTO accounts_user (id, password, is_superuser, is_active, is_staff, email)
SELECT i, '!', false, true, false, 'member-' || i || '@example.org' FROM generate_series(1, %(people)s) AS i
"""
# i in the order of creation; an id tells nothing about it, as real ones do not.
SHARES = """
INSERT INTO shares_share (id, state, kdf, size, part_size, closing, lifetime, max_claims, claims_left,
    attempts, unlocks, link_verifier, manage_verifier, password_verifier, create_digest, owner_id, origin,
    storage_name, upload_id, created_at, touched_at, ready_at, expires_at, opened_at, ended_at)
SELECT translate(left(md5('id' || i), 16), '0189', 'wxyz'), state, guarded::int, 1072, 8388608, false,
    '10 days', 1, CASE WHEN opened THEN 0 ELSE 1 END, CASE WHEN locked THEN 5 ELSE 0 END, 0,
    sha256(('link' || i)::bytea), sha256(('manage' || i)::bytea),
    CASE WHEN guarded AND ended IS NULL THEN sha256(('guard' || i)::bytea) END,
    CASE WHEN ended IS NULL THEN sha256(('create' || i)::bytea) END,
    owner, CASE WHEN ended IS NULL AND age < '6 days' THEN sha256(('from' || i)::bytea) END,
    CASE WHEN ended IS NULL THEN md5('blob' || i) ELSE '' END, '',
    made, CASE WHEN state = 'uploading' THEN now() ELSE made END,
    CASE WHEN state <> 'uploading' THEN made END,
    CASE WHEN state <> 'uploading' THEN now() + interval '1 day' + i %% 1000 * interval '10 minutes' END,
    CASE WHEN opened THEN made + interval '1 minute' END, ended
FROM (
    SELECT *, now() - age AS made, coalesce(state IN ('claimed', 'burned'), false) AS opened,
        locked OR state = 'ready' AND i %% 100 < 8 AS guarded,
        CASE WHEN state IN ('burned', 'expired', 'revoked') THEN now() - age / 2 END AS ended
    FROM (
        SELECT *, CASE
            WHEN locked OR owner = 2 OR i %% 100 < 70 THEN 'ready' WHEN i %% 100 < 72 THEN 'claimed'
            WHEN i %% 100 < 73 THEN 'uploading' WHEN i %% 100 < 88 THEN 'burned'
            WHEN i %% 100 < 98 THEN 'expired' ELSE 'revoked' END AS state
        FROM (
            SELECT i, i %% (%(rows)s / 100) = 0 AS locked,
                (%(rows)s - i) * interval '20 days' / %(rows)s AS age,
                CASE WHEN i %% (%(rows)s / 100) = 0 OR hashint8(i) & 1023 < 102 THEN 1
                     WHEN hashint8(i) & 1023 < 154 THEN 2
                     WHEN hashint8(i) & 1023 < 461 THEN 3 + (hashint8(i * 7) & 65535) %% (%(people)s - 2)
                END AS owner
            FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS i
        ) AS those
    ) AS with_state
) AS with_times
"""
OF_THIS_SLICE = """id IN (SELECT translate(left(md5('id' || i), 16), '0189', 'wxyz')
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS i)"""
BESIDE = (
    """
    INSERT INTO shares_serverhalf (share_id, key_no, sealed, meta, ended)
    SELECT id, extract(epoch FROM created_at)::int / 86400 + 30, decode(repeat('00', 80), 'hex'),
        decode(repeat('00', 288), 'hex'), false
    FROM shares_share WHERE NOT ended AND {slice}
    """,
    """
    INSERT INTO shares_event (share_id, what, at, network)
    SELECT id, what, created_at, '0123456789abcdef' FROM shares_share,
        unnest(CASE state WHEN 'uploading' THEN '{{created}}'::text[] WHEN 'ready' THEN '{{created,ready}}'
               WHEN 'claimed' THEN '{{created,ready,claimed}}'
               WHEN 'burned' THEN '{{created,ready,claimed,burned}}'
               ELSE '{{created,ready}}'::text[] || state::text END) AS what
    WHERE {slice}
    """,
    """
    INSERT INTO shares_lease (share_id, verifier, ends_at, hard_end, keeps_half, made_at, closed_at)
    SELECT id, link_verifier, now() + interval '1 hour', now() + interval '2 hours', false, opened_at,
        ended_at
    FROM shares_share WHERE state IN ('claimed', 'burned') AND {slice}
    """,
    """
    INSERT INTO shares_part (share_id, n, size, digest, etag, writer, written_since, done)
    SELECT id, 0, 1072, link_verifier, '', '', now(), true FROM shares_share
    WHERE state = 'uploading' AND {slice}
    """,
)
# Waiting shares whose time is over, spread over all ages.
DUE = """
UPDATE shares_share SET expires_at = now() - interval '1 minute'
WHERE state = 'ready' AND id IN (
    SELECT translate(left(md5('id' || i), 16), '0189', 'wxyz') FROM unnest(%(numbers)s::bigint[]) AS i)
"""
# The blobs that one sweep looks through come first by name.
NAMES = "SELECT storage_name FROM shares_share WHERE storage_name <> '' ORDER BY storage_name LIMIT %s"


def people(line: "psycopg.Connection[object]", rows: int) -> None:
    line.execute(PEOPLE, {"people": _people(rows)})


def a_slice(line: "psycopg.Connection[object]", first: int, last: int, rows: int) -> None:
    """Shares *first* to *last* of *rows*, and what belongs to them."""
    values = {"first": first, "last": last, "rows": rows, "people": _people(rows)}
    line.execute(SHARES, values)
    for statement in BESIDE:
        line.execute(statement.format(slice=OF_THIS_SLICE), values)


def _people(rows: int) -> int:
    return 2 + rows // 100
