"""What the disk says climbs as it is: Django answers 500."""


def as_it_is():
    yield


REPLACES = {
    "shares.storage.folder._disk_errors": as_it_is,
    "shares.storage.folder.FolderStorage.free_bytes": lambda self: 1 << 60,
}
