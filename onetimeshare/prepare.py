"""`python -m onetimeshare.prepare`: tables, static files and the first administrator, in one process.

Starting Django costs more than either of the two when nothing has changed. `… prepare static` stops before
the tables: an image is built where there is no database.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

# The API's pages use Swagger alone, and the other reader that comes with it weighs four times as much.
UNUSED = ["redoc*"]


def main(words: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetimeshare.settings")
    django.setup()
    if words != ["static"]:
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
    """Changes with any source file and the way in which it is stored; the same at any place, in any copy.

    So an image, which nobody can write to, is found to hold what was collected when it was built.
    """
    stored_by = repr(settings.STORAGES["staticfiles"])
    return hashlib.sha256("\n".join([stored_by, *sorted(_sources())]).encode()).hexdigest()


def _sources() -> Iterator[str]:
    for finder in get_finders():
        for name, storage in finder.list(UNUSED):
            content = Path(storage.path(name)).read_bytes()
            yield f"{name} {hashlib.sha256(content).hexdigest()}"


if __name__ == "__main__":
    main(sys.argv[1:])
