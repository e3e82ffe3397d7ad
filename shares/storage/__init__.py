"""Where blobs lie: the contract, a folder, and the wrapper that seals on the way in."""

from typing import cast

from django.core.files.storage import storages

from shares.storage.base import ShareStorage


def share_storage() -> ShareStorage:
    """The storage that STORAGES["shares"] names."""
    return cast(ShareStorage, storages["shares"])
