"""`python -m onetimeshare.prepare`: tables, static files and the first administrator, in one process.

Starting Django costs more than either of the two when nothing has changed.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

# The API's pages use Swagger alone, and the other reader that comes with it weighs four times as much.
UNUSED = ["redoc*"]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetimeshare.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    from accounts import first_admin  # models want a Django that is set up

    first_admin.make()
    collect_static_files()


def collect_static_files() -> None:
    """collectstatic, unless the sources are those of the last time: it compresses all anew, for seconds."""
    root = Path(settings.STATIC_ROOT)
    stamp = root.with_name(f"{root.name}.stamp")
    now = _fingerprint()
    if root.is_dir() and stamp.exists() and stamp.read_text() == now:
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=UNUSED)
    stamp.write_text(now)


def _fingerprint() -> str:
    """Changes with any source file, its place, and the way in which it is stored."""
    stored_by = repr(settings.STORAGES["staticfiles"])
    return hashlib.sha256("\n".join([stored_by, *sorted(_sources())]).encode()).hexdigest()


def _sources() -> Iterator[str]:
    for finder in get_finders():
        for name, storage in finder.list(UNUSED):
            path = storage.path(name)
            found = os.stat(path)
            yield f"{path} {found.st_size} {found.st_mtime_ns}"


if __name__ == "__main__":
    main()
