"""A server on which nobody has left anything yet: its folder for blobs does not exist."""

import stat

import pytest

from sealing.encoding import b64
from sealing.stream import sealed_size
from shares.errors import StoreAway
from shares.storage import share_storage
from shares.storage.folder import FolderStorage


@pytest.mark.django_db
def test_a_new_server_is_ready_before_its_first_share(client):
    assert not share_storage().root.exists()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["storage"]) == (200, True)


@pytest.mark.django_db
def test_the_very_first_share_may_be_a_large_one(client):
    body = {
        "id": "aaaqeayeaudaocaj",
        "kdf": 0,
        "size": sealed_size(1_000_000),
        "link_verifier": b64(bytes(32)),
        "manage_verifier": b64(bytes(32)),
        "wrapped_key": b64(bytes(48)),
        "meta": b64(bytes(288)),
        "expires_in": 3600,
    }

    answer = client.post("/api/v1/shares", body, content_type="application/json")

    assert (answer.status_code, answer.json()["state"]) == (201, "uploading")


def test_the_folder_of_blobs_is_closed_to_other_users(tmp_path):
    FolderStorage(tmp_path / "blobs").free_bytes()

    assert stat.S_IMODE((tmp_path / "blobs").stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_a_store_that_is_away(tmp_path):
    (tmp_path / "in-the-way").write_text("a file where the folder should be")

    with pytest.raises(StoreAway):
        FolderStorage(tmp_path / "in-the-way").free_bytes()
