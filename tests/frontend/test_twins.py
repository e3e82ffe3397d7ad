"""What one twin of sealing seals, the other opens."""

import pytest

from sealing.encoding import b64
from sealing.envelope import seal_metadata
from sealing.keys import new_file_key, new_id, new_secret, password_keys
from tests.frontend.shares import a_text, as_json, digest, make, pattern, some_files, take

CHUNK = 65536

SHARES = [
    (a_text(0), None),
    (a_text(11), None),
    (a_text(1024), "cafe\u0301 🔑"),
    (a_text(70_000), None),
    *((some_files(size), None) for size in (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 1)),
    (some_files(0, 70_000, 0, 66_000, 0, pads=True), "x" * 1024),
    (some_files(*(17,) * 150), None),
]
PIECES = [1000, CHUNK, CHUNK + 16, 300_000]


def test_what_typescript_seals_python_opens(ask):
    orders = [
        {"do": "make", "metadata": as_json(metadata), "padded": padded, "password": password, "piece": piece}
        for at, ((metadata, padded), password) in enumerate(SHARES)
        for piece in PIECES[at % 2 :: 2]
    ]

    made = ask(orders)

    for order, envelope in zip(orders, made, strict=True):
        assert "gives" in envelope, envelope
        metadata, plain = take(envelope["gives"])
        assert as_json(metadata) == order["metadata"]
        assert plain == pattern(metadata.plain_size)


def test_what_python_seals_typescript_opens(ask):
    made = [
        (make(metadata, padded, password, PIECES[at % 4]), metadata)
        for at, ((metadata, padded), password) in enumerate(SHARES)
    ]

    taken = ask([{"do": "take"} | fields for fields, _ in made])

    assert taken == [{"gives": digest(pattern(metadata.plain_size))} for _, metadata in made]


def test_metadata_reads_the_same_in_both(ask):
    file_key = new_file_key()
    described = [metadata for (metadata, _), _ in SHARES]

    read = ask(
        [
            {
                "do": "open_metadata",
                "sealed": b64(seal_metadata(metadata, file_key)),
                "file_key": b64(file_key),
            }
            for metadata in described
        ]
    )

    assert read == [{"gives": as_json(metadata)} for metadata in described]


@pytest.mark.parametrize("ask", ["chromium"], indirect=True)
def test_a_password_gives_the_same_key_where_a_page_may_not_run_webassembly(ask):
    secret, share_id = new_secret(), new_id()
    order = {"do": "password_keys", "password": "é", "secret": b64(secret), "share_id": b64(share_id)}

    given = ask([{"do": "runs_wasm"}, order], allow_wasm=False)

    assert given == [{"gives": False}, {"gives": b64(password_keys("e\u0301", secret, share_id).key)}]
